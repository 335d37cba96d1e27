"""The processes of the audit log: the sequencer, which alone writes it, and the client that talks to it."""
