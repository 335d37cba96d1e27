"""Files for spreadsheets, made so that no cell can run."""
