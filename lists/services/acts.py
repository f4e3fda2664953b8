"""What all acts have in common that the units learn of: each makes one publication and appends to the feed.

The order is the same in all: lock the entries, ask the table and the role, write the moves, change the entries,
append to the feed, tell the floors above.
"""

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.enums import (
    ON_THE_LIST,
    ChangeOp,
    ChangeReason,
    ExitReason,
    PublicationKind,
)
from lists.models import CreditList, Entry, Publication
from lists.services.black_marks import mark_red_entries
from lists.services.feed import take_positions, write_changes
from lists.signals import publication_made


def decider(reason_code: str, *, by: Actor) -> Actor:
    """A decided objection or repair carries its own right to decide; its service has asked for it already."""
    carried = {
        ExitReason.REPAIRED,
        ExitReason.OBJECTION_UPHELD,
        ChangeReason.OBJECTION_UPHELD,
        ChangeReason.PERSON_REPAIRED,
    }
    return Actor(user=by.user, is_system=True) if reason_code in carried else by


def lock_entry(entry: Entry, by: Actor) -> Entry:
    locked = Entry.objects.select_for_update(of=("self",)).select_related("credit_list").get(pk=entry.pk)
    if not by.is_system and locked.unit_id != (by.unit.pk if by.unit else None):
        raise NotFound("not_your_unit", _("This entry belongs to another unit."))
    return locked


def require_published(entry: Entry) -> None:
    if entry.state not in ON_THE_LIST:
        raise DomainError("entry_not_published", _("This entry is not published, or has left the list."))


def require_term_left(entry: Entry) -> None:
    if entry.term_to < clock.today():
        raise DomainError("term_over", _("The term of this entry has ended meanwhile; it leaves the list by itself."))


def open_publication(
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


def append_version(entry: Entry, publication: Publication, op: ChangeOp) -> None:
    entry.version += 1
    entry.last_publication = publication
    entry.save()
    tell_the_units(publication, op)


def tell_the_units(publication: Publication, op: ChangeOp) -> None:
    """Write the changes, let the floors above do their part, and take the places in the feeds last of all."""
    marks = mark_red_entries(publication)
    write_changes(publication, op=op)
    publication_made.send(Publication, publication=publication)
    for told in (*marks, publication):
        take_positions(told)
