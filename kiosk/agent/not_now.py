"""Refusals of the hub that say nothing of what was asked."""

from core.problems import ProblemCode

NOT_NOW = frozenset({ProblemCode.BUSY, ProblemCode.RATE_LIMITED, ProblemCode.UNAUTHENTICATED})
"""Ask again later, with the same key."""
