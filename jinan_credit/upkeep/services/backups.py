"""A backup: the dump, the files and what they hold, all of one moment, in one folder that appears when it is whole."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.room import room_needed
from jinan_credit.upkeep import content, manifest, media, programs
from jinan_credit.upkeep.database import server_version
from jinan_credit.upkeep.manifest import DATABASE, MEDIA, UNFINISHED, FileState, Manifest
from jinan_credit.upkeep.progress import MEBIBYTE, Progress

_PRIVATE = 0o077
_MAJOR = 10_000


def make_backup(*, folder: Path, progress: Progress, jobs: int = 2, links: bool = True) -> Path:
    """Write a new backup below `folder` and give its place. `links`: files that the one before holds are linked to it.

    Refuses while another backup is being written there, without pg_dump of the server's version, without room.
    """
    version = server_version()
    pg_dump = programs.find_program("pg_dump", at_least=version // _MAJOR)
    before_mask = os.umask(_PRIVATE)
    try:
        with room_needed(f"The disk is full: no room below {folder}."), _only_one(folder):
            _remove_torn(folder, progress)
            earlier = finished_backups(folder)
            target = folder / clock.now().strftime("%Y%m%dT%H%M%S.%fZ")
            with _draft(target) as draft:
                _write(draft, pg_dump, version, earlier[-1] if earlier and links else None, jobs, progress)
            return target
    finally:
        os.umask(before_mask)


def finished_backups(folder: Path) -> list[Path]:
    """Oldest first: their names are their times."""
    return sorted(path.parent for path in folder.glob(f"*/{manifest.NAME}") if path.parent.suffix != UNFINISHED)


def keep_newest(*, folder: Path, count: int, progress: Progress) -> None:
    """Delete all finished backups but the newest ones."""
    for old in finished_backups(folder)[:-count]:
        (old / manifest.NAME).unlink()  # from here on it is torn, whatever happens
        shutil.rmtree(old)
        progress.say(f"deleted: {old.name}")


def _write(draft: Path, pg_dump: Path, version: int, before: Path | None, jobs: int, progress: Progress) -> None:
    made_at = clock.now()
    with _snapshot() as snapshot:
        progress.say("dumping the database")
        _dump(pg_dump, draft / DATABASE, snapshot, jobs, progress)
        progress.say("counting what it holds")
        held = content.read_content()
        named = set(content.named_files())
    progress.say(f"copying the files of {settings.MEDIA_ROOT}")
    known = _media_of(manifest.read(before)) if before else {}
    tell = progress.counter("files")
    copied = media.copy_files(Path(settings.MEDIA_ROOT), draft / MEDIA, before and before / MEDIA, known, tell)
    absent = named - set(copied)
    if absent:
        progress.say(f"{len(absent)} files that rows name are not in {settings.MEDIA_ROOT}, such as {min(absent)}")
    dumped = {path.relative_to(draft).as_posix(): media.state_of(path) for path in media.files_below(draft / DATABASE)}
    told = Manifest(
        made_at=made_at.isoformat(),
        server_version=version,
        dump_major=version // _MAJOR,
        content=held,
        key_checks={kid: crypto.key_check(kid) for kid in (*held.keys, crypto.INDEX)},
        files={**dumped, **{f"{MEDIA}/{name}": state for name, state in copied.items()}},
        absent_files=len(absent),
    )
    manifest.write(draft, told)
    _sync(draft)
    progress.say(f"{len(told.files):,} files, {told.size // MEBIBYTE:,} MiB; {sum(held.rows.values()):,} rows")


@contextmanager
def _snapshot() -> Iterator[str]:
    """The name by which pg_dump sees the very moment that is counted here."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump(pg_dump: Path, target: Path, snapshot: str, jobs: int, progress: Progress) -> None:
    def draw() -> None:
        written = sum(path.stat().st_size for path in media.files_below(target))
        progress.draw(f"database: {written // MEBIBYTE:,} MiB written")

    options = ["--format=directory", "--compress=gzip:1", "--no-comments", f"--jobs={jobs}", f"--snapshot={snapshot}"]
    left_out = [f"--exclude-table-data={table}" for table in content.forgotten_tables()]
    programs.run(pg_dump, *options, *left_out, f"--file={target}", while_running=draw)


def _media_of(before: Manifest) -> dict[str, FileState]:
    start = f"{MEDIA}/"
    return {name.removeprefix(start): state for name, state in before.files.items() if name.startswith(start)}


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """Written under another name. It takes its own when all went well; else nothing of it stays."""
    draft = target.with_name(target.name + UNFINISHED)
    draft.mkdir()
    try:
        (draft / MEDIA).mkdir()
        yield draft
        draft.rename(target)
        _sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DomainError("backup_runs", f"Another backup is being written to {folder}.") from error
        yield


def _remove_torn(folder: Path, progress: Progress) -> None:
    """Nobody writes to them: whoever does holds the lock."""
    for torn in folder.glob(f"*{UNFINISHED}"):
        shutil.rmtree(torn)
        progress.say(f"removed: {torn.name}, which was never finished")


def _sync(folder: Path) -> None:
    """On the disk before the name says that it is whole."""
    for path in media.files_below(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems sync no folders
            raise
    finally:
        os.close(number)
