"""How quickly things move at a lane."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Seconds that vehicles, drivers and the arm take."""

    arm: float = 0.8
    """The arm's whole way from closed to open."""
    setting_off: float = 1.0
    """From the open barrier, or the bay's number on the display, until the vehicle moves."""
    over_loop: float = 1.0
    """How long a vehicle covers the loop behind the barrier or that of the side way."""
    looking: float = 0.3
    """Between two looks of the driver at the display."""
    reading_refusal: float = 15.0
    """How long a person's vehicle stands before a refusal, before it turns back."""
    reading_refusal_guided: float = 8.0
    """The same for a vehicle of the traffic."""
    stale_display: float = 3.0
    """A word on the display that stays this long after an arrival is meant for the one who arrived."""
    patience: float = 120.0
    """After this a vehicle of the traffic for which nothing happens turns back."""
