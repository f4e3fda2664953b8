"""Back to the moment before a mistake, with the compose file's own archive and base backup (docs/recovery.md)."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from places import Place, remove
from processes import Crew
from tests.conftest import ROOT
from tests.running.test_compose import SERVICES

SCRIPTS = "/usr/local/share/jinan-credit"

pytestmark = [pytest.mark.integration, pytest.mark.slow]


class Cluster:
    """One of its own, archiving as the compose file says."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder).make()
        self.postgres = services.Postgres(self.place, durable=True)
        self.folder = self.postgres.folder.parent / "archive"
        self.scripts = self.folder / "scripts"
        shutil.copytree(ROOT / "deploy/postgres", self.scripts)
        for name in ("wal", "base"):
            (self.folder / name).mkdir()
        self.give(self.folder)
        command = SERVICES["postgres"]["command"]
        settings = [words for words in command if words.startswith("archive_")]
        self.postgres.settings = tuple(words.replace(SCRIPTS, str(self.scripts)) for words in settings)
        self.environment = {
            "ARCHIVE": str(self.folder),
            "PATH": f"{self.postgres.programs / 'bin'}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.postgres.port),
            "PGPASSWORD": self.postgres.password,
        }
        self.crew = Crew(self.place.logs, {**os.environ, **self.environment})

    def give(self, folder: Path) -> None:
        """To the user whom PostgreSQL runs as."""
        if account := self.postgres.account:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, account.uid, account.gid)

    def start(self) -> None:
        self.postgres.start(self.crew)
        self.crew.wait_until_ready(within=60)

    def run(self, *command: str) -> str:
        account = self.postgres.account
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def wait_for(self, query: str, answer: str) -> None:
        ends_at = time.monotonic() + 60
        while self.postgres._sql(query) != answer:
            assert time.monotonic() < ends_at, f"waited in vain for {query}"
            time.sleep(0.2)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    tmp_path.chmod(0o755)
    cluster = Cluster(tmp_path / "a place")
    yield cluster
    cluster.crew.stop()
    shutil.rmtree(cluster.folder)
    remove(cluster.place)


def test_the_database_goes_back_to_the_moment_before(cluster: Cluster) -> None:
    sql = cluster.postgres._sql
    cluster.start()
    sql("CREATE TABLE kept (number int); INSERT INTO kept VALUES (1)")
    base = Path(cluster.run(str(cluster.scripts / "base_backup")))
    sql("INSERT INTO kept VALUES (2)")
    moment = sql("SELECT clock_timestamp()")
    sql("DROP TABLE kept")
    last = sql("SELECT pg_walfile_name(pg_switch_wal())")
    cluster.wait_for(f"SELECT last_archived_wal >= '{last}' FROM pg_stat_archiver", "t")
    cluster.crew.stop()

    shutil.rmtree(cluster.postgres.folder)
    shutil.copytree(base, cluster.postgres.folder)
    (cluster.postgres.folder / "recovery.signal").touch()
    with (cluster.postgres.folder / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {cluster.folder}/wal/%f %p'\n")
        settings.write(f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
    cluster.give(cluster.postgres.folder)
    cluster.postgres.folder.chmod(0o700)
    cluster.start()
    cluster.wait_for("SELECT pg_is_in_recovery()", "f")

    assert sql("SELECT string_agg(number::text, ',' ORDER BY number) FROM kept") == "1,2"


def test_old_copies_and_their_log_go(cluster: Cluster) -> None:
    cluster.start()
    names = []
    for number in range(3):
        cluster.postgres._sql(f"CREATE TABLE number_{number} ()")
        names.append(Path(cluster.run(str(cluster.scripts / "base_backup"))).name)
        time.sleep(1.1)  # their names are their seconds

    assert sorted(path.name for path in (cluster.folder / "base").iterdir()) == names[1:]
    label = (cluster.folder / "base" / names[1] / "backup_label").read_text()
    (first,) = re.findall(r"START WAL LOCATION: .* \(file (\w+)\)", label)
    pieces = [path.name for path in (cluster.folder / "wal").iterdir() if re.fullmatch(r"[0-9A-F]{24}", path.name)]
    assert min(pieces) == first


def test_what_is_archived_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "wal").mkdir()
    piece = tmp_path / "piece"
    piece.write_text("one")

    def archive() -> int:
        command = [str(ROOT / "deploy/postgres/archive_log"), str(piece), "0001"]
        return subprocess.run(command, env={**os.environ, "ARCHIVE": str(tmp_path)}).returncode

    assert archive() == 0
    assert archive() == 0
    piece.write_text("two")
    assert archive() != 0
    assert (tmp_path / "wal/0001").read_text() == "one"


def test_what_is_archived_is_on_the_disk_under_its_name_before_postgresql_forgets_it(tmp_path: Path) -> None:
    (tmp_path / "wal").mkdir()
    (tmp_path / "piece").write_text("one")
    (tmp_path / "sync").write_text('#!/bin/sh\necho "$1": $(ls "$ARCHIVE/wal") >> "$ARCHIVE/synced"\n')
    (tmp_path / "sync").chmod(0o755)
    command = [str(ROOT / "deploy/postgres/archive_log"), str(tmp_path / "piece"), "0001"]
    path = f"{tmp_path}:{os.environ['PATH']}"

    subprocess.run(command, env={**os.environ, "ARCHIVE": str(tmp_path), "PATH": path}, check=True)

    folder = tmp_path / "wal"
    assert (tmp_path / "synced").read_text().splitlines() == [f"{folder}/0001.new: 0001.new", f"{folder}: 0001"]
