"""Figures of the work: shares and times, worked out from stored facts."""
