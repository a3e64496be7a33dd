"""The code in a driver's link: remade from the hub's secret whenever it is needed, stored only as a hash."""

import base64
import hashlib

from backend.settings import Settings
from backend.vouchers import service as vouchers

CODE_BYTES = 16


def code_of(settings: Settings, order_id: str, number: int) -> str:
    """Return the code of the order's link `number`, 22 base64url characters.

    Derived, not random: a repeated request can be told the same link again without the link being stored.
    """
    secret = vouchers.pseudonym(settings, "link", f"{order_id}:{number}")[:CODE_BYTES]
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def hash_of(code: str) -> str:
    """Return what is stored of a code."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def url_of(settings: Settings, code: str) -> str:
    """Return the address a driver opens; the code stands in the fragment, which no server log ever sees."""
    return f"{settings.public_url.rstrip('/')}/#/open/{code}"
