"""deploy/systemd: the same programs as in docker-compose.yml, each shut in."""

import configparser
import re

import pytest
import yaml

from tests.conftest import ROOT

FOLDER = ROOT / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SHUT_IN = (
    *("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet=", "User=jinan-credit"),
    *("RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "UMask=0077", "SystemCallFilter=@system-service"),
)


def _read(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(FOLDER / name)
    return unit


def _wanted() -> set[str]:
    target = (FOLDER / "jinan-credit.target").read_text()
    return {name for line in re.findall(r"^Wants=(.*)$", target, re.MULTILINE) for name in line.split()}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_program_is_shut_in(path) -> None:
    lines = path.read_text().splitlines()

    assert [line for line in SHUT_IN if line not in lines] == []


def test_the_target_wants_what_compose_runs() -> None:
    """But for the backup, which the host's timer starts in both."""
    programs = {name for name in COMPOSE if name not in ("front", "postgres", "redis", "backup")}
    wanted = {name.removeprefix("jinan-credit-").removesuffix(".service").replace("@", "-") for name in _wanted()}

    assert wanted == programs


@pytest.mark.parametrize("queue", ["jobs", "sweep", "push", "push-failing", "purge", "seal"])
def test_a_queue_has_as_many_processes_as_in_compose(queue: str) -> None:
    command = COMPOSE[f"worker-{queue}"]["command"]
    dropped = [path.read_text() for path in (FOLDER / f"jinan-credit-worker@{queue}.service.d").glob("*.conf")]
    source = "".join(dropped) or (FOLDER / "jinan-credit-worker@.service").read_text()

    assert f"Environment=PROCESSES={command[command.index('--concurrency') + 1]}\n" in source


@pytest.mark.parametrize("name", ["beat", "push-loop"])
def test_a_program_starts_as_in_compose(name: str) -> None:
    """But for where it writes what it needs while it runs."""
    started = _read(f"jinan-credit-{name}.service")["Service"]["ExecStart"].split("/bin/", 1)[1].split()

    assert started[:4] == COMPOSE[name]["command"][:4] or started[:3] == COMPOSE[name]["command"][:3]
