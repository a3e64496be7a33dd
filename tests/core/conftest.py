"""Property tests try the same examples everywhere and never fail for being slow."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "clearlane",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("clearlane")
