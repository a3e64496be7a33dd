"""docker-compose.yml as values: what Compose would make of it with nothing in `.env`, or with what a test gives."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML

from scripts.house.places import ROOT

FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\})")


@dataclass(frozen=True)
class Mounted:
    """Something at a place inside a container."""

    name: str
    target: str


@dataclass(frozen=True)
class Service:
    """One service; `said` is what the file says of it."""

    name: str
    said: Mapping[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """What its process is told."""
        return {name: str(value) for name, value in self.said.get("environment", {}).items()}

    @property
    def words(self) -> list[str]:
        """What is executed: entrypoint and command."""
        return [*self.said.get("entrypoint", ()), *self.said.get("command", ())]

    @property
    def image(self) -> str:
        """The image's name."""
        return str(self.said["image"])

    @property
    def is_job(self) -> bool:
        """Whether it ends by itself when its work is done."""
        return str(self.said["restart"]) != "unless-stopped"

    @property
    def health(self) -> list[str]:
        """The words of its health check."""
        return [str(word) for word in self.said["healthcheck"]["test"]]

    @property
    def secrets(self) -> list[str]:
        """Names of the secrets mounted below /run/secrets."""
        return list(self.said.get("secrets", ()))

    @property
    def networks(self) -> set[str]:
        """The networks it is in, not counting one it borrows."""
        return set(self.said.get("networks", ()))

    @property
    def volumes(self) -> list[Mounted]:
        """Named volumes."""
        return [Mounted(*entry.split(":")) for entry in self.said.get("volumes", ())]

    @property
    def configs(self) -> list[Mounted]:
        """Files of configuration."""
        return [Mounted(entry["source"], entry["target"]) for entry in self.said.get("configs", ())]


@dataclass(frozen=True)
class Composed:
    """The whole file."""

    said: Mapping[str, Any]

    @cached_property
    def services(self) -> dict[str, Service]:
        """All services by name."""
        return {name: Service(name, said) for name, said in self.said["services"].items()}

    def file_of(self, kind: str, name: str) -> str:
        """The path of a secret or a config, as the file gives it."""
        return str(self.said[kind][name]["file"])


def composed(variables: Mapping[str, str] | None = None) -> Composed:
    """Read docker-compose.yml, with these variables in place."""
    return Composed(_filled(YAML(typ="safe", pure=True).load(FILE.read_text()), variables or {}))


def _filled(node: Any, variables: Mapping[str, str]) -> Any:
    """Put variables in place, in all texts below."""
    if isinstance(node, dict):
        return {key: _filled(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, variables) for value in node]
    return VARIABLE.sub(lambda found: _value(found, variables), node) if isinstance(node, str) else node


def _value(found: "re.Match[str]", variables: Mapping[str, str]) -> str:
    name = found["name"]
    return "$" if name is None else variables.get(name) or found["default"] or ""
