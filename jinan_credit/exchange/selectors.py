"""Reads of the exchange."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from catalog.models import Memorandum
from catalog.selectors import answering_units, current_holders, measures_for
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models import (
    Cursor,
    CursorQuerySet,
    DeliveryAlert,
    Endpoint,
    ParkedChange,
    PushAttempt,
    SweepMark,
)
from jinan_credit.exchange.rules import Extent, Position
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotFound
from lists.models import Change, CreditList, FeedHead, Subscription
from lists.selectors import applies, lists_for_unit

SWEEP_IS_LATE_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class FollowedList:
    """A list, where it ends, and what one unit has to apply to whoever is on it."""

    code: str
    name: str
    kind: str
    head: Position
    measures: list[dict[str, Any]]


def followed_lists(unit: Unit) -> list[FollowedList]:
    """The lists that concern the unit, with its own measures: a constant number of queries."""
    own = measures_for(Memorandum.objects.all(), on=clock.today(), unit=unit).order_by("code")
    described = [
        (
            measure.version.memorandum_id,
            (measure.kind, measure.severity),
            {
                "id": measure.pk,
                "content": measure.content,
                "category": measure.category,
                "severity": measure.severity,
                "applies_to": measure.applies_to,
                "memorandum": measure.version.memorandum.document_number,
                "version": measure.version.number,
                "clause": measure.clause,
                "bases": [str(basis) for basis in measure.bases.all()],
            },
        )
        for measure in own
    ]
    return [
        FollowedList(
            code=credit_list.code,
            name=credit_list.name,
            kind=credit_list.kind,
            head=Position(credit_list.head.epoch, credit_list.head.seq),
            measures=[
                about
                for memorandum_id, traits, about in described
                if memorandum_id in {memorandum.pk for memorandum in credit_list.memoranda.all()}
                and applies(credit_list.kind, credit_list.is_serious, *traits)
            ],
        )
        for credit_list in lists_for_unit(unit).select_related("head").prefetch_related("memoranda")
    ]


def cooperations() -> set[tuple[int, int]]:
    """Pairs (unit, list): `lists.selectors.lists_for_unit` for all units at once, in seven queries."""
    today = clock.today()
    in_force = measures_for(Memorandum.objects.all(), on=today)
    answering = answering_units(in_force, today)
    by_memorandum: dict[int, list[tuple[str, str, set[int]]]] = {}
    measures = in_force.prefetch_related(None).order_by().values_list("pk", "version__memorandum", "kind", "severity")
    for pk, memorandum_id, kind, severity in measures:
        by_memorandum.setdefault(memorandum_id, []).append((kind, severity, answering.get(pk, set())))
    lists = CreditList.objects.order_by().values_list("pk", "kind", "is_serious", "memoranda")
    holders = current_holders(today)
    subscribed = Subscription.objects.valid(today).order_by().values_list("unit", "credit_list")
    return {(holders[unit_id], list_id) for unit_id, list_id in subscribed if unit_id in holders} | {
        (unit_id, list_id)
        for list_id, list_kind, is_serious, memorandum_id in lists
        for kind, severity, units in by_memorandum.get(memorandum_id, [])
        if applies(list_kind, is_serious, kind, severity)
        for unit_id in units
    }


def list_for_unit(unit: Unit | None, code: str) -> CreditList:
    """A list that concerns the unit. Refusal: `list_not_found`, also for a list that does not concern it."""
    found = lists_for_unit(unit).select_related("head").filter(code=code).first() if unit is not None else None
    if found is None:
        raise NotFound("list_not_found", _("There is no such list that concerns this unit."))
    return found


def extent_of(credit_list: CreditList) -> Extent:
    """From where to where the feed of the list is told at this moment, read from the database."""
    epoch, seq, *rest = FeedHead.objects.values_list("epoch", "seq", "floor", "purges").get(pk=credit_list.pk)
    return Extent(Position(epoch, seq), *rest)


def head_of(credit_list: CreditList) -> Position:
    """Where the feed of the list ends at this moment."""
    return extent_of(credit_list).head


def endpoint_of(unit: Unit | None) -> Endpoint:
    """The unit's push address. Refusal: `endpoint_not_found`."""
    found = Endpoint.objects.select_related("unit").filter(unit=unit).first() if unit is not None else None
    if found is None:
        raise NotFound("endpoint_not_found", _("This unit has not registered a push address."))
    return found


def cursors_with_lag(actor: Actor) -> CursorQuerySet:
    """The cursors that this actor may see, with head and lag; a constant number of queries."""
    return (
        Cursor.objects.visible_to(actor)
        .current()
        .with_lag()
        .select_related("unit", "credit_list")
        .order_by("unit__code", "credit_list__code")
    )


def cursors_of(unit: Unit, actor: Actor) -> CursorQuerySet:
    """The copies of one unit: what is behind first, the longest on top, then those that ever got something."""
    behind_first = (F("behind_since").asc(nulls_last=True), F("last_acked_at").desc(nulls_last=True))
    return cursors_with_lag(actor).filter(unit=unit).order_by(*behind_first, "credit_list__code")


@dataclass(frozen=True)
class UnitDelivery:
    """How the copies of one unit stand."""

    unit: Unit
    endpoint: Endpoint | None
    lists: int
    lists_behind: int
    changes_behind: int
    behind_since: datetime | None
    failures: int
    last_error: str
    last_acked_at: datetime | None
    parked: int

    @property
    def state(self) -> str:
        if self.endpoint is not None and self.endpoint.state == "PAUSED":
            return "PAUSED"
        return "FAILING" if self.failures else "ACTIVE"


def deliveries(actor: Actor) -> list[UnitDelivery]:
    """A line a unit that follows lists by push or pull: three queries, however many units."""
    endpoints = {endpoint.unit_id: endpoint for endpoint in Endpoint.objects.visible_to(actor).select_related("unit")}
    parked = dict(
        ParkedChange.objects.visible_to(actor)
        .unsettled()
        .values_list("cursor__unit")
        .annotate(Count("id"))
        .values_list("cursor__unit", "id__count")
    )
    by_unit: dict[Unit, list[Cursor]] = {endpoint.unit: [] for endpoint in endpoints.values()}
    for cursor in cursors_with_lag(actor):
        by_unit.setdefault(cursor.unit, []).append(cursor)
    lines = [
        _delivery(unit, endpoints.get(unit.pk), cursors, parked.get(unit.pk, 0)) for unit, cursors in by_unit.items()
    ]
    return sorted(lines, key=lambda line: (line.state == "ACTIVE", -line.changes_behind, line.unit.code))


def lag_of(cursor: Cursor) -> int:
    """Changes that the unit does not hold yet; all of them when its epoch is over. Needs `with_lag`."""
    head_epoch, head_seq = cursor.head_epoch, cursor.head_seq  # type: ignore[attr-defined]
    return head_seq - cursor.seq if cursor.epoch == head_epoch else head_seq


def _delivery(unit: Unit, endpoint: Endpoint | None, cursors: list[Cursor], parked: int) -> UnitDelivery:
    behind = [cursor for cursor in cursors if lag_of(cursor)]
    since = [cursor.behind_since for cursor in behind if cursor.behind_since]  # type: ignore[attr-defined]
    failing = max(cursors, key=lambda cursor: cursor.failures, default=None)
    acked = [cursor.last_acked_at for cursor in cursors if cursor.last_acked_at]
    return UnitDelivery(
        unit=unit,
        endpoint=endpoint,
        lists=len(cursors),
        lists_behind=len(behind),
        changes_behind=sum(map(lag_of, behind)),
        behind_since=min(since, default=None),
        failures=failing.failures if failing else 0,
        last_error=failing.last_error if failing else "",
        last_acked_at=max(acked, default=None),
        parked=parked,
    )


def last_attempts(actor: Actor, unit: Unit, limit: int = 20) -> Iterable[PushAttempt]:
    return (
        PushAttempt.objects.filter(cursor__in=Cursor.objects.visible_to(actor).filter(unit=unit))
        .select_related("cursor__credit_list")
        .order_by("-id")[:limit]
    )


def rejected_count(actor: Actor, unit: Unit | None = None) -> int:
    """Changes that receivers rejected and that nobody has settled yet, of the units this actor may see."""
    rejected = ParkedChange.objects.visible_to(actor).unsettled()
    return (rejected if unit is None else rejected.filter(cursor__unit=unit)).count()


def rejected_changes(actor: Actor, *, is_settled: bool) -> QuerySet[ParkedChange]:
    """Newest first, each with `entry`, `version`, `op` of its change, and `newest`: the entry's version by now."""
    its_change = Change.objects.filter(
        publication__credit_list=OuterRef("cursor__credit_list"),
        publication__last_seq__gte=OuterRef("seq"),
        publication__first_seq=OuterRef("seq") - F("ordinal") + 1,
    )
    newest = Change.objects.filter(entry=OuterRef("entry")).order_by("-version")
    return (
        ParkedChange.objects.visible_to(actor)
        .filter(~Q(settlement="") if is_settled else Q(settlement=""))
        .annotate(
            entry=Subquery(its_change.values("entry_id")[:1]),
            version=Subquery(its_change.values("version")[:1]),
            op=Subquery(its_change.values("op")[:1]),
        )
        .annotate(newest=Subquery(newest.values("version")[:1]))
        .select_related("cursor__credit_list", "cursor__unit", "settled_by")
        .order_by("-id")
    )


def failing_count(actor: Actor) -> int:
    """Units, of those this actor may see, whose push fails or was paused by their own receiver."""
    failing = Cursor.objects.visible_to(actor).failing().values("unit")
    return Endpoint.objects.visible_to(actor).filter(Q(unit__in=failing) | Q(is_gone=True)).count()


def open_alerts(actor: Actor, unit: Unit | None = None) -> list[DeliveryAlert]:
    """Of each unit that this actor may see, or of this one, the gravest alert; the longest delay first."""
    alerts = DeliveryAlert.objects.visible_to(actor).gravest()
    if unit is not None:
        alerts = alerts.filter(unit=unit)
    return sorted(alerts, key=lambda alert: alert.behind_from)


def alert_count(actor: Actor) -> int:
    """How many units `open_alerts` names."""
    return DeliveryAlert.objects.visible_to(actor).open().aggregate(units=Count("unit", distinct=True))["units"]


def is_sweep_late() -> bool:
    """No worker has looked for two minutes: Celery, its broker or its beat is down. A look that lies ahead, by a clock
    that was wrong, is none."""
    now = clock.now()
    in_time = SweepMark.objects.filter(at__gt=now - SWEEP_IS_LATE_AFTER, at__lt=now + SWEEP_IS_LATE_AFTER)
    return not in_time.exists()
