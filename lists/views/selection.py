"""What a person ticked on a page: some rows, or all that match its filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import InvalidInput
from lists.finding import matching
from lists.models import EntryQuerySet
from lists.views.staff import StaffRequest

MOST_TICKED = 1_000
MOST_DIGITS = 10


@dataclass(frozen=True)
class Selection:
    """`fields` are the hidden inputs that select the same again on the next page; `query` the filters of all that
    match, None for ticked ones."""

    entries: EntryQuerySet
    fields: Sequence[tuple[str, str]]
    query: str | None = None


def selection(request: StaffRequest, among: EntryQuerySet) -> Selection | None:
    """The ticked entries, or with `all` every one that matches `query`; None where nothing is ticked.

    Nothing outside of `among` is reached. Refusals: `too_many_ticked`, `filters_not_valid`.
    """
    if request.POST.get("all"):
        query = request.POST.get("query", "")[:2000]
        return Selection(matching(query, among, request.actor), [("all", "1"), ("query", query)], query)
    ids = [raw for raw in request.POST.getlist("entry") if _is_uuid(raw)]
    if not ids:
        return None
    if len(ids) > MOST_TICKED:
        raise InvalidInput("too_many_ticked", _("Tick fewer entries, or take all of them."))
    return Selection(among.filter(pk__in=ids), [("entry", pk) for pk in ids])


def back_to_select(request: StaffRequest, back: str) -> HttpResponseRedirect:
    """To the page where the boxes are, which says that one must be ticked."""
    messages.warning(request, _("Select at least one entry first."))
    return redirect(back)


def expected_count(request: StaffRequest) -> int:
    """How many the page showed that is confirmed; -1 where it does not say."""
    said = request.POST.get("expected", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < MOST_DIGITS else -1


def _is_uuid(raw: str) -> bool:
    try:
        UUID(raw)
    except ValueError:
        return False
    return True
