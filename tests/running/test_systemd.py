"""deploy/systemd: the same programs as in docker-compose.yml, each shut in."""

import configparser
import re
import subprocess

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


MANAGE = ROOT / "deploy" / "manage"


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


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_new_host_has_the_folder_that_a_program_writes_to(path) -> None:
    """`ReadWritePaths` of a folder that is not there keeps the program from starting."""
    lines = path.read_text().splitlines()

    assert "StateDirectory=jinan-credit" in lines
    assert not [line for line in lines if re.match(r"ReadWritePaths=(?!-)", line)]


def _run(tmp_path, *arguments: str) -> list[str]:
    """What `deploy/manage` asks of systemd."""
    asked = tmp_path / "systemd-run"
    asked.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n")
    asked.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run([MANAGE, *arguments], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


@pytest.mark.parametrize(
    ("options", "unit", "more"),
    [
        ([], "jinan-credit-web.service", ""),
        (["--owner"], "jinan-credit-migrate.service", ""),
        (["--seals"], "jinan-credit-worker@.service", "jinan-credit-worker@seal.service.d/seals.conf"),
    ],
)
def test_a_command_by_hand_has_what_the_programs_have(tmp_path, options, unit, more) -> None:
    asked = _run(tmp_path, *options, "purge", "--dry", "a  b")
    lines = (FOLDER / unit).read_text() + ((FOLDER / more).read_text() if more else "")
    names = r"(?:User|Group|UMask|WorkingDirectory|StateDirectory\w*|EnvironmentFile|LoadCredential)"

    assert {one.removeprefix("--property=") for one in asked if one.startswith("--property=")} == set(
        re.findall(rf"(?m)^{names}=.*$", lines)
    )
    assert "--setenv=DJANGO_SETTINGS_MODULE=jinan_credit.settings.production" in asked
    assert asked[-4:] == ["manage", "purge", "--dry", "a  b"]


def test_a_command_by_hand_finds_the_secrets_that_it_is_given(tmp_path) -> None:
    shell = _run(tmp_path, "check", "--deploy")
    shell = shell[shell.index("sh") :]
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$SECRET_KEY_FILE $FIELD_KEYS_FILE ${SEAL_KEY_FILE:-none} $*"\n')
    python.chmod(0o755)
    given = tmp_path / "given"
    given.mkdir()

    def said() -> str:
        environment = {"PATH": "/usr/bin:/bin", "CREDENTIALS_DIRECTORY": str(given)}
        return subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    assert said() == f"{given}/secret_key {given}/field_keys none manage.py check --deploy\n"
    (given / "seal_key").touch()
    assert f"{given}/seal_key" in said()


def test_the_papers_say_which_command_needs_what() -> None:
    paper = (ROOT / "docs" / "operations.md").read_text()

    assert "deploy/manage --owner COMMAND" in paper
    assert "deploy/manage --seals COMMAND" in paper
    for path in ROOT.glob("docs/*.md"):
        assert not re.search(
            r"(?<!entrypoint )(?<!rm backup )(?<!rm migrate )(?<!worker-seal )python manage\.py (backup|restore)",
            path.read_text(),
        ), path


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
