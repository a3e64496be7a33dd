"""Every setting of the simulator, typed, read once from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.states import Agency


class SimulatorSettings(BaseSettings):
    """Environment variables with the prefix `CLEARLANE_`."""

    model_config = SettingsConfigDict(env_prefix="CLEARLANE_", extra="ignore", frozen=True)

    hub_url: str = "http://localhost:8000"
    """Where the hub's `/graphql` is."""
    public_url: str = "http://localhost:8000"
    """Where the apps are: the one origin that may move vehicles from a page."""
    agent_url: str = "http://localhost:8001"
    """Where the displays over the lanes are."""
    simulator_host: str = "127.0.0.1"
    simulator_port: int = Field(default=8002, ge=0, le=65535)
    checkpoint: str = "liantang"
    lanes: str = "liantang-1,liantang-2,liantang-3"
    """Ids of the lanes, separated by commas; traffic keeps off the first one, which is left to people."""
    traffic_seconds: float = Field(default=20, ge=0, le=86400)
    """Mean time between two vehicles of the traffic; 0 for no traffic."""
    exception_permille: int = Field(default=150, ge=0, le=1000)
    """How many in a thousand vehicles of the traffic are exceptions."""
    silent_agencies: frozenset[Agency] = frozenset()
    """Agencies that have no simulated desk, as a JSON list: people answer for them, or their deadline passes."""
    traffic_seed: int | None = None
    """The same seed gives the same vehicles; left out, each start has others."""

    @property
    def lane_ids(self) -> tuple[str, ...]:
        """The lanes whose devices are simulated."""
        return tuple(lane.strip() for lane in self.lanes.split(",") if lane.strip())

    @property
    def traffic_lanes(self) -> tuple[str, ...]:
        """The lanes that traffic may take."""
        return self.lane_ids[1:]
