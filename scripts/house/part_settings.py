"""What ties the parts of one installation together: their ports, addresses and folders as settings."""

from dataclasses import dataclass
from pathlib import Path

from scripts.house.places import MODELS

LANES = ("liantang-1", "liantang-2", "liantang-3")
DEMO_ONLY = frozenset({"CLEARLANE_DEMO", "CLEARLANE_AGENT_URL", "CLEARLANE_SIMULATOR_PORT"})
"""What no part is told in production: who may sign in without a proof, and where the simulator is."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the parts listen, find each other and keep what is theirs."""

    host: str
    port: int
    agent_port: int
    home: str
    heads: str
    models: str
    public_url: str
    hub_url: str
    devices_url: str
    drain_seconds: str

    def settings(self) -> dict[str, str]:
        """Return them as settings; each part takes those it knows."""
        return {
            "CLEARLANE_DRAIN_SECONDS": self.drain_seconds,
            "CLEARLANE_HOST": self.host,
            "CLEARLANE_PORT": str(self.port),
            "CLEARLANE_HOME": self.home,
            "CLEARLANE_HEADS": self.heads,
            "CLEARLANE_PUBLIC_URL": self.public_url,
            "CLEARLANE_HUB_URL": self.hub_url,
            "CLEARLANE_AGENT_PORT": str(self.agent_port),
            "CLEARLANE_DEVICES_URL": self.devices_url,
            "CLEARLANE_LANES": ",".join(LANES),
            "CLEARLANE_MODELS": self.models,
        }


def settings_of_parts(home: Path, port: int) -> dict[str, str]:
    """Return what all parts are told by `scripts/run`; `port` is the API's, agent and simulator follow it.

    Whoever starts them may say more by environment, such as the traffic and the policies.
    """
    places = Places(
        host="127.0.0.1",
        port=port,
        agent_port=port + 1,
        home=str(home),
        heads=str(home / "heads"),  # they bear witness to this database and go with it
        models=str(MODELS),
        public_url=f"http://localhost:{port}",
        hub_url=f"http://localhost:{port}",
        devices_url=f"http://localhost:{port + 2}/devices",
        drain_seconds="0",  # no balancer stands before it
    )
    return places.settings() | {
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_AGENT_URL": f"http://localhost:{port + 1}",
        "CLEARLANE_SIMULATOR_PORT": str(port + 2),
    }


def settings_in_containers(part: str, site: str) -> dict[str, str]:
    """Return the same settings as docker-compose.yml gives them to `part`: hub, worker or agent."""
    kept = "/var/lib/clearlane"
    places = Places(
        host="0.0.0.0",  # of a container, on networks of its own
        port=8000,
        agent_port=8001,
        home=f"{kept}/{part}",
        heads=f"{kept}/heads",  # a volume of its own: it is carried away
        models="/opt/clearlane/models",
        public_url=f"https://{site}",
        hub_url="http://caddy:8081",
        devices_url="/etc/clearlane/devices.json",
        drain_seconds="2",
    )
    return places.settings()
