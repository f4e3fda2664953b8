"""Reads of the lists."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from catalog.enums import Severity, VersionState
from catalog.models import Measure
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit, UnitQuerySet
from jinan_credit.accounts.selectors import unit_and_predecessors
from jinan_credit.kernel import clock, crypto
from lists.models import CreditList, Entry, EntryQuerySet
from lists.models.credit_list import CreditListQuerySet
from lists.services.feed import ENTRY_BODY_SOURCE


def _in_force(path: str, on: date) -> Q:
    """Memorandum versions in force, reached over `path`."""
    return Q(**{f"{path}__state": VersionState.IN_FORCE, f"{path}__valid_from__lte": on}) & (
        Q(**{f"{path}__valid_to": None}) | Q(**{f"{path}__valid_to__gte": on})
    )


def measures_for_list(credit_list: CreditList, unit: Unit | None = None) -> QuerySet[Measure]:
    """The measures that apply to a list; with `unit`, only its own.

    Rule 2: none without a legal basis, severe ones only on serious lists. Bases are prefetched.
    """
    measures = Measure.objects.filter(
        _in_force("version", clock.today()), version__memorandum__lists=credit_list, bases__isnull=False
    )
    if not credit_list.is_serious:
        measures = measures.exclude(severity=Severity.SEVERE)
    if unit is not None:
        mine = Q(responsibilities__unit__in=unit_and_predecessors(unit))
        measures = measures.filter(mine | Q(by_all_units=True) if unit.is_city_unit else mine)
    return measures.distinct().prefetch_related("bases").order_by("version__memorandum__number", "code")


def lists_for_unit(unit: Unit) -> CreditListQuerySet:
    """The lists a unit cooperates on: it is responsible for at least one measure that applies to the list."""
    measure = "memoranda__versions__measures"
    applicable = (
        _in_force("memoranda__versions", clock.today())
        & Q(**{f"{measure}__bases__isnull": False})
        & (Q(is_serious=True) | ~Q(**{f"{measure}__severity": Severity.SEVERE}))
    )
    mine = Q(**{f"{measure}__responsibilities__unit__in": unit_and_predecessors(unit)})
    if unit.is_city_unit:
        mine |= Q(**{f"{measure}__by_all_units": True})
    return CreditList.objects.filter(pk__in=CreditList.objects.filter(applicable & mine).values("pk"))


def cooperating_units(credit_list: CreditList) -> UnitQuerySet:
    """配合单位: the active units responsible for a measure that applies to the list, merged ones by successor."""
    today = clock.today()
    measures = measures_for_list(credit_list).prefetch_related(None).order_by()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE responsible(id) AS (
                SELECT unit_id FROM catalog_measureresponsibility WHERE measure_id = ANY(%s)
                UNION
                SELECT unit.successor_id FROM accounts_unit unit JOIN responsible ON unit.id = responsible.id
                WHERE unit.successor_id IS NOT NULL AND unit.valid_to < %s
            )
            SELECT id FROM responsible
            """,
            [list(measures.values_list("pk", flat=True)), today],
        )
        responsible = Q(pk__in=[row[0] for row in cursor.fetchall()])
    if measures.filter(by_all_units=True).exists():
        responsible |= Q(is_city_unit=True)
    return Unit.objects.active(today).filter(responsible)


def find_in_force(
    *, code: str = "", document_type: str = "", document_number: str = "", on: date | None = None
) -> EntryQuerySet:
    """Entries in force by identifier: an organisation's code, or a person's document, also as related person."""
    in_force = Entry.objects.in_force(on)
    if code:
        return in_force.filter(subject__code=code)
    index = crypto.blind_index(document_type, document_number)
    return in_force.filter(Q(subject__number_index=index) | Q(related_persons__number_index=index)).distinct()


def entry_bodies(entries: EntryQuerySet, profile: DataProfile) -> dict[Any, dict[str, Any]]:
    """The present state of entries by id, as readers of the feed with this data profile get it."""
    ids = list(entries.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(f"{ENTRY_BODY_SOURCE} WHERE entry.id = ANY(%s::uuid[])", [ids])
        return {row[0]: render_body(json.loads(row[2]), profile) for row in cursor.fetchall()}


def entry_body(entry: Entry, profile: DataProfile) -> dict[str, Any]:
    """The present state of one entry, as readers of the feed with this data profile get it."""
    return entry_bodies(Entry.objects.filter(pk=entry.pk), profile)[entry.pk]


def render_body(body: dict[str, Any], profile: DataProfile) -> dict[str, Any]:
    """A stored body with its document numbers unsealed (full) or left out (masked)."""
    rendered = deepcopy(body)
    for holder in [rendered["subject"], *rendered["related_persons"]]:
        sealed = holder["document_number"]
        holder["document_number"] = crypto.unseal(sealed) if sealed and profile == DataProfile.FULL else None
    return rendered
