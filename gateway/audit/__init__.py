"""The shape of the audit log, pure: event, leaf, tree, checkpoint, proofs and what an outsider needs to check them."""
