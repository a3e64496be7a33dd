"""Every setting of the lane agent, typed, read once from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AgentSettings(BaseSettings):
    """Environment variables with the prefix `CLEARLANE_`."""

    model_config = SettingsConfigDict(env_prefix="CLEARLANE_", frozen=True)

    hub_url: str = "http://localhost:8000"
    """Where the hub's `/graphql` and `/captures` are."""
    public_url: str = "http://localhost:8000"
    """Where the apps are: the one origin that may frame the lane's page."""
    agent_id: str = Field(default="agent-liantang", pattern=r"^agent-[a-z0-9-]{1,40}$")
    agent_host: str = "127.0.0.1"
    agent_port: int = Field(default=8001, ge=0, le=65535)
    lanes: str = "liantang-1,liantang-2,liantang-3"
    """Ids of the lanes, separated by commas."""
    devices_url: str = "http://localhost:8002/devices"
    """Address or file of the catalogue of devices."""
    sync_seconds: float = Field(default=15.0, gt=0, le=3600)
    """Between two looks at the hub's keys and at its list of ended codes; what changes at once is told live."""
    home: Path = Path(".clearlane")
    demo_devices: Path | None = None
    """Where the public half of the device's key is left for the demo's start-up; default `HOME/devices`."""
    page: Path = Path(__file__).parents[1] / "page" / "dist"
    """The built page of the lane."""

    @property
    def lane_ids(self) -> tuple[str, ...]:
        """The lanes this agent runs."""
        return tuple(lane.strip() for lane in self.lanes.split(",") if lane.strip())

    @property
    def agent_home(self) -> Path:
        """Where key, journal and cached key set lie."""
        return self.home / "agent"

    @property
    def public_key_file(self) -> Path:
        """Where the public half of the device's key goes."""
        return (self.demo_devices or self.home / "devices") / f"{self.agent_id}.pub.pem"
