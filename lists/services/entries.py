"""What happens to an entry before the units learn of it: drafted, submitted, returned, discarded."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import require_move, require_seen, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel.errors import DomainError, NotAllowed, NotFound
from lists import events
from lists.enums import EntryState
from lists.models import CreditList, Entry, EntryMove, EntryQuerySet
from lists.services.entry_values import fill, refused_as_duplicate, subject_of
from lists.services.hindrances import BEFORE_REVIEW, COMPLETE
from lists.services.outcomes import Outcome
from lists.services.related_persons import set_related_persons, set_representative
from lists.services.steps import move_entries
from lists.services.told import reopens, told_values
from lists.workflow import EDITABLE, ENTRY


def require_initiator(credit_list: CreditList, by: Actor) -> None:
    """`act_not_allowed`; `not_initiating_unit` unless the actor's unit is one of the list's initiating units."""
    by.require(Act.DRAFT_ENTRIES)
    if not credit_list.is_initiated_by(by):
        raise NotAllowed("not_initiating_unit", _("Only an initiating unit of this list may enter or import entries."))


@transaction.atomic
def draft_entry(*, credit_list: CreditList, values: Mapping[str, Any], by: Actor) -> Entry:
    """Enter one entry by hand.

    `values`: kind, name, code or (document_type, number), basis, document_number, document_on, decided_on,
    grounds; may be left out: basis_kind, act_ended_on, term_from, term_to, facts, dishonesty_class, disclosure,
    representative, related_persons (see `set_related_persons`).
    Refusals: `act_not_allowed`, `not_initiating_unit`, `duplicate` (rule 8), `term_beyond_cap` (rule 5),
    `simple_procedure` and `minor_remedied` (rule 6), `person_not_public` (rule 7), `class_missing`,
    `field_required`, `subject_ceased`, `day_to_come`, `rule_profile_missing`, `value_not_valid`.
    """
    require_initiator(credit_list, by)
    subject = subject_of(values)
    entry = Entry(credit_list=credit_list, unit=by.unit, made_by=by.user, made_by_client=by.client)
    fill(entry, subject, values)
    with refused_as_duplicate():
        entry.save(force_insert=True)
    _set_persons(entry, values)
    write_move(EntryMove, entry, "draft", from_state="", to_state=entry.state, by=by, reason="")
    return entry


@transaction.atomic
def revise_draft(*, entry: Entry, values: Mapping[str, Any], by: Actor, seen_step: int | None = None) -> Entry:
    """Change an entry that is not in review. Whoever revises it becomes its maker, so he may not review it (rule 4).

    `values` as for `draft_entry`; without `code` and `number` the subject stays, and so do the persons that are not
    given. `seen_step`: the last step of the entry that the person saw. What was told to the party and changes makes
    the entry a draft that needs a new notice.
    Refusals: `act_not_allowed`, `entry_not_found` (another unit's), `entry_not_draft`, `edit_conflict` (`by`, `at`,
    `step` and the new `seen_step` in its details), and those of `draft_entry`.
    """
    by.require(Act.DRAFT_ENTRIES)
    locked = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("credit_list", "subject")
        .filter(pk=entry.pk, unit=by.unit)
        .first()
    )
    if locked is None:
        raise NotFound("entry_not_found", _("There is no such entry."))
    if locked.state not in EDITABLE:
        raise DomainError("entry_not_draft", _("This entry is no draft any more. Reload the page to see its state."))
    require_seen(locked, seen_step)
    subject = subject_of(values) if values.get("code") or values.get("number") else locked.subject
    told = told_values(locked)
    fill(locked, subject, values)
    locked.made_by, locked.made_by_client = by.user, by.client
    _write_revision(locked, by, is_reopened=reopens(locked, told))
    with refused_as_duplicate():
        locked.save()
    _set_persons(locked, values)
    return locked


@transaction.atomic
def submit_entries(*, entries: EntryQuerySet, by: Actor, reason: str = "") -> Outcome:
    """Hand entries to the reviewer; on a list that is told of beforehand, when the party has been heard.

    Refusals: `act_not_allowed`, `nothing_selected`. Left out, and refused when nothing else is left: `move_not_open`,
    `notice_missing`, `notice_not_served`, `defence_running`, `statement_unanswered`, `statement_adopted`,
    `field_required`, `subject_ceased`, `basis_fell`.
    """
    hindrances = (*BEFORE_REVIEW, *COMPLETE)
    outcome, _moved = move_entries(
        name="submit", entries=entries, by=by, reason=reason, hindrances=hindrances, submitted_by=by.user
    )
    tell_staff(events.ENTRIES_TO_REVIEW, units=[by.unit], link=reverse("review"), count=outcome.done)
    return outcome


@transaction.atomic
def return_entries(*, entries: EntryQuerySet, by: Actor, reason: str) -> Outcome:
    """Send entries in review back to the clerk. Service of a notice and the party's statements stay as they are.

    Refusals: `act_not_allowed`, `reason_missing`, `nothing_selected`; left out: `move_not_open`.
    """
    outcome, _moved = move_entries(name="return", entries=entries, by=by, reason=reason)
    link = f"{reverse('entries')}?state={EntryState.RETURNED}"
    tell_staff(events.ENTRIES_RETURNED, units=[by.unit], link=link, count=outcome.done)
    return outcome


def discard_entries(*, entries: EntryQuerySet, by: Actor, reason: str) -> Outcome:
    """Give up drafts; their rows and steps stay.

    Refusals: `act_not_allowed`, `reason_missing`, `nothing_selected`; left out: `move_not_open`.
    """
    return move_entries(name="discard", entries=entries, by=by, reason=reason)[0]


def _write_revision(entry: Entry, by: Actor, *, is_reopened: bool) -> None:
    if not is_reopened:
        write_move(EntryMove, entry, "revise", from_state=entry.state, to_state=entry.state, by=by, reason="")
        return
    move = require_move(ENTRY, "reopen", state=entry.state, by=by)
    write_move(EntryMove, entry, move.name, from_state=entry.state, to_state=move.target, by=by, reason="")
    entry.state, entry.defence_until, entry.defence_is_provisional = move.target, None, False


def _set_persons(entry: Entry, values: Mapping[str, Any]) -> None:
    if "related_persons" in values:
        set_related_persons(entry, values["related_persons"] or ())
    if values.get("representative") or ("representative" in values and "related_persons" not in values):
        set_representative(entry, values["representative"])
