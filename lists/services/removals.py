"""The acts by which entries leave their list: decided by a person, or at the end of the term."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right, write_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput
from lists.enums import (
    ON_THE_LIST,
    ChangeOp,
    EntryState,
    ExitReason,
    ListKind,
    PublicationKind,
)
from lists.models import CreditList, Entry, EntryMove, Publication
from lists.services.acts import append_version, decider, lock_entry, open_publication, tell_the_units
from lists.services.lapsing import hold_proposals, lapse_proposals
from lists.services.moves import write_moves, write_moves_out_of
from lists.services.steps import among, lock_entries
from lists.workflow import ENTRY

EXPIRY_BATCH = 50_000


@transaction.atomic
def remove_entry(*, entry: Entry, exit_reason: ExitReason, made_by: User, by: Actor, reason: str) -> Publication:
    """Take an entry off its list at once; every unit is told and must confirm release. Its open proposal lapses.

    `made_by` proposed it, `by` decides it. Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`,
    `own_work`, `not_your_unit`; `dishonour_is_for_red_lists`.
    """
    chosen = Entry.objects.filter(pk=entry.pk)
    hold_proposals(chosen)
    entry = lock_entry(entry, by)
    if (exit_reason == ExitReason.DISHONOURED) and entry.credit_list.kind != ListKind.RED:
        raise InvalidInput("dishonour_is_for_red_lists", _("Only a red-list entry can leave as dishonoured."))
    move = ENTRY.require("remove", entry.state)
    require_right(move, by=decider(exit_reason, by=by), reason=reason, made_by=[made_by.pk])
    publication = open_publication(
        entry.credit_list, PublicationKind.REMOVAL, exit_reason, by=by, made_by=made_by, reason=reason
    )
    write_move(EntryMove, entry, move.name, from_state=entry.state, to_state=move.target, by=by, reason=reason)
    entry.state = EntryState.REMOVED
    entry.exit_on = clock.today()
    entry.exit_reason = exit_reason
    lapse_proposals(chosen)
    append_version(entry, publication, ChangeOp.REMOVE)
    return publication


@transaction.atomic
def remove_entries(
    *, credit_list: CreditList, entries: list[Any], exit_reason: ExitReason, made_by: User, by: Actor, reason: str
) -> Publication:
    """Take entries, given by id, off their list as one act. Their open proposals lapse.

    Refusals: as `remove_entry`; a single entry that is not open refuses all.
    """
    move = ENTRY["remove"]
    require_right(move, by=by, reason=reason, made_by=[made_by.pk])
    chosen = among(entries).filter(credit_list=credit_list, unit=by.unit)
    hold_proposals(chosen)
    lock_entries(chosen)
    if chosen.filter(state__in=move.sources).count() != len(entries):
        raise DomainError("move_not_open", _("Meanwhile someone else decided some of these entries. Look again."))
    publication = open_publication(
        credit_list,
        PublicationKind.REMOVAL,
        exit_reason,
        count=len(entries),
        by=by,
        made_by=made_by,
        reason=reason,
    )
    write_moves_out_of(entries, move.name, move.target, at=publication.published_at, by=by, reason=reason)
    chosen.update(
        state=EntryState.REMOVED,
        version=F("version") + 1,
        exit_on=clock.today(),
        exit_reason=exit_reason,
        last_publication=publication,
    )
    lapse_proposals(chosen)
    tell_the_units(publication, ChangeOp.REMOVE)
    return publication


def expire_entries(*, on: date | None = None, progress: Callable[[int], None] | None = None) -> int:
    """Publish the exit of every entry whose term ended before `on` (today): P §四(四), SD art. 38.

    They have been out of force since their last day; this tells the units. Safe to run twice or at once, and
    catches up what an outage left. Their open proposals lapse. Returns how many left.
    """
    day, total = on or clock.today(), 0
    for credit_list in CreditList.objects.filter(entries__in=Entry.objects.run_out(day)).distinct().order_by("pk"):
        for state in ON_THE_LIST:
            while left := _expire_batch(credit_list, state, day):
                total += left
                if progress is not None:
                    progress(total)
    return total


@transaction.atomic
def _expire_batch(credit_list: CreditList, state: EntryState, day: date) -> int:
    over = Entry.objects.run_out(day).filter(credit_list=credit_list, state=state).order_by("term_to")
    if not over.exists():
        return 0
    hold_proposals(over)
    batch = over.select_for_update(of=("self",), skip_locked=True, no_key=True).values("pk")[:EXPIRY_BATCH]
    publication = open_publication(credit_list, PublicationKind.REMOVAL, ExitReason.EXPIRED, count=0, by=SYSTEM)
    publication.count = Entry.objects.filter(pk__in=batch).update(
        state=EntryState.REMOVED,
        version=F("version") + 1,
        exit_on=F("term_to"),
        exit_reason=ExitReason.EXPIRED,
        last_publication=publication,
    )
    if not publication.count:  # another run holds them
        transaction.set_rollback(True)
        return 0
    write_moves(publication, "expire", state, EntryState.REMOVED, by=SYSTEM, reason="")
    lapse_proposals(Entry.objects.filter(last_publication=publication))
    tell_the_units(publication, ChangeOp.REMOVE)
    return publication.count
