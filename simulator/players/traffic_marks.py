"""How the people tell the traffic's own trips from those that a human brought."""

REFERENCE = "SIM-"
"""Begins the carrier's reference of every order of the traffic; it outlives a restart of the simulator."""


def is_traffic(reference: str) -> bool:
    """Whether an order or trip belongs to the simulated traffic."""
    return reference.startswith(REFERENCE)
