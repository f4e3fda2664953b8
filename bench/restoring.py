"""A database of 1,000,000 entries and 2,000 files are backed up, and restored into an empty database and folder.

By `manage.py backup` and `manage.py restore`; files are copied to the same disk, and everything is checked. Floor:
pg_dump and pg_restore with the same options.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.data import load_published_entries, settle
from bench.database import temporary_database
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from jinan_credit.upkeep import programs
from jinan_credit.upkeep.content import forgotten_tables
from jinan_credit.upkeep.services.backups import finished_backups
from lists.models import CreditList

ENTRIES, FILES, SIZE = 1_000_000, 2_000, 100_000
FIRST = 10_000_000
CODE = "BENCH-RESTORE"
JOBS = "2"


def prepare(scale: float) -> None:
    stage = set_stage()
    credit_list = make_list(stage, CODE)
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    load_published_entries(
        credit_list,
        first=FIRST,
        count=int(ENTRIES * scale),
        made_by=stage.clerk.user.pk,
        reviewed_by=stage.reviewer.user.pk,
    )
    folder = Path(settings.MEDIA_ROOT) / "entries"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(int(FILES * scale)):
        (folder / f"{number:032x}").write_bytes(os.urandom(SIZE))
    settle()


def measure(scale: float) -> list[Figure]:
    count = int(ENTRIES * scale)
    assert CreditList.objects.get(code=CODE).head.seq >= count
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as folder:
        bare_dump, bare_restore = _floor(Path(folder) / "bare")
        started = perf_counter()
        call_command("backup", str(Path(folder) / "kept"), stdout=open(os.devnull, "w"))  # noqa: SIM115
        backed_up = perf_counter() - started
        (backup,) = finished_backups(Path(folder) / "kept")
        restored = _restore(backup, Path(folder) / "media")
    memory, rows = peak_memory(), f"{count:,} entries"
    return [
        Figure(f"backup of {rows}", backed_up, "s", bare_dump, more_is_better=False, memory=memory),
        Figure(f"restore of {rows}", restored, "s", bare_restore, more_is_better=False, aim="≤ 900 s"),
    ]


def _floor(dump: Path) -> tuple[float, float]:
    given = settings.DATABASES["default"]
    environment = {"PGPASSWORD": given["PASSWORD"]}
    where = ["-h", given["HOST"], "-p", str(given["PORT"]), "-U", given["USER"]]
    pg_dump, pg_restore = (programs.find_program(name, at_least=18) for name in ("pg_dump", "pg_restore"))
    left_out = [f"--exclude-table-data={table}" for table in forgotten_tables()]
    started = perf_counter()
    options = ["-Fd", "-Z", "gzip:1", "-j", JOBS, *left_out, "-f", str(dump), given["NAME"]]
    subprocess.run([str(pg_dump), *where, *options], env=environment, check=True)
    dumped = perf_counter()
    name = f"{given['NAME']}_bare"
    with temporary_database(name):
        options = ["-j", JOBS, "--no-owner", "--no-privileges", "-d", name, str(dump)]
        subprocess.run([str(pg_restore), *where, *options], env=environment, check=True)
        restored = perf_counter()
    shutil.rmtree(dump)
    return dumped - started, restored - dumped


def _restore(backup: Path, media: Path) -> float:
    """In another process, as an operator does it, with Redis' database of the run."""
    name = f"{settings.DATABASES['default']['NAME']}_anew"
    connection.close()
    with temporary_database(name):
        environment = {**os.environ, "BENCH_DATABASE": name, "BENCH_FOLDER": str(media)}
        started = perf_counter()
        subprocess.run([sys.executable, "manage.py", "restore", str(backup)], env=environment, check=True)
        return perf_counter() - started
