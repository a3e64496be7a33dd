"""Ports of the loopback address."""

import random
import socket

KEEPABLE = range(20_000, 32_000)  # below those that outgoing connections borrow


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on just now, and that is likely to stay so."""
    return next(port for port in random.sample(KEEPABLE, len(KEEPABLE)) if is_free(port))


def is_free(port: int) -> bool:
    """Whether a server could listen there; one that ended a moment ago is not in the way."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
