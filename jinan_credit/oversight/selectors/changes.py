"""Who changed what: every version of a row beside the one before it, as the history keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery

from jinan_credit.accounts.history import keeps_replaced
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.masking import Audience, name_for
from jinan_credit.oversight.selectors.history import sealed_models

HIDDEN = "•••"
_NEVER_SHOWN = ("sealed_", "password", "secret", "token", "index", "hash")
_PER_FETCH = 500


@dataclass(frozen=True)
class Wanted:
    """What the filters leave. The table is always given."""

    table: str
    user: User | None = None
    row: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class FieldChange:
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """`is_first`: the row was made; then there are no old values. `is_last`: it was deleted."""

    key: int
    at: datetime
    who: str
    where: str
    row: str
    is_first: bool
    is_last: bool
    fields: list[FieldChange]


def tracked() -> dict[str, type[Model]]:
    """The event model of every model whose rows have a history, by the name of its table."""
    events = [model for model in sealed_models() if hasattr(model, "pgh_tracked_model")]
    return {_of(event)._meta.db_table: event for event in events}


def name_of(event: type[Model]) -> str:
    return str(_of(event)._meta.verbose_name)


def changes(wanted: Wanted, before: int | None = None, *, per_fetch: int = _PER_FETCH) -> Iterator[RowChange]:
    """The newest first. What of persons is kept is masked: an auditor sees that it changed, and who did it."""
    event = tracked()[wanted.table]
    found = _found(event, wanted)
    while True:
        part: list[Any] = list((found if before is None else found.filter(pgh_id__lt=before))[:per_fetch])
        yield from _told(event, part)
        if len(part) < per_fetch:
            return
        before = part[-1].pgh_id


def _found(event: type[Model], wanted: Wanted) -> QuerySet[Any]:
    found = event._default_manager.select_related("pgh_context").order_by("-pgh_id")
    if wanted.user is not None:
        found = found.filter(pgh_context__metadata__user=wanted.user.pk)
    if wanted.row:
        found = found.filter(pgh_obj_id=wanted.row)
    if wanted.since:
        found = found.filter(pgh_created_at__gte=clock.start_of(wanted.since))
    if wanted.until:
        found = found.filter(pgh_created_at__lt=clock.start_of(wanted.until + timedelta(days=1)))
    others = event._default_manager.filter(pgh_obj_id=OuterRef("pgh_obj_id"))
    if _keeps_replaced(event):
        beside = others.filter(pgh_id__gt=OuterRef("pgh_id")).order_by("pgh_id")
    else:
        beside = others.filter(pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    return found.annotate(beside=Subquery(beside.values("pgh_id")[:1]))


def _told(event: type[Model], part: list[Any]) -> Iterator[RowChange]:
    beside = event._default_manager.in_bulk([row.beside for row in part if row.beside])
    live = _live_rows(event, part) if _keeps_replaced(event) else {}
    users = User.objects.in_bulk({user for row in part if (user := _user_of(row))})
    for row in part:
        other = beside.get(row.beside) or live.get(row.pgh_obj_id)
        is_last = row.pgh_label == "delete"
        old, new = (row, None) if is_last else (row, other) if _keeps_replaced(event) else (other, row)
        context = row.pgh_context.metadata if row.pgh_context else {}
        yield RowChange(
            key=row.pgh_id,
            at=row.pgh_created_at,
            who=str(users.get(_user_of(row)) or ""),
            where=str(context.get("url") or context.get("command") or ""),
            row=str(row.pgh_obj_id),
            is_first=old is None,
            is_last=is_last,
            fields=_differences(event, old, new),
        )


def _live_rows(event: type[Model], part: list[Any]) -> dict[Any, Any]:
    return _of(event)._base_manager.in_bulk({row.pgh_obj_id for row in part if not row.beside})


def _differences(event: type[Model], old: Any, new: Any) -> list[FieldChange]:
    found = []
    for field in _of(event)._meta.concrete_fields:
        if not any(kept.attname == field.attname for kept in event._meta.concrete_fields):
            continue
        before, after = (getattr(row, field.attname, None) if row is not None else None for row in (old, new))
        if before != after and not (old is None and after in (None, "", [], {})):
            shown = (_shown(event, field, value) for value in (before, after))
            found.append(FieldChange(str(field.verbose_name), *shown))
    return found


def _shown(event: type[Model], field: Any, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if any(part in field.name for part in _NEVER_SHOWN):
        return HIDDEN
    if field.name in str(_of(event).classified.personal).split():  # type: ignore[attr-defined]
        return name_for(Audience.FILE, str(value), is_person=True) if field.name.endswith("name") else HIDDEN
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return f"{clock.in_jinan(value):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def _user_of(row: Any) -> int | None:
    user = row.pgh_context.metadata.get("user") if row.pgh_context else None
    return user if isinstance(user, int) else None


def _keeps_replaced(event: type[Model]) -> bool:
    return any(keeps_replaced(trigger) for trigger in getattr(_of(event)._meta, "triggers", []))


def _of(event: type[Model]) -> type[Model]:
    model: type[Model] = event.pgh_tracked_model  # type: ignore[attr-defined]
    return model
