"""People, files and accounts that do not exist, with planted truth, for the demonstration and the tests."""
