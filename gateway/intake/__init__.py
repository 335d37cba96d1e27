"""How data arrives: one module per stage, and one description per file layout."""
