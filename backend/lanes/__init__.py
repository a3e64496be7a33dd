"""Passages: one vehicle's visit, from the scan of its code to its departure."""
