"""The strict loader's rooms: one module for each kind of policy file. `access.loader` alone goes through them all."""
