"""Trips: one crossing by one vehicle; what its driver declares, the rules for it, and its states."""
