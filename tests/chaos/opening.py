"""A house of one's own for one run: PostgreSQL and Redis on free ports, keys, tables, nothing else."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psycopg2

import house as houses
import services
from house import House
from places import throw_away, write_private


@contextmanager
def opened_house(tables_of: str = "") -> Iterator[House]:
    """Whatever the environment names. Durable: what PostgreSQL has committed must outlive its own crash.

    `tables_of` is the address of a migrated database that holds nothing else: copying its tables is quicker.
    """
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    place = throw_away()
    for service in ("postgres", "redis"):
        write_private(place.folder / f"{service}.json", json.dumps({"port": quiet_port()}))
    with houses.opened(place, port=quiet_port(), durable=True, own_keys_only=True) as house:
        house.environment["LOG_LEVEL"] = "WARNING"
        os.environ.update(house.environment)
        if tables_of:
            _copy(tables_of, house)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        yield house


def _copy(source: str, house: House) -> None:
    assert house.postgres is not None
    programs, dump = house.postgres.programs / "bin", house.place.folder / "tables"
    subprocess.run([programs / "pg_dump", "-Fc", "-f", dump, source], check=True)
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    subprocess.run([programs / "pg_restore", *options, "-d", house.postgres.url, dump], check=True)


def quiet_port() -> int:
    """One that no outgoing connection takes while whoever listens there is away."""
    lowest_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while not services.port_is_free(port := Random().randrange(10_000, lowest_outgoing)):
        pass
    return port


def wait_for_database(url: str) -> None:
    _wait(lambda: psycopg2.connect(url).close())


def wait_for_port(port: int) -> None:
    _wait(lambda: socket.create_connection(("127.0.0.1", port), timeout=1).close())


def _wait(knock: Callable[[], None], within: float = 60.0) -> None:
    ends_at = time.monotonic() + within
    while True:
        try:
            return knock()
        except (OSError, psycopg2.OperationalError):
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.1)
