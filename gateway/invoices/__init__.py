"""The rules of invoice validation, pure: no file, no clock, no database (agreement IV)."""
