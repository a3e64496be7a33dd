"""Measurements, run by `scripts/bench`: they state figures and never fail for one."""
