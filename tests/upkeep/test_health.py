"""Readiness is true only where the database serves this program; liveness wherever the process answers."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from jinan_credit.upkeep.database import UNFINISHED, execute_as_owner


def test_all_is_well(db: None, client: Client) -> None:
    assert client.get("/-/live").json() == {"live": True}
    answer = client.get("/-/ready")

    assert answer.json() == {"ready": True, "database": "ok", "redis": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_a_missing_migration_is_named(db: None, client: Client) -> None:
    last = MigrationRecorder.Migration.objects.filter(app="lists").latest("pk")
    last.delete()
    answer = client.get("/-/ready")

    assert answer.status_code == 503
    assert answer.json()["database"] == f"1 migrations are missing, such as lists {last.name}"
    assert client.get("/-/live").status_code == 200


def test_half_a_restore_is_not_ready(transactional_db: None, client: Client) -> None:
    execute_as_owner(f"CREATE TABLE {UNFINISHED} ()")
    try:
        answer = client.get("/-/ready")
    finally:
        execute_as_owner(f"DROP TABLE {UNFINISHED}")

    assert answer.status_code == 503
    assert answer.json()["database"] == "a restore was never finished"
    assert client.get("/-/ready").status_code == 200


@pytest.fixture
def nowhere() -> Iterator[int]:
    """A port at which nobody listens, and nobody else will."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


def test_without_the_database_it_lives_and_is_not_ready(transactional_db: None, client: Client, nowhere: int) -> None:
    connection.close()
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], nowhere
    try:
        ready, live = client.get("/-/ready"), client.get("/-/live")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port

    assert (ready.status_code, ready.json()["database"]) == (503, "does not answer")
    assert live.json() == {"live": True}
    assert client.get("/-/ready").status_code == 200


def test_without_redis_it_is_ready(db: None, client: Client, settings: Settings, nowhere: int) -> None:
    """What must not be lost is in PostgreSQL; taking every web process out would help nobody."""
    caches: dict[str, Any] = settings.CACHES
    settings.CACHES = {"default": {**caches["default"], "LOCATION": f"redis://127.0.0.1:{nowhere}/0"}}
    answer = client.get("/-/ready")

    assert answer.status_code == 200
    assert answer.json()["redis"] == "does not answer"
