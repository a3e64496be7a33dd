"""Idempotency keys."""

from uuid import uuid4


def new_key() -> str:
    """Return a fresh key for one intention."""
    return uuid4().hex
