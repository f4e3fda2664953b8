"""What the database says of itself: migrations, rows of each table, digests of the lists, keys in use."""

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField, Model

from jinan_credit.exchange.digests import compute_digest
from jinan_credit.upkeep.database import UNFINISHED
from jinan_credit.upkeep.manifest import Content, ListState
from lists.models import CreditList
from lists.services.key_rotation import values_by_key

_FORGOTTEN = (
    *("oauth2_provider.RefreshToken", "oauth2_provider.AccessToken", "oauth2_provider.IDToken"),
    *("oauth2_provider.Grant", "oauth2_provider.DeviceGrant", "usersessions.UserSession"),
)


def forgotten_models() -> list[type[Model]]:
    """Who is signed in and which tokens live: in no backup, and gone after a restore. Those referring come first."""
    given = (label.split(".") for label in _FORGOTTEN)
    return [*(apps.get_model(app, name) for app, name in given if apps.is_installed(_package(app))), Session]


def forgotten_tables() -> list[str]:
    return [model._meta.db_table for model in forgotten_models()]


def read_content() -> Content:
    """At the moment of the transaction that is open."""
    return Content(
        migrations=read_migrations(), rows=_count_rows(), lists=_digest_lists(), keys=sorted(values_by_key())
    )


def read_migrations() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def differing_migrations(applied: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Of a database with these migrations: those that this program does not know, and those that it lacks."""
    loader = MigrationLoader(None)
    replaced = {step for migration in loader.disk_migrations.values() for step in migration.replaces}
    there = {(app, name) for app, names in applied.items() for name in names}
    unknown = {step for step in there if step[0] in loader.migrated_apps} - set(loader.disk_migrations) - replaced
    lacking = set(loader.graph.nodes) - there
    return sorted(map(" ".join, unknown)), sorted(map(" ".join, lacking))


def named_files() -> Iterator[str]:
    """The media files that rows name, by their path below MEDIA_ROOT."""
    for model in apps.get_models():
        if hasattr(model, "pgh_tracked_model") or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                names = model._default_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
                yield from filter(None, names.iterator())


def _count_rows() -> dict[str, int]:
    left_out = {*forgotten_tables(), UNFINISHED}
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - left_out)
        counted = ((table, f'SELECT count(*) FROM "{table}"') for table in tables)  # noqa: S608 - names of our tables
        return {table: _one(cursor.execute(query) or cursor.fetchone()) for table, query in counted}


def _one(row: tuple[int]) -> int:
    return row[0]


def _digest_lists() -> dict[str, ListState]:
    found = {}
    for credit_list in CreditList.objects.order_by("code"):
        digest = compute_digest(credit_list)
        buckets = hashlib.sha256("".join(digest.buckets).encode()).hexdigest()
        found[credit_list.code] = ListState(digest.at.epoch, digest.at.seq, digest.count, buckets)
    return found


def _package(label: str) -> str:
    return {"usersessions": "allauth.usersessions"}.get(label, label)
