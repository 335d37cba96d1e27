"""The enforcement point: answer() for whatever is shown, change() for whatever a person alters."""
