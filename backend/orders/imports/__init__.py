"""Work orders from a file: read, checked row by row, and then all of them, or none."""
