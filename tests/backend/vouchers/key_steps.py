"""Changing keys as an operator does."""

from collections.abc import Awaitable, Callable

from backend.settings import Settings
from backend.vouchers.keys import keys_of

Keys = Callable[..., Awaitable[tuple[int, str, str]]]


def signer(settings: Settings) -> str:
    """Return the name of the key that signs now."""
    return keys_of(settings).signing.kid.hex()


async def revoke(keys: Keys, key_id: str) -> str:
    """Revoke a key and return what the command said."""
    code, out, err = await keys("revoke", "--emergency", key_id, "--confirm", key_id)
    assert (code, err) == (0, "")
    return out
