"""When entries are really deleted: at the disclosure limit (rule 10, SD art. 38), and drafts that were given up."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from catalog.selectors import records_kept_since
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.moves import require_right
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.workflow import Move
from lists.enums import EntryState
from lists.models import Entry, EntryMove
from lists.rules import kept_since
from lists.services.entry_stubs import leave_stubs
from lists.services.erasure import in_batches
from lists.services.retention import purge_records
from lists.workflow import ENTRY


def purge(*, on: date | None = None, progress: Callable[[int], None] | None = None) -> dict[str, int]:
    """Delete everything whose time ended before `on` (today). Returns how many of each kind.

    Safe to run twice or at once; a killed run is taken up by the next.
    Refusals: `day_to_come`, `rule_profile_missing`, `rule_parameter_missing`.
    """
    return {
        "entries": purge_entries(on=on, progress=progress),
        "drafts": purge_drafts(on=on),
        **purge_records(day=_day_of(on)),
    }


def purge_entries(*, on: date | None = None, progress: Callable[[int], None] | None = None) -> int:
    """Delete the entries whose disclosure limit is over; an anonymous stub stays. Returns how many were deleted.

    Refusals: `day_to_come`, `rule_profile_missing`.
    """
    day = _day_of(on)
    bound = kept_since(day, RuleProfile.objects.for_case("disclosure", day)["limit_years"])
    due = (
        Entry.objects.filter(state=EntryState.REMOVED, exit_on__lt=day)
        .alias(ended_on=Coalesce("act_ended_on", "document_on"))
        .filter(ended_on__lt=bound)
    )
    return in_batches(due, lambda ids: _take(ENTRY["purge"], EntryState.REMOVED, ids), progress)


def purge_drafts(*, on: date | None = None) -> int:
    """Delete what was given up before it was ever published; a stub stays as of an entry. Returns how many.

    Refusals: `day_to_come`, `rule_profile_missing`.
    """
    since = records_kept_since(_day_of(on), rule="retention", limit="given_up_days")
    long_ago = EntryMove.objects.filter(of=OuterRef("pk"), name="discard", at__lt=since)
    due = Entry.objects.filter(Exists(long_ago), state=EntryState.DISCARDED)
    return in_batches(due, lambda ids: _take(ENTRY["forget"], EntryState.DISCARDED, ids))


def _day_of(on: date | None) -> date:
    day = on or clock.today()
    if day > clock.today():
        raise InvalidInput("day_to_come", _("Nothing is deleted before its day has come."))
    return day


def _take(move: Move, state: EntryState, ids: list[UUID]) -> None:
    require_right(move, by=SYSTEM, reason="")
    leave_stubs(ids)
    now = clock.now()
    EntryMove.objects.bulk_create(
        EntryMove(of_id=pk, name=move.name, from_state=state, to_state=move.target, at=now) for pk in ids
    )
