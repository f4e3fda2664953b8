"""A house on this machine: its keys, its environment, its services, its filled database, its programs."""

import base64
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import services
from places import PYTHON, ROOT, VENV, Place, write_private
from processes import Crew, Stopped
from words import Trouble, doing, say

LOOPBACK = "127.0.0.0/8,::1/128"
FOR_THE_PERSON = "> "
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
OWNER = "DATABASE_OWNER_URL"
NOT_INHERITED = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
"""Other code than ours; and each of many processes would compile all of ours anew."""


@dataclass
class House:
    """What programs and story steps need to know: where it is, who is in it, and its running processes.

    Its environment is the owner's; the programs of the crew do not know the owner's address.
    """

    place: Place
    crew: Crew
    environment: dict[str, str]
    port: int
    postgres: services.Postgres | None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def demonstration(self) -> dict[str, Any]:
        """What `make_demo` printed: lists, units with their clients, users with their passwords. Empty before."""
        try:
            return dict(json.loads(self.place.demonstration.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}


@contextmanager
def opened(place: Place, *, port: int, durable: bool, own_keys_only: bool = False) -> Iterator[House]:
    """Services up and environment known; at the end everything is stopped, whatever happened."""
    crew = Crew(place.logs, {})
    postgres = None if os.environ.get("DATABASE_URL") else services.Postgres(place, durable=durable)
    redis = None if os.environ.get("REDIS_URL") else services.Redis(place)
    values = _values(place, postgres, redis, port)
    # What a person has set wins, but a check must not depend on it.
    chosen = {name: os.environ.get(name) or value for name, value in values.items()}
    given = values | {name: chosen[name] for name in GIVEN} if own_keys_only else chosen
    whole = _environment(given)
    # An empty value, since what is missing would be read from the environment file.
    crew.environment = whole | {OWNER: ""}
    _write_environment_file(place, given)
    try:
        if postgres:
            postgres.start(crew)
        if redis:
            redis.start(crew)
        crew.wait_until_ready()
        if postgres:
            anew = place.unfinished.exists()
            if anew:
                shutil.rmtree(place.seals, ignore_errors=True)
            postgres.make_database(anew=anew)
        yield House(place, crew, whole, port, postgres)
    finally:
        crew.stop()


def compile_messages() -> None:
    _in_venv(dict(os.environ), "The message catalogue could not be compiled.", ROOT / "bin" / "messages", "compile")


def fill(house: House, *, only_empty: bool = False) -> None:
    """Migrate, load the reference data, and fill an empty database with the demonstration lists."""
    arguments = ["--demonstration", str(house.place.demonstration), *(["--only-empty"] if only_empty else [])]
    house.place.unfinished.touch()
    with doing("preparing the database"):
        _in_venv(
            house.environment,
            "The database could not be prepared.",
            ROOT / "bin" / "lib" / "fill_database.py",
            *arguments,
        )
    house.place.unfinished.unlink()


@contextmanager
def only_one(place: Place) -> Iterator[None]:
    """One start at a time in one checkout."""
    with (place.folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Trouble(f"bin/up already runs for this checkout (process {lock.read().strip()}).") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal raise Stopped once; while everything is being stopped they wait."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _values(
    place: Place, postgres: services.Postgres | None, redis: services.Redis | None, port: int
) -> dict[str, str]:
    return {
        "DATABASE_URL": postgres.url_of_programs if postgres else os.environ["DATABASE_URL"],
        OWNER: postgres.url if postgres else os.environ.get(OWNER, ""),
        "REDIS_URL": redis.url if redis else os.environ["REDIS_URL"],
        "SECRET_KEY_FILE": str(_secret_key(place)),
        "FIELD_KEYS_FILE": str(_field_keys(place)),
        "PUSH_ALLOWED_NETWORKS": LOOPBACK,
        "MEDIA_ROOT": str(place.media),
        "SEALS_FOLDER": str(place.seals),
        "SEAL_KEY_FILE": str(_seal_key(place)),
        "PORT": str(port),
    }


def _environment(values: dict[str, str]) -> dict[str, str]:
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return {
        **inherited,
        **values,
        "PATH": path,
        "VIRTUAL_ENV": str(VENV),
        "DJANGO_SETTINGS_MODULE": "jinan_credit.settings.local",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def _write_environment_file(place: Place, values: dict[str, str]) -> None:
    def quoted(value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    lines = ["# Written by bin/up, so that manage.py finds its services."]
    lines += [f"{name}={quoted(value)}" for name, value in values.items()]
    write_private(place.environment_file, "\n".join(lines) + "\n")


def _secret_key(place: Place) -> Path:
    if not place.secret_key.exists():
        write_private(place.secret_key, secrets.token_urlsafe(64))
    return place.secret_key


def _field_keys(place: Place) -> Path:
    def key(length: int) -> str:
        return base64.b64encode(secrets.token_bytes(length)).decode()

    if not place.field_keys.exists():
        keys = {
            "current": "k1",
            "keys": {"k1": {"provider": "SM4", "key": key(16)}},
            "index": {"provider": "SM3", "key": key(32)},
        }
        write_private(place.field_keys, json.dumps(keys, indent=1))
    return place.field_keys


def _seal_key(place: Place) -> Path:
    """An Ed25519 key, of which PKCS 8 says in 16 bytes what it is, and then its 32 random ones."""
    if not place.seal_key.exists():
        encoded = bytes.fromhex("302e020100300506032b657004220420") + secrets.token_bytes(32)
        pem = f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(encoded).decode()}\n-----END PRIVATE KEY-----\n"
        write_private(place.seal_key, pem)
    return place.seal_key


def _in_venv(environment: dict[str, str], words: str, script: Path, *arguments: str) -> None:
    command = [str(PYTHON), str(script), *arguments]
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert running.stdout is not None
    last: list[str] = []
    with running:
        for line in running.stdout:
            last = [*last[-39:], line.rstrip()]
            if line.startswith(FOR_THE_PERSON):
                say("  " + line.removeprefix(FOR_THE_PERSON).rstrip())
    if running.returncode:
        raise Trouble(words + "\n" + "\n".join(last))
