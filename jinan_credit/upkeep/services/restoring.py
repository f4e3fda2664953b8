"""A restore: everything is checked before the first row is written, and again after the last one."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.cache import caches
from django.core.checks import Tags, run_checks
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from redis.exceptions import RedisError

from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.kernel import crypto
from jinan_credit.kernel.errors import DomainError
from jinan_credit.upkeep import content, database, manifest, media, programs
from jinan_credit.upkeep.manifest import DATABASE, MEDIA, Content, FileState, Manifest
from jinan_credit.upkeep.progress import Progress
from lists.models import CreditList
from lists.services.key_rotation import sealed_models

_MAJOR = 10_000
_SHOWN = 5


def check_backup(*, folder: Path, progress: Progress) -> Manifest:
    """Read every file of a backup, and compare its version and keys with this program's.

    Refuses a torn backup, a file that is missing or altered, another version, a field key that is not here.
    """
    told = manifest.read(folder)
    _check_version(told)
    _check_keys(told)
    progress.say(f"checking {len(told.files):,} files")
    tell = progress.counter("checked")
    wrong = [name for name, state in told.files.items() if not _is_as_told(folder / name, state, tell)]
    if wrong:
        raise DomainError(
            "backup_altered",
            f"{len(wrong)} files of {folder} are missing or altered: {_some(wrong)}. Take an earlier backup.",
        )
    return told


def restore_backup(*, folder: Path, progress: Progress, jobs: int = 2) -> Manifest:
    """Fill an empty database and an empty media folder from a backup, then begin anew (`begin_anew`).

    Refuses what `check_backup` refuses; a database or folder that is not empty; content that is not what was backed up.
    """
    told = check_backup(folder=folder, progress=progress)
    pg_restore = programs.find_program("pg_restore", at_least=told.dump_major)
    _check_place(told)
    progress.say(f"copying the files to {settings.MEDIA_ROOT}")
    _copy_media(folder, told, progress)
    progress.say("filling the database")
    connection.close()
    database.execute_as_owner(f"CREATE TABLE {database.UNFINISHED} ()")
    options = ["--format=directory", f"--jobs={jobs}", "--no-owner", "--no-privileges", "--exit-on-error"]
    programs.run(pg_restore, *options, str(folder / DATABASE))
    database.execute_as_owner("ANALYZE")
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    database.give_rights()
    progress.say("comparing what it holds with what was backed up")
    _compare(told.content)
    begin_anew(progress=progress)
    database.execute_as_owner(f"DROP TABLE {database.UNFINISHED}")
    return told


def begin_anew(*, progress: Progress) -> None:
    """After the database went back: nobody is signed in, no token lives, every unit's copy is compared anew."""
    with transaction.atomic():
        for model in content.forgotten_models():
            model._default_manager.all().delete()
        heads = start_new_epoch(lists=CreditList.objects.all())
    progress.say(f"{len(heads)} lists have a new epoch; nobody is signed in, no token lives")
    try:
        caches["default"].clear()
    except RedisError as error:
        progress.say(f"Redis could not be emptied ({error}): do it before you start the programs, FLUSHDB.")


def _check_version(told: Manifest) -> None:
    unknown, lacking = content.differing_migrations(told.content.migrations)
    if unknown:
        raise DomainError(
            "other_version",
            f"The backup is of a newer version: this one does not know the migration {_some(unknown)}. "
            "Install the version that made it.",
        )
    if lacking:
        raise DomainError(
            "other_version",
            f"The backup is of an older version, without the migration {_some(lacking)}. "
            "Install the version that made it, restore, and upgrade then.",
        )


def _check_keys(told: Manifest) -> None:
    for kid, check in told.key_checks.items():
        name = "index key" if kid == crypto.INDEX else f"key {kid}"
        try:
            here = crypto.key_check(kid)
        except KeyError:
            raise DomainError(
                "key_missing", f"FIELD_KEYS_FILE lacks the {name}, under which personal numbers are sealed."
            ) from None
        if here != check:
            raise DomainError("key_differs", f"The {name} of FIELD_KEYS_FILE is not the one of the backup.")


def _is_as_told(path: Path, state: FileState, tell: media.Tell) -> bool:
    try:
        found = media.state_of(path)
    except FileNotFoundError:
        return False
    tell(found.size)
    return (found.size, found.sha256) == (state.size, state.sha256)


def _check_place(told: Manifest) -> None:
    version = database.server_version()
    if version // _MAJOR < told.server_version // _MAJOR:
        raise DomainError(
            "server_too_old",
            f"The backup is of PostgreSQL {told.server_version // _MAJOR}, the server is {version // _MAJOR}.",
        )
    if objects := database.count_objects():
        raise DomainError(
            "database_not_empty",
            f"The database {connection.settings_dict['NAME']} is not empty ({objects} tables, views and sequences). "
            "Make a new one: CREATE DATABASE … LOCALE 'C.UTF-8' TEMPLATE template0.",
        )
    if unfit := run_checks(tags=[Tags.database], databases=["default"]):
        raise DomainError("database_unfit", " ".join(f"{one.msg} {one.hint}" for one in unfit))
    root = Path(settings.MEDIA_ROOT)
    if root.is_dir() and any(root.iterdir()):
        raise DomainError("media_not_empty", f"The folder of files {root} (MEDIA_ROOT) is not empty.")


def _copy_media(folder: Path, told: Manifest, progress: Progress) -> None:
    """All or nothing: after a failure the folder is as empty as before."""
    root, tell = Path(settings.MEDIA_ROOT), progress.counter("files")
    root.mkdir(parents=True, exist_ok=True)
    try:
        for name, state in told.files.items():
            if name.startswith(f"{MEDIA}/"):
                copied = media.copy(folder / name, root / name.removeprefix(f"{MEDIA}/"))
                if copied.sha256 != state.sha256:
                    raise DomainError("copy_differs", f"{name} was not copied right. Is the disk sound?")
                tell(copied.size)
    except BaseException:
        _empty(root)
        raise


def _empty(root: Path) -> None:
    for path in root.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _compare(told: Content) -> None:
    """Rows of every table, digest of every list, one sealed number of each column: all as in the backup."""
    here = content.read_content()
    differing = [
        *_differing("rows of", told.rows, here.rows),
        *_differing("list", told.lists, here.lists),
        *_differing("migrations of", told.migrations, here.migrations),
        *_sealed_for_ever(),
    ]
    if differing:
        raise DomainError("content_differs", f"The restored database is not what was backed up: {_some(differing)}.")


def _differing(what: str, told: dict[str, Any], here: dict[str, Any]) -> Iterator[str]:
    for name in sorted({*told, *here}):
        if told.get(name) != here.get(name):
            yield f"{what} {name}: {here.get(name)}, not {told.get(name)}"


def _sealed_for_ever() -> Iterator[str]:
    for sealed in sealed_models():
        for column in sealed.columns:
            rows = sealed.model._default_manager.exclude(**{column: ""})
            try:
                crypto.unseal(rows.values_list(column, flat=True).order_by("-pk").first() or "")
            except (InvalidTag, KeyError, ValueError):
                yield f"{sealed} {column} cannot be opened"


def _some(names: Iterable[str]) -> str:
    all_names = list(names)
    rest = len(all_names) - _SHOWN
    return ", ".join(all_names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
