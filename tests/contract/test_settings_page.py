"""docs/operations.md names every setting, and no other."""

import re
from pathlib import Path

from pydantic_settings import BaseSettings

from backend.settings import Settings
from kiosk.agent.settings import AgentSettings
from recognition.settings import Settings as ReaderSettings
from simulator.settings import SimulatorSettings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
PROCESSES: tuple[type[BaseSettings], ...] = (Settings, AgentSettings, ReaderSettings, SimulatorSettings)


def test_the_page_of_settings_names_each_one_and_no_other() -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `CLEARLANE_")]
    told = {name for row in rows for name in re.findall(r"CLEARLANE_[A-Z_]+", row)}
    known = {f"CLEARLANE_{name.upper()}" for process in PROCESSES for name in process.model_fields}
    assert told == known
