"""Search: one box for officers, over all that a trip is known by."""
