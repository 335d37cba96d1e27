"""Stage 5: every method over everybody at once, in Polars, one module a method; tested equal to the pure ones."""
