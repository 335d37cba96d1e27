"""What there is to ask for, worded for people: desks, lists and columns."""
