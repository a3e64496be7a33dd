"""Drills, run by `scripts/drill`: they break what may break at night and fail where a promise does."""
