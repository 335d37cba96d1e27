"""The algorithms, pure: codes in, points and the terms that add up to them out."""
