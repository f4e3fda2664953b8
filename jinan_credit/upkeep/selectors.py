from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.core.cache import caches
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from jinan_credit.exchange.models import DeliveryAlert
from jinan_credit.exchange.selectors import is_sweep_late
from jinan_credit.upkeep.database import UNFINISHED
from lists.enums import ExportStatus, ImportStatus
from lists.models import EntryExport, LargeStep, ListImport
from sanctions.enums import BatchStatus
from sanctions.models import ScreeningBatch


@dataclass(frozen=True)
class Part:
    """Something that the system needs. `trouble` says what its absence means."""

    name: Promise
    is_well: bool
    trouble: Promise


@dataclass(frozen=True)
class Jobs:
    """What the workers have still to do of one kind."""

    name: Promise
    count: int
    oldest: datetime | None


def parts() -> list[Part]:
    """Without the database no page opens, so it is none of them."""
    return [
        Part(
            _("Redis: nudges, limits, cache"),
            redis_answers(),
            _("It does not answer. Nothing is lost; pushes come by the sweep, and pages are slower."),
        ),
        Part(
            _("Workers and their clock"),
            not is_sweep_late(),
            _("No worker has looked for changes for two minutes. Nothing is lost: start the workers and the clock."),
        ),
        Part(
            _("Copies of the units"),
            not DeliveryAlert.objects.open().exists(),
            _("At least one unit's copy is behind for too long. The coordinator's page of the push says whose."),
        ),
    ]


def jobs() -> list[Jobs]:
    """One query a kind."""
    under_way: Iterable[tuple[Promise, QuerySet]] = (
        (_("List files"), ListImport.objects.filter(status__in=[ImportStatus.CHECKING, ImportStatus.IMPORTING])),
        (_("Steps with many entries"), LargeStep.objects.under_way()),
        (_("Exports"), EntryExport.objects.filter(status__in=[ExportStatus.WAITING, ExportStatus.RUNNING])),
        (_("Batches of parties"), ScreeningBatch.objects.filter(status=BatchStatus.RUNNING)),
    )
    return [Jobs(name, **rows.aggregate(count=Count("pk"), oldest=Min("made_at"))) for name, rows in under_way]


def redis_answers() -> bool:
    try:
        caches["default"].get("ready")
    except RedisError:
        return False
    return True


def is_restore_unfinished() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [UNFINISHED])
        return bool(cursor.fetchone()[0])


def missing_migrations() -> list[str]:
    """Those of this program that the database has not seen."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(f"{app} {name}" for app, name in _of_this_program() - applied)


@cache
def _of_this_program() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)
