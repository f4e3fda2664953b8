"""Two web and three worker processes, a streaming replica, PgBouncer: `python -m bench.scaling [--entries N]`.

Starts PostgreSQL, its replica and Redis of its own (the wheels of `bin/up`), fills them, and asks: is what left gone
from the public site at once, whatever the replica does; what the replica takes off the primary; whether all works
through a pooler. Prints a line for each; ends with 1 if one did not hold. PgBouncer is found on PATH or by PGBOUNCER.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bin" / "lib")]

from house import House, opened  # noqa: E402
from places import Place  # noqa: E402
from services import free_port  # noqa: E402

REMOVALS = 30
SECONDS = 20.0
CONNECTIONS = 16
WORKERS = 3
LEAST_READS = 50
"""Our own look at the counter is one of them."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scaling", description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each load")
    asked = parser.parse_args()
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_REPLICA_URL"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="jinan-scale-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with opened(Place(Path(folder) / "house").make(), port=free_port(), durable=False) as house:
            return _try(house, Path(folder), asked.entries, asked.seconds)


def _try(house: House, folder: Path, entries: int, seconds: float) -> int:
    os.environ.update(house.environment | {"DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_FIGURE": "scale"})
    os.environ |= {"LOG_LEVEL": "ERROR", "BENCH_DATABASE": "jinan_credit", "BENCH_FOLDER": str(folder)}
    import django

    django.setup()
    world = _filled(entries)
    held = True
    with ExitStack() as running:
        replica = running.enter_context(_replica(house, folder))
        running.enter_context(_workers(folder))
        with _webs(2, DATABASE_REPLICA_URL=replica.url) as ports:
            held &= _said("what left is gone while the replica follows", lambda: _removals(world, ports))
            replica.sql("SELECT pg_wal_replay_pause()")
            held &= _said("and while its replay is stopped", lambda: _removals(world, ports))
            replica.sql("SELECT pg_wal_replay_resume()")
            held &= _said("load with the replica", lambda: _load(world, ports, seconds, replica))
            held &= _said("reads that the replica took", replica.reads)
            replica.stop()
            held &= _said("what left is gone when the replica is away", lambda: _removals(world, ports))
            held &= _said("load with the replica away", lambda: _load(world, ports, seconds, None))
        with _webs(2) as ports:
            held &= _said("load without a replica", lambda: _load(world, ports, seconds, None))
        pooler = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer")
        if pooler is None:
            print("--   no PgBouncer found: nothing is said of it")
            return 0 if held else 1
        url = running.enter_context(_pooled(house, folder, pooler))
        with _webs(2, DATABASE_URL=url, DATABASE_POOLED="true") as ports:
            held &= _said("load through PgBouncer by transaction", lambda: _load(world, ports, seconds, None))
            held &= _said("what left is gone through PgBouncer", lambda: _removals(world, ports))
    return 0 if held else 1


def _said(what: str, work: Callable[[], str]) -> bool:
    started = perf_counter()
    try:
        found = work()
    except AssertionError as wrong:
        print(f"FAIL {what}: {wrong}", flush=True)
        return False
    print(f"ok   {what}: {found}  ({perf_counter() - started:.0f} s)", flush=True)
    return True


# The world -------------------------------------------------------------------------------------------------------


class _World:
    def __init__(self, entries: int) -> None:
        from bench.stage import make_list, set_stage
        from jinan_credit.accounts.actors import SYSTEM
        from jinan_credit.accounts.services.clients import register_client

        self.entries, self.stage = entries, set_stage()
        self.list = make_list(self.stage, "BENCH-SOAK-0")
        self.client, self.secret = register_client(self.stage.cooperating[0], "scale", ["screening", "feed"], by=SYSTEM)
        self.left = 0


def _filled(entries: int) -> _World:
    from django.core.management import call_command

    from bench.data import load_published_entries, settle
    from bench.screening import FIRST
    from lists.models import CreditList

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_reference", stdout=open(os.devnull, "w"))  # noqa: SIM115
    world = _World(entries)
    clerk, reviewer = world.stage.clerk.user, world.stage.reviewer.user
    assert clerk is not None
    assert reviewer is not None
    CreditList.objects.filter(pk=world.list.pk).update(disclosure="PUBLIC")
    load_published_entries(world.list, first=FIRST, count=entries, made_by=clerk.pk, reviewed_by=reviewer.pk)
    settle()
    return world


def _removals(world: _World, ports: list[int]) -> str:
    """Each is looked at before, taken out, and asked for again as soon as that is committed, of every web process."""
    from django.urls import reverse

    from lists.models import Entry

    took: list[float] = []
    chosen = list(Entry.objects.public().filter(credit_list=world.list).order_by("pk")[:REMOVALS])
    assert len(chosen) == REMOVALS, "no public entry is left"
    for entry in chosen:
        address = reverse("public_entry", args=[entry.pk])
        assert {_status(port, address) for port in ports} == {200}, f"{address} was not there before"
        _take_out(world, entry)
        for port in ports:
            started = perf_counter()
            answered = _status(port, address)
            took.append(perf_counter() - started)
            assert answered == 404, f"{address} was answered with {answered} after its removal"
    return f"{len(took)} of {len(took)} answers 404; slowest {max(took) * 1000:.0f} ms"


def _take_out(world: _World, entry: Any) -> None:
    from lists.enums import ExitReason
    from lists.services.removals import remove_entry

    assert world.stage.clerk.user is not None
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.LISTED_IN_ERROR,
        made_by=world.stage.clerk.user,
        by=world.stage.reviewer,
        reason="测速",
    )


def _load(world: _World, ports: list[int], seconds: float, replica: "_Replica | None") -> str:
    """The mix of bench/mixing.py as fast as it goes; any answer that was not expected counts against it."""
    from bench.mixing import Mix
    from bench.screening import percentile

    assert world.stage.clerk.user is not None
    mix = Mix(ports, world.client, world.secret, world.stage.clerk.user, world.list.code, world.entries)
    asyncio.run(mix.as_fast_as_it_goes(CONNECTIONS, 3.0))
    mix.calls.clear()
    if replica is not None:
        replica.count_from_here()
    rate = asyncio.run(mix.as_fast_as_it_goes(CONNECTIONS, seconds))
    faults = [one.fault for one in mix.calls if one.fault]
    assert not faults, f"{len(faults)} of {len(mix.calls)} calls failed; {faults[0]}"
    public = [one.took for one in mix.calls if one.kind == "public"]
    return f"{rate:.0f} calls/s, none failed; public p95 {percentile(public, 95) * 1000:.0f} ms"


def _status(port: int, address: str) -> int:
    import http.client

    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", address)
    return link.getresponse().status


# The programs ----------------------------------------------------------------------------------------------------


class _Replica:
    def __init__(self, house: House, folder: Path) -> None:
        assert house.postgres is not None
        self.primary = house.postgres
        self.folder, self.port = folder / "replica", free_port()
        self.url = self.primary.url.replace(f":{self.primary.port}/", f":{self.port}/")
        self.before = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(mode=0o700)
        account = self.primary.account
        if account:
            os.chown(self.folder, account.uid, account.gid)
        source = self.primary.url_of("postgres")
        options = ("--write-recovery-conf", "--create-slot", "--slot", "replica", "--checkpoint", "fast", "--no-sync")
        done = self.primary._run("pg_basebackup", "--dbname", source, "--pgdata", str(self.folder), *options)
        assert done.returncode == 0, done.stderr
        self._process = subprocess.Popen(
            [
                *(str(self.primary.programs / "bin/postgres"), "-D", str(self.folder), "-c", f"port={self.port}"),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"),
            ],
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        until = monotonic() + 60
        while not self._streams():
            assert monotonic() < until, "the replica does not stream"
            sleep(0.2)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(2)  # PostgreSQL's fast shutdown
            self._process.wait()

    def sql(self, statement: str) -> str:
        done = self.primary._run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def count_from_here(self) -> None:
        self.before = self._transactions()

    def reads(self) -> str:
        sleep(11)  # a connection at rest gives its counts after ten seconds
        counted = self._transactions() - self.before
        assert counted > LEAST_READS, f"only {counted} transactions were read from the replica"
        return f"{counted:,} transactions"

    def _transactions(self) -> int:
        self.sql("SELECT pg_stat_force_next_flush()")
        return int(self.sql("SELECT xact_commit FROM pg_stat_database WHERE datname = 'jinan_credit'"))

    def _streams(self) -> bool:
        asked = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        return self.primary._sql(asked) == "1"


@contextmanager
def _replica(house: House, folder: Path) -> Iterator[_Replica]:
    replica = _Replica(house, folder)
    try:
        replica.start()
        yield replica
    finally:
        replica.stop()


@contextmanager
def _webs(count: int, **environment: str) -> Iterator[list[int]]:
    from bench.screening import server_of

    given = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with ExitStack() as running:
            servers = [running.enter_context(server_of("jinan_credit.wsgi", "bench.settings")) for _ in range(count)]
            ports = [server.port for server in servers]
            for port in ports:
                _until_it_answers(port)
            yield ports
    finally:
        for name, value in given.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _until_it_answers(port: int) -> None:
    until = monotonic() + 180
    while True:
        try:
            assert _status(port, "/") == 200
        except OSError:
            assert monotonic() < until, "the web process does not answer"
            sleep(0.5)
        else:
            return


@contextmanager
def _workers(folder: Path) -> Iterator[None]:
    """Three workers and beat: what they do must not disturb, and is done once."""
    queues = ("jobs", "sweep", "push,push-failing")[:WORKERS]
    commands = [("worker", "-Q", queue, "-c", "1", "-n", f"{number}@scale") for number, queue in enumerate(queues)]
    commands.append(("beat", "-s", str(folder / "schedule"), "--pidfile", ""))
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "jinan_credit", *command, "--loglevel", "ERROR"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        sleep(5)
        yield
        ended = [one.args for one in running if one.poll() is not None]
        assert not ended, f"ended: {json.dumps(ended)}"
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


@contextmanager
def _pooled(house: House, folder: Path, program: str) -> Iterator[str]:
    """PgBouncer by transaction, with twenty connections for all; what it cannot hand on stands with the database."""
    assert house.postgres is not None
    house.postgres._sql("ALTER DATABASE jinan_credit SET random_page_cost = 1.1")
    house.postgres._sql("ALTER DATABASE jinan_credit SET jit = off")
    port, password = free_port(), house.postgres.password
    (folder / "users.txt").write_text(f'"postgres" "{password}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"""[databases]
jinan_credit = host=127.0.0.1 port={house.postgres.port} dbname=jinan_credit
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = plain
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
unix_socket_dir =
"""
    )
    account = house.postgres.account
    running = subprocess.Popen(
        [program, "-q", str(folder / "pgbouncer.ini")],
        stderr=subprocess.DEVNULL,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    try:
        sleep(1)
        assert running.poll() is None, "PgBouncer did not start"
        yield house.postgres.url.replace(f":{house.postgres.port}/", f":{port}/")
    finally:
        running.terminate()
        running.wait()


if __name__ == "__main__":
    sys.exit(main())
