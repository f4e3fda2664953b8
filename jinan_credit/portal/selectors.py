"""What any passer-by may find: organisations in force, by name, code or list, and never a natural person (rule 7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, F, Func, IntegerField, OuterRef, Value, When

from jinan_credit.kernel.identifiers import is_uscc, normalise_code, normalise_text
from lists.enums import Disclosure, ListKind
from lists.keyset import LAST_PUBLISHED, Page, border_of, page_of_ids
from lists.models import CreditList, CreditPromise, CreditPromiseQuerySet, Entry, EntryQuerySet, Subject
from lists.models.credit_list import CreditListQuerySet
from lists.selectors import subjects_named

SHORTEST_NAME = 2
MOST_RESULTS = 500
NOBODY = [0]
"""Asked for where no organisation bears the name, so that the statements are the same as where one does."""


def subjects_asked(query: str) -> list[int]:
    """Organisations whose code or name, then or now, is the query or like it; the likeliest first (rule 9).

    Persons are not looked for at all: their names and those that nobody bears are asked in the same statements.
    """
    text, code = normalise_text(query), normalise_code(query)
    if is_uscc(code):
        return list(Subject.objects.with_code(code).values_list("pk", flat=True))
    if len(text) < SHORTEST_NAME:
        return []
    return subjects_named(text, most=MOST_RESULTS, with_persons=False)


def entries_of_subjects(subjects: list[int]) -> EntryQuerySet:
    """What any passer-by may see of these organisations, in their order."""
    found = (
        Entry.objects.public().select_related("credit_list", "unit", "subject").filter(subject__in=subjects or NOBODY)
    )
    return found.order_by(_place_in(subjects), "-published_at", "pk")


def promises_of_subjects(subjects: list[int]) -> CreditPromiseQuerySet:
    """The public promises of these organisations, in their order."""
    shown = public_promises().filter(subject__in=subjects or NOBODY)
    return shown.order_by(_place_in(subjects), "-promised_on", "-pk")


def public_promises() -> CreditPromiseQuerySet:
    return CreditPromise.objects.public().select_related("subject", "unit").order_by("-promised_on", "-pk")


def _place_in(subjects: list[int]) -> Func:
    ranked = Value(subjects, output_field=ArrayField(BigIntegerField()))
    return Func(ranked, F("subject_id"), function="array_position", output_field=IntegerField())


def public_lists() -> CreditListQuerySet:
    """The lists that anybody may read; the red ones first (P §二(二)6)."""
    place = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(ListKind)))
    shown = CreditList.objects.filter(disclosure=Disclosure.PUBLIC).prefetch_related("initiating_units")
    return shown.order_by(place, "code")


def last_praised(most: int) -> list[Entry]:
    """The organisations that came on the red lists last (P §二(二)6). Two queries, each list asked by its index."""
    listed = Entry.objects.public().filter(credit_list=OuterRef("pk"))
    newest = ArraySubquery(LAST_PUBLISHED.sorted(listed).values("pk")[:most])
    red = CreditList.objects.filter(kind=ListKind.RED, disclosure=Disclosure.PUBLIC).values_list(newest, flat=True)
    ids = [pk for some in red for pk in some]
    rows = Entry.objects.public().filter(pk__in=ids).select_related("credit_list", "subject")
    return list(LAST_PUBLISHED.sorted(rows)[:most])


@dataclass(frozen=True)
class ListPage:
    """`page` has the borders from which the neighbouring pages go on."""

    rows: list[Entry]
    page: Page


def page_of_list(credit_list: CreditList, query: Mapping[str, str], size: int) -> ListPage:
    """The organisations on a list, newest first, from where the address says. At most two queries."""
    listed = Entry.objects.public().filter(credit_list=credit_list)
    border = border_of(query, LAST_PUBLISHED, among=listed)
    beyond = listed.filter(border.beyond) if border else listed
    ordered = LAST_PUBLISHED.sorted(beyond, backwards=border is not None and border.is_backwards)
    found = {entry.pk: entry for entry in ordered.select_related("subject", "unit")[: size + 1]}
    page = page_of_ids(list(found), size, border)
    return ListPage([found[pk] for pk in page.ids], page)
