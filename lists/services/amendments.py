"""A published entry gets another version: a correction, or a mark."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right, write_move
from lists.enums import (
    ChangeOp,
    ChangeReason,
    EntryState,
    Mark,
    PublicationKind,
    RemovalReason,
)
from lists.models import Entry, EntryMove, Publication
from lists.services.acts import (
    append_version,
    decider,
    lock_entry,
    open_publication,
    require_published,
    require_term_left,
)
from lists.services.corrections import PERSONS, check_new_values
from lists.services.related_persons import put_persons
from lists.workflow import ENTRY


@transaction.atomic
def correct_entry(
    *,
    entry: Entry,
    new_values: dict[str, Any],
    made_by: User,
    by: Actor,
    reason: str,
    change_reason: ChangeReason = ChangeReason.CORRECTED,
) -> Publication:
    """Publish a new version of an entry with other values; old and new ones, person and time stay in its history.

    Related persons are given as `sealed_persons` gives them.
    While execution is stayed the feed does not show it: the version says so again.
    Refusals: `entry_not_published`, `term_over` when its last day has passed (rule 1), `own_work`, `not_your_unit`,
    `reason_missing`, and those of `check_new_values`: `field_not_correctable`, `value_not_valid`, `term_beyond_cap`.
    """
    entry = lock_entry(entry, by)
    require_published(entry)
    require_term_left(entry)
    require_right(ENTRY["remove"], by=decider(change_reason, by=by), reason=reason, made_by=[made_by.pk])
    values = check_new_values(entry, new_values, change_reason)
    op, told = (
        (ChangeOp.REMOVE, RemovalReason.STAYED)
        if entry.state == EntryState.STAYED
        else (ChangeOp.UPSERT, change_reason)
    )
    publication = open_publication(
        entry.credit_list, PublicationKind.CORRECTION, told, by=by, made_by=made_by, reason=reason
    )
    write_move(
        EntryMove,
        entry,
        "correct",
        from_state=entry.state,
        to_state=entry.state,
        by=by,
        reason=reason,
    )
    if PERSONS in values:
        put_persons(entry, values.pop(PERSONS))
    for name, value in values.items():
        setattr(entry, name, value)
    append_version(entry, publication, op)
    return publication


@transaction.atomic
def mark_entry(
    *, entry: Entry, mark: Mark, change_reason: ChangeReason, by: Actor, reason: str = ""
) -> Publication | None:
    """Add a mark, which never stops the entry's effect (P §四(三)).

    None when nothing is published: the entry bears it already, or its execution is stayed.

    Refusals: `entry_not_published`.
    """
    return _change_marks(entry, lambda marks: sorted({*marks, mark}), change_reason, by, reason)


@transaction.atomic
def unmark_entry(
    *, entry: Entry, mark: Mark, change_reason: ChangeReason, by: Actor, reason: str = ""
) -> Publication | None:
    """Take a mark off; the reason tells the units how it ended. The change is published even without the mark.

    None, and nothing is published, while execution is stayed.

    Refusals: `entry_not_published`.
    """
    return _change_marks(
        entry, lambda marks: sorted(set(marks) - {mark}), change_reason, by, reason, always_publish=True
    )


def _change_marks(
    entry: Entry,
    change: Callable[[list[str]], list[str]],
    change_reason: ChangeReason,
    by: Actor,
    reason: str,
    *,
    always_publish: bool = False,
) -> Publication | None:
    entry = lock_entry(entry, by if by.is_system else Actor(user=by.user, client=by.client))
    require_published(entry)
    marks = change(entry.marks)
    if marks == entry.marks and not always_publish:
        return None
    write_move(
        EntryMove,
        entry,
        str(change_reason).lower(),
        from_state=entry.state,
        to_state=entry.state,
        by=by,
        reason=reason,
    )
    entry.marks = marks
    if entry.state == EntryState.STAYED:
        entry.save()  # the units do not have it now; they get its marks with it when the stay ends
        return None
    publication = open_publication(entry.credit_list, PublicationKind.MARK, change_reason, by=by, reason=reason)
    append_version(entry, publication, ChangeOp.UPSERT)
    return publication
