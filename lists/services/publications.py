"""Acts that the units learn of: each makes one publication and appends to the feed.

The order is the same in all: lock the entries, ask the table and the role, write the moves, change the entries,
append to the feed, tell the floors above.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Q
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right, write_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from lists.enums import (
    ChangeOp,
    ChangeReason,
    EntryState,
    ExitReason,
    ListKind,
    Mark,
    PublicationKind,
    RemovalReason,
)
from lists.models import CreditList, Entry, EntryMove, EntryQuerySet, Publication, own_work
from lists.models.entry import ON_THE_LIST
from lists.services.black_marks import black_entries_of, mark_red_entries, marks_on_return
from lists.services.corrections import check_new_values
from lists.services.feed import take_positions, write_changes
from lists.services.hindrances import BEFORE_REVIEW, CEASED, require_unhindered
from lists.services.list_versions import keep_version
from lists.services.moves import write_moves, write_moves_out_of
from lists.services.steps import among, lock_entries
from lists.signals import publication_made
from lists.workflow import ENTRY

LARGEST_PUBLICATION = 100_000
EXPIRY_BATCH = 50_000


@transaction.atomic
def publish_entries(*, credit_list: CreditList, entries: EntryQuerySet, by: Actor, reason: str = "") -> Publication:
    """Approve and publish entries of one list that are in review, as one act.

    Refusals: `act_not_allowed`; `nothing_to_publish`; `too_many_entries`; `not_your_unit`; `move_not_open` when one
    is not in review; `own_work` when one was made or submitted by the reviewer (rule 4); `black_listed` when a
    red entry's subject has a black entry in force (rule 3); `term_over` when the term has already run out;
    `subject_ceased`; on a list that is told of beforehand those of `submit_entries`.
    """
    require_right(ENTRY["publish"], by=by, reason=reason)
    chosen = entries.filter(credit_list=credit_list)
    count = _require_publishable(chosen, by)
    _require_heard(credit_list, chosen)
    _require_no_black_entry(credit_list, chosen)

    publication = _open_publication(
        credit_list, PublicationKind.LISTING, ChangeReason.PUBLISHED, count=count, by=by, reason=reason
    )
    published = chosen.filter(state=EntryState.IN_REVIEW).update(
        state=EntryState.PUBLISHED,
        version=F("version") + 1,
        reviewed_by=by.user,
        published_at=publication.published_at,
        list_version=keep_version(credit_list),
        last_publication=publication,
    )
    if published != count:
        raise DomainError("move_not_open", _("Meanwhile someone else decided some of these entries. Look again."))
    write_moves(publication, "publish", EntryState.IN_REVIEW, EntryState.PUBLISHED, by=by, reason=reason)
    _tell_the_units(publication, ChangeOp.UPSERT)
    return publication


@transaction.atomic
def remove_entry(*, entry: Entry, exit_reason: ExitReason, made_by: User, by: Actor, reason: str) -> Publication:
    """Take an entry off its list at once; every unit is told and must confirm release.

    `made_by` proposed it, `by` decides it. Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`,
    `own_work`, `not_your_unit`; `dishonour_is_for_red_lists`.
    """
    entry = _lock(entry, by)
    if (exit_reason == ExitReason.DISHONOURED) and entry.credit_list.kind != ListKind.RED:
        raise InvalidInput("dishonour_is_for_red_lists", _("Only a red-list entry can leave as dishonoured."))
    move = ENTRY.require("remove", entry.state)
    require_right(move, by=_decider(by, exit_reason), reason=reason, made_by=[made_by.pk])
    publication = _open_publication(
        entry.credit_list, PublicationKind.REMOVAL, exit_reason, by=by, made_by=made_by, reason=reason
    )
    write_move(EntryMove, entry, move.name, from_state=entry.state, to_state=move.target, by=by, reason=reason)
    entry.state = EntryState.REMOVED
    entry.exit_on = clock.today()
    entry.exit_reason = exit_reason
    _append(entry, publication, ChangeOp.REMOVE)
    return publication


@transaction.atomic
def remove_entries(
    *, credit_list: CreditList, entries: list[Any], exit_reason: ExitReason, made_by: User, by: Actor, reason: str
) -> Publication:
    """Take entries, given by id, off their list as one act.

    Refusals: as `remove_entry`; a single entry that is not open refuses all.
    """
    move = ENTRY["remove"]
    require_right(move, by=by, reason=reason, made_by=[made_by.pk])
    chosen = among(entries).filter(credit_list=credit_list, unit=by.unit)
    lock_entries(chosen)
    if chosen.filter(state__in=move.sources).count() != len(entries):
        raise DomainError("move_not_open", _("Meanwhile someone else decided some of these entries. Look again."))
    publication = _open_publication(
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
    _tell_the_units(publication, ChangeOp.REMOVE)
    return publication


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
    entry = _lock(entry, by)
    move = ENTRY.require(name, entry.state)
    require_right(move, by=by, reason=reason, made_by=[made_by.pk])
    is_back = move.target == EntryState.PUBLISHED
    if is_back and entry.term_to < clock.today():
        raise DomainError("term_over", _("The term of this entry has ended meanwhile; it leaves the list by itself."))
    publication = _open_publication(entry.credit_list, kind, change_reason, by=by, made_by=made_by, reason=reason)
    write_move(EntryMove, entry, move.name, from_state=entry.state, to_state=move.target, by=by, reason=reason)
    entry.state = move.target
    if is_back:
        entry.marks = marks_on_return(entry)
    _append(entry, publication, ChangeOp.UPSERT if is_back else ChangeOp.REMOVE)
    return publication


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

    While execution is stayed the feed does not show it: the version says so again.
    Refusals: `entry_not_published`, `own_work`, `not_your_unit`, `reason_missing`, and those of
    `check_new_values`: `field_not_correctable`, `value_not_valid`, `term_beyond_cap`.
    """
    entry = _lock(entry, by)
    _require_published(entry)
    require_right(ENTRY["remove"], by=_decider(by, change_reason), reason=reason, made_by=[made_by.pk])
    values = check_new_values(entry, new_values)
    op, told = (
        (ChangeOp.REMOVE, RemovalReason.STAYED)
        if entry.state == EntryState.STAYED
        else (ChangeOp.UPSERT, change_reason)
    )
    publication = _open_publication(
        entry.credit_list, PublicationKind.CORRECTION, told, by=by, made_by=made_by, reason=reason
    )
    changed = "; ".join(
        f"{Entry._meta.get_field(name).verbose_name}: {getattr(entry, name)} → {value}"  # type: ignore[union-attr]
        for name, value in values.items()
    )
    write_move(
        EntryMove,
        entry,
        "correct",
        from_state=entry.state,
        to_state=entry.state,
        by=by,
        reason=f"{reason} ({changed})",
    )
    for name, value in values.items():
        setattr(entry, name, value)
    _append(entry, publication, op)
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


def expire_entries(*, on: date | None = None, progress: Callable[[int], None] | None = None) -> int:
    """Publish the exit of every entry whose term ended before `on` (today): P §四(四), SD art. 38.

    They have been out of force since their last day; this tells the units. Safe to run twice or at once, and
    catches up what an outage left. Returns how many left.
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
    batch = over.select_for_update(of=("self",), skip_locked=True, no_key=True).values("pk")[:EXPIRY_BATCH]
    publication = _open_publication(credit_list, PublicationKind.REMOVAL, ExitReason.EXPIRED, count=0, by=SYSTEM)
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
    _tell_the_units(publication, ChangeOp.REMOVE)
    return publication.count


def _require_publishable(entries: EntryQuerySet, by: Actor) -> int:
    counts = entries.aggregate(
        all=Count("pk"),
        foreign=Count("pk", filter=~Q(unit=by.unit)),
        closed=Count("pk", filter=~Q(state=EntryState.IN_REVIEW)),
        own=Count("pk", filter=own_work(by.user)),
        over=Count("pk", filter=Q(term_to__lt=clock.today())),
    )
    if not counts["all"]:
        raise InvalidInput("nothing_to_publish", _("No entry is selected that could be published."))
    if counts["all"] > LARGEST_PUBLICATION:
        raise InvalidInput(
            "too_many_entries",
            _("One publication holds at most %(most)s entries; %(count)s are selected.")
            % {"most": LARGEST_PUBLICATION, "count": counts["all"]},
        )
    if counts["foreign"]:
        raise NotFound("not_your_unit", _("These entries belong to another unit."))
    if counts["closed"]:
        raise DomainError(
            "move_not_open",
            _("%(count)s of the entries are no longer in review. Reload the page to see what is.")
            % {"count": counts["closed"]},
        )
    if counts["own"]:
        raise DomainError(
            "own_work",
            _("You made or submitted %(count)s of these entries yourself. Another person must review them.")
            % {"count": counts["own"]},
        )
    if counts["over"]:
        raise DomainError(
            "term_over",
            _("The term of %(count)s of these entries has already ended. Return them for correction.")
            % {"count": counts["over"]},
        )
    return int(counts["all"])


def _require_heard(credit_list: CreditList, entries: EntryQuerySet) -> None:
    if credit_list.notice_required:
        lock_entries(entries)
        require_unhindered(entries, BEFORE_REVIEW)
    require_unhindered(entries, (CEASED,))


def _require_no_black_entry(credit_list: CreditList, entries: EntryQuerySet) -> None:
    """Rule 3: a subject with a black entry in force cannot be published on a red list."""
    if credit_list.kind != ListKind.RED:
        return
    lock_entries(entries)  # whoever publishes a black entry of these subjects waits, or is seen here
    conflicting = list(entries.filter(Exists(black_entries_of())).values_list("subject_name", flat=True)[:5])
    if conflicting:
        raise DomainError(
            "black_listed",
            _("On a black list and so not to be published as trustworthy: %(names)s. Return these entries.")
            % {"names": "、".join(conflicting)},
        )


def _decider(by: Actor, reason_code: str) -> Actor:
    """A decided objection or repair carries its own right to decide; its service has asked for it already."""
    carried = {ExitReason.REPAIRED, ExitReason.OBJECTION_UPHELD, ChangeReason.OBJECTION_UPHELD}
    return Actor(user=by.user, is_system=True) if reason_code in carried else by


def _lock(entry: Entry, by: Actor) -> Entry:
    locked = Entry.objects.select_for_update(of=("self",)).select_related("credit_list").get(pk=entry.pk)
    if not by.is_system and locked.unit_id != (by.unit.pk if by.unit else None):
        raise NotFound("not_your_unit", _("This entry belongs to another unit."))
    return locked


def _require_published(entry: Entry) -> None:
    if entry.state not in ON_THE_LIST:
        raise DomainError("entry_not_published", _("This entry is not published, or has left the list."))


def _open_publication(
    credit_list: CreditList,
    kind: PublicationKind,
    change_reason: str,
    *,
    by: Actor,
    count: int = 1,
    made_by: User | None = None,
    reason: str = "",
) -> Publication:
    return Publication.objects.create(
        credit_list=credit_list,
        kind=kind,
        change_reason=change_reason,
        reason=reason,
        unit=by.unit,
        made_by=made_by,
        approved_by=by.user,
        published_at=clock.now(),
        count=count,
    )


def _append(entry: Entry, publication: Publication, op: ChangeOp) -> None:
    entry.version += 1
    entry.last_publication = publication
    entry.save()
    _tell_the_units(publication, op)


def _tell_the_units(publication: Publication, op: ChangeOp) -> None:
    """Write the changes, let the floors above do their part, and take the places in the feeds last of all."""
    marks = mark_red_entries(publication)
    write_changes(publication, op=op)
    publication_made.send(Publication, publication=publication)
    for told in (*marks, publication):
        take_positions(told)


def _change_marks(
    entry: Entry,
    change: Callable[[list[str]], list[str]],
    change_reason: ChangeReason,
    by: Actor,
    reason: str,
    *,
    always_publish: bool = False,
) -> Publication | None:
    entry = _lock(entry, by if by.is_system else Actor(user=by.user, client=by.client))
    _require_published(entry)
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
    publication = _open_publication(entry.credit_list, PublicationKind.MARK, change_reason, by=by, reason=reason)
    _append(entry, publication, ChangeOp.UPSERT)
    return publication
