"""The house that is broken: real processes on throw-away data, PostgreSQL with all that makes it durable."""

import io
import os
import signal
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import redis

import services
from house import House
from tests.chaos.copies import Copy
from tests.chaos.opening import wait_for_database
from tests.chaos.programs import GROUPS, POSTGRES, PUBLISHERS, REDIS, Programs


@dataclass(frozen=True)
class Outage:
    """From when to when something was away; `until` is endless while it is."""

    what: str
    since: float
    until: float


class World:
    def __init__(self, house: House, seed: int, units: tuple[str, ...]) -> None:
        self.house, self.units = house, units
        self.programs = Programs(house, seed, units)
        self.copies = {unit: Copy(house.place.folder / f"{unit}.sqlite3") for unit in units}
        self.journals = [house.place.folder / f"{name}.jsonl" for name in GROUPS[PUBLISHERS]]
        self.outages: list[Outage] = []
        self.dumped_at = self._dump_begins_at = 0.0
        self._dumping: subprocess.Popen[bytes] | None = None

    def is_away(self, what: str) -> bool:
        return any(outage.what == what and outage.until == float("inf") for outage in self.outages)

    def back_at(self, what: str) -> float:
        """When it came back last; 0 when it was never away."""
        return max((outage.until for outage in self.outages if outage.what == what), default=0.0)

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
        self._let_go_of_the_database()
        os.kill(self.house.crew.pid_of(POSTGRES), signal.SIGQUIT)
        self.house.crew.stop_one(POSTGRES)

    def start_postgres(self) -> None:
        assert self.house.postgres is not None
        self.house.postgres.start(self.house.crew)
        wait_for_database(self.house.postgres.url)
        self._is_back(POSTGRES)

    def dump(self) -> None:
        """Taken while everything goes on; it holds what was committed when it began, and perhaps more."""
        self.finish_dump()
        self._dump_begins_at = time.time()
        command = [self._program("pg_dump"), "-Fc", "-f", f"{self._dump}.new", self._database]
        self._dumping = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def restore(self) -> None:
        """As docs/recovery.md tells operators: everything stopped, the dump restored, a new epoch, the seals told of it
        and the history compared with them, the rest started."""
        assert self.house.postgres is not None
        self.finish_dump()
        self._manage("seal_history")
        self._let_go_of_the_database()
        programs = [name for name in self.programs.names() if name not in self.units]
        for name in programs:
            self.programs.kill(name)
        self.house.postgres.make_database(anew=True)
        command = [self._program("pg_restore"), "--no-owner", "--exit-on-error", "-j", "2"]
        subprocess.run([*command, "-d", self._database, str(self._dump)], check=True)
        self._manage("new_epoch")
        self._manage("seal_history", "--after-restore", "--reason", "The dump was restored.")
        self._manage("verify_history")
        self._is_back(POSTGRES)
        self.programs.launch(*programs)

    def _manage(self, *command: str) -> None:
        from django.core.management import call_command

        call_command(*command, stdout=io.StringIO(), stderr=io.StringIO())

    def finish_dump(self) -> None:
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

    def _let_go_of_the_database(self) -> None:
        from django.db import connection

        connection.close()
        self._goes_away(POSTGRES)

    def _goes_away(self, what: str) -> None:
        self.outages.append(Outage(what, time.time(), float("inf")))

    def _is_back(self, what: str) -> None:
        self.outages = [
            Outage(what, outage.since, min(outage.until, time.time())) if outage.what == what else outage
            for outage in self.outages
        ]
