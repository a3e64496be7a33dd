"""Work orders from a file."""
