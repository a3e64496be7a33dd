"""Search as officers use it, and the record of what it shows."""
