"""What a backup holds, and what a restore refuses before it has touched anything. The drill is among the
integration tests."""

import base64
import copy
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from jinan_credit.kernel.errors import DomainError
from jinan_credit.upkeep import manifest, programs
from jinan_credit.upkeep.database import UNFINISHED, execute_as_owner, server_version
from jinan_credit.upkeep.progress import Progress
from jinan_credit.upkeep.services import backups, restoring

pytestmark = [pytest.mark.integration]

PHOTO = "evidence/photo.png"


@pytest.fixture(scope="module")
def two_backups(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Path]]:
    """One after the other, of a database without entries and two files of which one is new in the second."""
    place = tmp_path_factory.mktemp("backups")
    (place / "media/evidence").mkdir(parents=True)
    (place / "media" / PHOTO).write_bytes(b"a photo")
    given, current.MEDIA_ROOT = current.MEDIA_ROOT, place / "media"
    try:
        with django_db_blocker.unblock():
            first = made(place)
            (place / "media/evidence/second.png").write_bytes(b"another one")
            second = made(place)
            connection.close()
        yield first, second
    finally:
        current.MEDIA_ROOT = given


def made(place: Path) -> Path:
    call_command("backup", str(place / "kept"), stdout=(said := io.StringIO()), stderr=io.StringIO())
    return Path(said.getvalue().strip())


@pytest.fixture
def backup(two_backups: tuple[Path, Path], tmp_path: Path) -> Path:
    """One that a test may damage."""
    return Path(shutil.copytree(two_backups[1], tmp_path / two_backups[1].name))


@pytest.fixture
def checked(db: None) -> Callable[[Path], str]:
    """Checks a backup by the command and gives what it says."""

    def check(folder: Path) -> str:
        call_command("restore", str(folder), check=True, stdout=(said := io.StringIO()), stderr=io.StringIO())
        return said.getvalue()

    return check


def test_a_backup_says_what_it_holds(two_backups: tuple[Path, Path]) -> None:
    told = manifest.read(two_backups[1])

    assert told.files[f"{manifest.MEDIA}/{PHOTO}"].size == len(b"a photo")
    assert told.content.rows["django_migrations"] > 10
    assert "accounts" in told.content.migrations
    assert not {"django_session", "oauth2_provider_accesstoken"} & set(told.content.rows)
    assert "(index)" in told.key_checks
    assert two_backups[1].stat().st_mode & 0o077 == 0


def test_keys_are_in_no_backup(two_backups: tuple[Path, Path]) -> None:
    text = (two_backups[1] / manifest.NAME).read_text()

    for spec in (*current.FIELD_KEYS["keys"].values(), current.FIELD_KEYS["index"]):
        assert spec["key"] not in text
        assert base64.b64decode(spec["key"]).hex() not in text


def test_a_file_that_is_known_is_linked(two_backups: tuple[Path, Path]) -> None:
    first, second = (backup / manifest.MEDIA / PHOTO for backup in two_backups)

    assert first.samefile(second)
    assert (second.parent / "second.png").stat().st_nlink == 1


def test_a_whole_backup_is_good(backup: Path, checked: Callable[[Path], str]) -> None:
    assert "is whole: 0 lists, 0 entries" in checked(backup)


def test_one_that_was_never_finished_is_refused(backup: Path, checked: Callable[[Path], str]) -> None:
    (backup / manifest.NAME).unlink()

    with pytest.raises(CommandError, match="no finished backup"):
        checked(backup)


def test_one_under_its_draft_name_is_refused(backup: Path, checked: Callable[[Path], str]) -> None:
    with pytest.raises(CommandError, match="no finished backup"):
        checked(backup.rename(f"{backup}{manifest.UNFINISHED}"))


def test_half_a_manifest_is_refused(backup: Path, checked: Callable[[Path], str]) -> None:
    os.truncate(backup / manifest.NAME, 1000)

    with pytest.raises(CommandError, match="cannot be read"):
        checked(backup)


@pytest.mark.parametrize("part", [manifest.DATABASE, manifest.MEDIA])
def test_an_altered_file_is_named(backup: Path, checked: Callable[[Path], str], part: str) -> None:
    file = next(path for path in sorted((backup / part).rglob("*")) if path.is_file() and path.stat().st_size > 5)
    content = bytearray(file.read_bytes())
    content[3] ^= 1
    file.unlink()  # not through the link: the backup before has it, too
    file.write_bytes(content)

    with pytest.raises(CommandError, match=rf"1 files of .* missing or altered: .*{file.name}"):
        checked(backup)


def test_a_missing_file_is_named(backup: Path, checked: Callable[[Path], str]) -> None:
    (backup / manifest.MEDIA / PHOTO).unlink()

    with pytest.raises(CommandError, match=f"missing or altered: media/{PHOTO}"):
        checked(backup)


def test_a_newer_versions_backup_is_refused(backup: Path, checked: Callable[[Path], str]) -> None:
    rewrite(backup, lambda told: told["content"]["migrations"]["lists"].append("0999_of_tomorrow"))

    with pytest.raises(CommandError, match=r"newer version.*lists 0999_of_tomorrow"):
        checked(backup)


def test_an_older_versions_backup_is_refused(backup: Path, checked: Callable[[Path], str]) -> None:
    gone: list[str] = []
    rewrite(backup, lambda told: gone.append(told["content"]["migrations"]["lists"].pop()))

    with pytest.raises(CommandError, match=f"older version, without the migration lists {gone[0]}"):
        checked(backup)


def test_a_missing_key_is_named(backup: Path, checked: Callable[[Path], str]) -> None:
    rewrite(backup, lambda told: told["key_checks"].update(k9="0123456789abcdef"))

    with pytest.raises(CommandError, match="lacks the key k9"):
        checked(backup)


def test_another_key_under_the_same_id_is_named(
    backup: Path, checked: Callable[[Path], str], settings: Settings
) -> None:
    other = copy.deepcopy(settings.FIELD_KEYS)
    other["index"]["key"] = base64.b64encode(b"i" * 32).decode()
    settings.FIELD_KEYS = other

    with pytest.raises(CommandError, match="The index key of FIELD_KEYS_FILE is not the one"):
        checked(backup)


def test_a_database_with_tables_is_not_filled(backup: Path, db: None, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "nothing"

    with pytest.raises(CommandError, match=r"is not empty \(\d+ tables"):
        call_command("restore", str(backup), stderr=io.StringIO())
    assert not settings.MEDIA_ROOT.exists()


def test_a_database_that_was_left_half_filled_is_refused(transactional_db: None) -> None:
    execute_as_owner(f"CREATE TABLE {UNFINISHED} ()")
    try:
        with pytest.raises(Exception, match="never finished"):
            call_command("check", databases=["default"])
    finally:
        execute_as_owner(f"DROP TABLE {UNFINISHED}")
    call_command("check", databases=["default"], stdout=io.StringIO())


def test_what_a_killed_backup_left_is_removed_by_the_next(two_backups: tuple[Path, Path]) -> None:
    kept = two_backups[0].parent
    torn = kept / f"20200101T000000.000000Z{manifest.UNFINISHED}"
    torn.mkdir()

    backups._remove_torn(kept, Progress(quiet()))

    assert not torn.exists()
    assert backups.finished_backups(kept) == list(two_backups)


def test_two_backups_at_once_are_refused(tmp_path: Path) -> None:
    with (
        backups._only_one(tmp_path),
        pytest.raises(DomainError, match="Another backup"),
        backups._only_one(tmp_path),
    ):
        pass


def test_only_the_newest_are_kept(two_backups: tuple[Path, Path], tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for one in two_backups:
        shutil.copytree(one, kept / one.name)

    backups.keep_newest(folder=kept, count=1, progress=Progress(quiet()))

    assert [path.name for path in kept.iterdir()] == [two_backups[1].name]


def test_a_program_of_the_right_version_is_needed(db: None) -> None:
    major = server_version() // 10_000

    assert programs.find_program("pg_dump", at_least=major).is_file()
    with pytest.raises(DomainError, match=rf"PostgreSQL 99 or newer is needed; .* is version {major}"):
        programs.find_program("pg_dump", at_least=99)


def test_the_files_are_copied_whole_or_not_at_all(backup: Path, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "new media"
    (backup / manifest.MEDIA / "evidence/second.png").write_bytes(b"another on!")
    told = manifest.read(backup)

    with pytest.raises(DomainError, match="was not copied right"):
        restoring._copy_media(backup, told, Progress(quiet()))
    assert not list(settings.MEDIA_ROOT.iterdir())


def quiet() -> Any:
    from django.core.management.base import OutputWrapper

    return OutputWrapper(io.StringIO())


def rewrite(backup: Path, change: Callable[[dict[str, Any]], object]) -> None:
    told = json.loads((backup / manifest.NAME).read_text())
    change(told)
    (backup / manifest.NAME).write_text(json.dumps(told))
