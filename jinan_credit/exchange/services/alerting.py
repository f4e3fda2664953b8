"""Alerts: whose copy stays behind, and who is told of it. Nothing here pauses or speeds up a push."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import reverse

from catalog.models import RuleProfile
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.services.staff_messages import Told, tell_each, units_with
from jinan_credit.exchange import events
from jinan_credit.exchange.models import Backlog, DeliveryAlert, DeliveryAlertQuerySet, WatchMark
from jinan_credit.kernel import clock

LEAST_PAUSE = timedelta(seconds=45)
"""Between two looks: two beats, or a beat and push_loop, look as often as one."""

WAITING = """
    SELECT cursor.id AS cursor_id, cursor.unit_id, cursor.credit_list_id, cursor.failures, cursor.last_error,
        CASE
            WHEN cursor.ended_at IS NOT NULL THEN 0
            WHEN cursor.epoch = head.epoch THEN head.seq - cursor.seq
            ELSE head.seq
        END AS changes,
        CASE
            WHEN cursor.ended_at IS NOT NULL THEN cursor.ended_at
            WHEN backlog.cursor_id IS NOT NULL THEN greatest(backlog.waiting_from, missing.published_at)
            WHEN missing.published_at >= mark.at THEN missing.published_at
            ELSE %(now)s
        END AS waiting_from
    FROM exchange_cursor cursor
    JOIN lists_feedhead head ON head.credit_list_id = cursor.credit_list_id
    LEFT JOIN exchange_backlog backlog ON backlog.cursor_id = cursor.id
    LEFT JOIN exchange_watchmark mark ON true
    LEFT JOIN LATERAL (
        SELECT published_at FROM lists_publication publication
        WHERE publication.credit_list_id = cursor.credit_list_id AND publication.last_seq > cursor.seq
        ORDER BY publication.last_seq LIMIT 1
    ) missing ON true
    WHERE cursor.via = 'PUSH' AND CASE
        WHEN cursor.ended_at IS NULL THEN cursor.epoch <> head.epoch OR cursor.seq < head.seq
        ELSE cursor.told_ended_at IS NULL
    END
"""
"""The pushed cursors that are behind, or whose list ended unheard; how many changes, and since when these wait.

What the last look did not find waiting, and was published before it, was not owed then: the cursor is new or was set
back since, by its unit, by a 409, by a new epoch. It waits from now on.
"""

_NOTE = f"""
    WITH waiting AS MATERIALIZED ({WAITING}),
    caught_up AS (
        DELETE FROM exchange_backlog WHERE cursor_id NOT IN (SELECT cursor_id FROM waiting)
    )
    INSERT INTO exchange_backlog (cursor_id, waiting_from)
    SELECT cursor_id, waiting_from FROM waiting
    ON CONFLICT (cursor_id) DO UPDATE SET waiting_from = excluded.waiting_from
    WHERE exchange_backlog.waiting_from <> excluded.waiting_from
"""  # noqa: S608 - made of constants

_RAISE = f"""
    WITH late AS (
        SELECT unit_id, min(waiting_from) AS behind_from, count(*) AS lists, sum(changes) AS changes,
            (array_agg(last_error ORDER BY failures DESC))[1] AS error
        FROM ({WAITING}) waiting GROUP BY unit_id
    )
    INSERT INTO exchange_deliveryalert (unit_id, level, behind_from, raised_at, lists, changes_behind, error)
    SELECT unit_id, level, behind_from, %(now)s, lists, changes, error
    FROM late, unnest(%(levels)s::integer[]) AS level
    WHERE behind_from <= %(now)s - level * interval '1 minute'
    ON CONFLICT DO NOTHING
    RETURNING id
"""  # noqa: S608 - made of constants


@transaction.atomic
def watch() -> None:
    """Note which cursors are behind, end the alerts of units that caught up, raise those that are due.

    A constant number of queries where no alert is raised. Does nothing when another is looking or has just looked.
    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    now = clock.now()
    mark = _take_mark(now)
    if mark is None:
        return
    levels = RuleProfile.objects.for_case("delivery-alert", clock.local_day(now))["after_minutes"]
    _run(_NOTE, now=now)
    ended = [alert.pk for alert in _caught_up(mark.at).in_turn()]
    DeliveryAlert.objects.filter(pk__in=ended).update(ended_at=Greatest(now, F("raised_at")))
    _tell(_run(_RAISE, now=now, levels=levels))
    mark.at = now
    mark.save(update_fields=["at"])


def _take_mark(now: datetime) -> WatchMark | None:
    """The last look, locked until this one ends; the first look of all only leaves its mark."""
    WatchMark.objects.get_or_create(pk=1, defaults={"at": now})
    # A mark in the future is that of a clock which was set back since.
    due = WatchMark.objects.exclude(at__gt=now - LEAST_PAUSE, at__lte=now)
    return due.select_for_update(skip_locked=True).first()


def _caught_up(last_look: datetime) -> DeliveryAlertQuerySet:
    """Open alerts of units for which nothing waits any more that waited at the last look.

    Not: nothing at all. Where much is published, some change is always under way.
    """
    waiting = Backlog.objects.filter(waiting_from__lte=last_look)
    return DeliveryAlert.objects.open().exclude(unit__in=waiting.values("cursor__unit"))


def _tell(raised: list[int]) -> None:
    """The units and the coordinator, of each unit the gravest; once a level and spell, as the alert itself."""
    alerts = DeliveryAlert.objects.filter(pk__in=raised).order_by("unit_id", "-level").distinct("unit_id")
    found = list(alerts.select_related("unit")) if raised else []
    coordinators = units_with(Act.OVERSEE) if raised else ()
    tell_each(
        events.COPY_BEHIND,
        [
            Told(one.unit_id, reverse("push"), f"alert {one.pk}", {"lists": one.lists, "minutes": one.level})
            for one in found
        ],
    )
    tell_each(
        events.COPY_OF_UNIT_BEHIND,
        [
            Told(
                coordinator,
                reverse("push_of_unit", args=[one.unit.code]),
                f"alert {one.pk}",
                {"unit": one.unit.name, "minutes": one.level},
            )
            for one in found
            for coordinator in coordinators
        ],
    )


def _run(statement: str, **values: Any) -> list[int]:
    """Gives the ids that the statement returns, if it does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []
