"""What ties the parts of one start together: their ports, addresses and folders as settings."""

from pathlib import Path

from scripts.house.places import MODELS

LANES = ("liantang-1", "liantang-2", "liantang-3")


def settings_of_parts(home: Path, port: int) -> dict[str, str]:
    """Return what all parts are told; `port` is the API's, agent and simulator follow it.

    Whoever starts them may say more by environment, such as the traffic and the policies.
    """
    return {
        "CLEARLANE_DEMO": "true",
        "CLEARLANE_DRAIN_SECONDS": "0",  # no balancer stands before it
        "CLEARLANE_HOST": "127.0.0.1",
        "CLEARLANE_PORT": str(port),
        "CLEARLANE_HOME": str(home),
        "CLEARLANE_HEADS": str(home / "heads"),  # they bear witness to this database and go with it
        "CLEARLANE_PUBLIC_URL": f"http://localhost:{port}",
        "CLEARLANE_HUB_URL": f"http://localhost:{port}",
        "CLEARLANE_AGENT_PORT": str(port + 1),
        "CLEARLANE_AGENT_URL": f"http://localhost:{port + 1}",
        "CLEARLANE_SIMULATOR_PORT": str(port + 2),
        "CLEARLANE_DEVICES_URL": f"http://localhost:{port + 2}/devices",
        "CLEARLANE_LANES": ",".join(LANES),
        "CLEARLANE_MODELS": str(MODELS),
    }
