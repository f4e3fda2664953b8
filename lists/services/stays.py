"""An order of a court or reviewing organ suspends an entry, another ends the suspension (ADR 10)."""

from django.db import transaction

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right, write_move
from lists.enums import (
    ChangeOp,
    ChangeReason,
    EntryState,
    PublicationKind,
    RemovalReason,
)
from lists.models import Entry, EntryMove, Publication
from lists.services.acts import append_version, lock_entry, open_publication, require_term_left
from lists.services.black_marks import marks_on_return
from lists.workflow import ENTRY


@transaction.atomic
def stay_entry(*, entry: Entry, made_by: User, by: Actor, reason: str) -> Publication:
    """Suspend an entry by order of a court or reviewing organ: no unit has it any more until the stay is lifted.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work`, `not_your_unit`.
    """
    return _suspend("stay", entry, PublicationKind.STAY, RemovalReason.STAYED, made_by, by, reason)


@transaction.atomic
def lift_stay(*, entry: Entry, made_by: User, by: Actor, reason: str) -> Publication:
    """The stay has ended: the entry is in force again for the rest of its term, and every unit gets it anew.

    Refusals: as `stay_entry`; `term_over` when the term has run out meanwhile.
    """
    return _suspend("lift_stay", entry, PublicationKind.STAY_LIFTED, ChangeReason.STAY_LIFTED, made_by, by, reason)


def _suspend(
    name: str, entry: Entry, kind: PublicationKind, change_reason: str, made_by: User, by: Actor, reason: str
) -> Publication:
    entry = lock_entry(entry, by)
    move = ENTRY.require(name, entry.state)
    require_right(move, by=by, reason=reason, made_by=[made_by.pk])
    is_back = move.target == EntryState.PUBLISHED
    if is_back:
        require_term_left(entry)
    publication = open_publication(entry.credit_list, kind, change_reason, by=by, made_by=made_by, reason=reason)
    write_move(EntryMove, entry, move.name, from_state=entry.state, to_state=move.target, by=by, reason=reason)
    entry.state = move.target
    if is_back:
        entry.marks = marks_on_return(entry)
    append_version(entry, publication, ChangeOp.UPSERT if is_back else ChangeOp.REMOVE)
    return publication
