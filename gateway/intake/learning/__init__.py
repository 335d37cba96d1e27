"""The local model from what is held: features at an index date, training, applying, the ledger, drift."""
