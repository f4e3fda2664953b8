"""The house that is broken: real processes on throw-away data, PostgreSQL with all that makes it durable."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import house as houses
import psycopg2
import redis
import services
from house import House
from places import PYTHON, ROOT, Place, throw_away, write_private
from processes import Crew, Process, answers, has_logged

from tests.chaos.copies import Copy

WEB, POSTGRES, REDIS, EVERYTHING = "web", "postgres", "redis", "everything"
WORKERS, BEATS, PUBLISHERS, PUSH_LOOP, UNITS = "workers", "beats", "publishers", "push-loop", "units"
_GROUPS = {
    WORKERS: ("worker-push", "worker-failing"),
    BEATS: ("beat-1", "beat-2"),
    PUBLISHERS: ("publisher-1", "publisher-2"),
}
_QUEUES = {"worker-push": ("push,jobs", "2"), "worker-failing": ("push-failing,jobs", "1")}


def targets_of(group: str, units: tuple[str, ...]) -> tuple[str, ...]:
    return units if group == UNITS else _GROUPS.get(group, (group,))


class Programs(Crew):
    """All processes but the two services. What dies by itself is no trouble: it is started again, and told."""

    def kill(self, name: str) -> None:
        """With -9, and all its children."""
        if name in self.names():
            os.killpg(self.pid_of(name), signal.SIGKILL)
            self.stop_one(name)

    def kill_child(self, name: str, number: int) -> None:
        pid = self.pid_of(name) if name in self.names() else 0
        with suppress(FileNotFoundError, ProcessLookupError, ZeroDivisionError):
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(children[number % len(children)]), signal.SIGKILL)

    def ended(self) -> list[str]:
        return [process.name for process, popen in self._running if popen.poll() is not None]

    def keep_log(self, process: Process) -> None:
        """The next life writes a log of its own."""
        log = self.log_of(process)
        if log.exists():
            log.rename(log.with_suffix(f".{time.time():.0f}"))


@dataclass(frozen=True)
class Outage:
    """From when to when something was away; `until` is endless while it is."""

    what: str
    since: float
    until: float


class World:
    def __init__(self, house: House, seed: int, units: tuple[str, ...]) -> None:
        self.house, self.units = house, units
        self.programs = Programs(house.place.logs, house.environment)
        self.random = Random(f"lives {seed}")
        self.ports = {unit: _quiet_port() for unit in units}
        self.copies = {unit: Copy(house.place.folder / f"{unit}.sqlite3") for unit in units}
        self.journals = [house.place.folder / f"{name}.jsonl" for name in _GROUPS[PUBLISHERS]]
        self.outages: list[Outage] = []
        self.dumped_at = self._dump_begins_at = 0.0
        self._dumping: subprocess.Popen[bytes] | None = None

    def start_all(self) -> None:
        for name in (WEB, *_GROUPS[WORKERS], *_GROUPS[BEATS], PUSH_LOOP, *_GROUPS[PUBLISHERS]):
            self.start(name)

    def start(self, name: str) -> None:
        process = self._process(name)
        self.programs.keep_log(process)
        self.programs.start(process)

    def tend(self) -> list[str]:
        """Start again what ended by itself. Gives the names."""
        ended = self.programs.ended()
        for name in ended:
            self.programs.stop_one(name)
            self.start(name)
        return ended

    def is_away(self, what: str) -> bool:
        return any(outage.what == what and outage.until == float("inf") for outage in self.outages)

    def address_of(self, unit: str) -> str:
        return f"http://127.0.0.1:{self.ports[unit]}/"

    # Redis --------------------------------------------------------------------------------------------------------

    def flush_redis(self) -> None:
        with closing(redis.Redis.from_url(self.house.environment["REDIS_URL"], socket_timeout=5)) as client:
            client.flushall()

    def freeze_redis(self) -> None:
        self._goes_away(REDIS)
        os.kill(self.house.crew.pid_of(REDIS), signal.SIGSTOP)

    def thaw_redis(self) -> None:
        os.kill(self.house.crew.pid_of(REDIS), signal.SIGCONT)
        self._is_back(REDIS)

    def kill_redis(self) -> None:
        self._goes_away(REDIS)
        os.kill(self.house.crew.pid_of(REDIS), signal.SIGKILL)
        self.house.crew.stop_one(REDIS)

    def start_redis(self) -> None:
        services.Redis(self.house.place).start(self.house.crew)
        self._is_back(REDIS)

    # PostgreSQL ---------------------------------------------------------------------------------------------------

    def stop_postgres(self) -> None:
        """At once, as by `pg_ctl stop -m immediate`: nothing is written any more, the next start recovers."""
        self._goes_away(POSTGRES)
        os.kill(self.house.crew.pid_of(POSTGRES), signal.SIGQUIT)
        self.house.crew.stop_one(POSTGRES)

    def start_postgres(self) -> None:
        assert self.house.postgres is not None
        self.house.postgres.start(self.house.crew)
        _wait_for_database(self.house.postgres.url)
        self._is_back(POSTGRES)

    def dump(self) -> None:
        """Taken while everything goes on; it holds what was committed when it began, and perhaps more."""
        self._finish_dump()
        self._dump_begins_at = time.time()
        command = [self._program("pg_dump"), "-Fc", "-f", f"{self._dump}.new", self._database]
        self._dumping = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def restore(self) -> None:
        """As docs/delivery.md tells operators: everything stopped, the dump restored, a new epoch, the rest started."""
        from django.db import connection

        assert self.house.postgres is not None
        self._finish_dump()
        self._goes_away(POSTGRES)
        programs = [name for name in self.programs.names() if name not in self.units]
        for name in programs:
            self.programs.kill(name)
        connection.close()
        self.house.postgres.make_database(anew=True)
        command = [self._program("pg_restore"), "--no-owner", "--exit-on-error", "-j", "2"]
        subprocess.run([*command, "-d", self._database, str(self._dump)], check=True)
        manage = [str(PYTHON), "manage.py", "new_epoch"]
        subprocess.run(manage, cwd=ROOT, env=self.house.environment, stdout=subprocess.DEVNULL, check=True)
        self._is_back(POSTGRES)
        for name in programs:
            self.start(name)

    def _finish_dump(self) -> None:
        """One that PostgreSQL's stop has broken leaves the earlier one in its place."""
        if self._dumping is not None and self._dumping.wait(60) == 0:
            Path(f"{self._dump}.new").replace(self._dump)
            self.dumped_at = self._dump_begins_at
        self._dumping = None

    @property
    def _dump(self) -> Path:
        return self.house.place.folder / "dump"

    @property
    def _database(self) -> str:
        assert self.house.postgres is not None
        return self.house.postgres.url

    def _program(self, name: str) -> str:
        assert self.house.postgres is not None
        return str(self.house.postgres.programs / "bin" / name)

    # What runs ----------------------------------------------------------------------------------------------------

    def _goes_away(self, what: str) -> None:
        self.outages.append(Outage(what, time.time(), float("inf")))

    def _is_back(self, what: str) -> None:
        self.outages = [
            Outage(what, outage.since, min(outage.until, time.time())) if outage.what == what else outage
            for outage in self.outages
        ]

    def _process(self, name: str) -> Process:
        if name == WEB:
            return self._web()
        if name in _QUEUES:
            return self._worker(name, *_QUEUES[name])
        if name in _GROUPS[BEATS]:
            return self._beat(name)
        if name == PUSH_LOOP:
            return self._push_loop()
        if name in _GROUPS[PUBLISHERS]:
            return self._publisher(name)
        arguments = [str(self.ports[name]), str(self.house.place.folder / f"{name}.sqlite3")]
        return Process(name, [str(PYTHON), "-m", "tests.chaos.receivers", *arguments], ready=has_logged("Listening."))

    def _web(self) -> Process:
        server = ["gunicorn", "jinan_credit.wsgi", "--bind", f"127.0.0.1:{self.house.port}"]
        threads = ["--worker-class", "gthread", "--workers", "1", "--threads", "8"]
        ready = answers(f"{self.house.address}/accounts/login/")
        return Process(WEB, [str(PYTHON), "-m", *server, *threads], ready=ready)

    def _worker(self, name: str, queues: str, processes: str) -> Process:
        options = ["--queues", queues, "--concurrency", processes, "--hostname", f"{name}@%h", "--loglevel", "INFO"]
        return self._celery(name, "worker", *options, "--without-gossip", "--without-mingle")

    def _beat(self, name: str) -> Process:
        schedule = str(self.house.place.folder / f"{name}.schedule")
        return self._celery(name, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING")

    def _celery(self, name: str, *arguments: str) -> Process:
        return Process(name, [str(PYTHON), "-m", "celery", "-A", "jinan_credit", *arguments])

    def _push_loop(self) -> Process:
        """In one life of two it sends beside the workers, in the other it stands by."""
        always = ["--always"] if self.random.random() < 0.5 else []
        return Process(PUSH_LOOP, [str(PYTHON), "manage.py", "push_loop", "--every", "3", *always])

    def _publisher(self, name: str) -> Process:
        arguments = [str(self.random.random()), str(self.house.place.folder / f"{name}.jsonl")]
        return Process(name, [str(PYTHON), "-m", "tests.chaos.publishers", *arguments])


@contextmanager
def opened_house() -> Iterator[House]:
    """PostgreSQL and Redis of its own, whatever the environment names; Django set up on them, the tables made."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    place = throw_away()
    _choose_ports(place)
    with houses.opened(place, port=_quiet_port(), durable=True, own_keys_only=True) as house:
        house.environment["LOG_LEVEL"] = "WARNING"
        os.environ.update(house.environment)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        yield house


def _choose_ports(place: Place) -> None:
    """Ports that no outgoing connection takes while the service that listens there is away."""
    for name in (POSTGRES, REDIS):
        write_private(place.folder / f"{name}.json", json.dumps({"port": _quiet_port()}))


def _quiet_port() -> int:
    lowest_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while not services.port_is_free(port := Random().randrange(10_000, lowest_outgoing)):
        pass
    return port


def _wait_for_database(url: str, within: float = 60.0) -> None:
    ends_at = time.monotonic() + within
    while True:
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.1)
        else:
            return


def wait_until_listening(port: int, within: float = 30.0) -> None:
    ends_at = time.monotonic() + within
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.05)
        else:
            return
