"""The database of checked migrations, kept for `bin/test fast`: it is the same again, as long as they are the same."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

import migrated
import places
import services
from processes import Crew
from stages import of_migrations


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ROOT", "LOCAL", "REQUIREMENTS"):
        monkeypatch.setattr(migrated, name, tmp_path / ("" if name == "ROOT" else name.lower()))
    write(tmp_path / "lists/migrations/0001_first.py")
    write(tmp_path / "requirements/base.txt")
    return tmp_path


@pytest.fixture
def postgres() -> Iterator[services.Postgres]:
    place = places.throw_away()
    crew = Crew(place.logs, {})
    made = services.Postgres(place, durable=False)
    made.start(crew)
    crew.wait_until_ready()
    made.make_database(anew=False)
    yield made
    crew.stop()
    places.remove(place)


def write(path: Path, text: str = "1") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "path",
    [
        "lists/migrations/0001_first.py",
        "lists/migrations/0002_next.py",
        "jinan_credit/accounts/migrations/0001_first.py",
        "jinan_credit/kernel/create_models.py",
        "requirements/base.txt",
    ],
)
def test_what_a_migration_does_decides_which_database_is_kept(checkout: Path, path: str) -> None:
    before = migrated.kept()
    assert migrated.kept() == before
    write(checkout / path, "2")
    assert migrated.kept() != before


def test_another_file_does_not(checkout: Path) -> None:
    before = migrated.kept()
    write(checkout / "lists/views/entries.py")
    assert migrated.kept() == before


@pytest.mark.timeout(120)
def test_what_is_kept_is_the_same_database(checkout: Path, postgres: services.Postgres) -> None:
    """Only `fast` starts from it, and an older one goes when another is kept."""
    checked = ["migrations under load", "migrations from nothing"]
    asked(postgres, "CREATE TABLE kept AS SELECT 17 AS number")
    migrated.keep(postgres)
    older = migrated.kept()
    write(checkout / "lists/migrations/0002_next.py")
    assert names(postgres, is_fast=True) == checked
    migrated.keep(postgres)
    assert not older.exists()
    assert names(postgres, is_fast=True) == ["database as kept", "nothing to migrate"]
    assert names(postgres, is_fast=False) == checked

    asked(postgres, "DROP TABLE kept")
    subprocess.run(postgres.restoring(migrated.kept()), check=True)
    assert asked(postgres, "SELECT number FROM kept") == [(17,)]


def asked(postgres: services.Postgres, statement: str) -> list[Any]:
    connection = psycopg2.connect(postgres.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def names(postgres: services.Postgres, *, is_fast: bool) -> list[str]:
    return [stage.name for stage in of_migrations(postgres, is_fast=is_fast)]
