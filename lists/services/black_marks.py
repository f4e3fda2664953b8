"""Rule 3: a black entry flags the red entries of its subject, and the flag goes when the last one has left.

It flags from its publication on, also where its term begins later: no job has to remember that day.
One publication of marks a red list, however many entries. The marks are published by the act that causes them: their
places in the feed are taken with its own, last of all, so that the heads of the feeds are always locked in one order.
"""

from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, Func, OuterRef, Value
from django.urls import reverse

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from lists import events
from lists.enums import ChangeOp, ChangeReason, EntryState, ListKind, Mark, PublicationKind
from lists.models import Entry, EntryQuerySet, Publication, black_entries_of
from lists.services.feed import write_changes
from lists.services.moves import write_moves
from lists.services.steps import among
from lists.signals import publication_made

_BEGINS = (PublicationKind.LISTING, PublicationKind.STAY_LIFTED)
_ENDS = (PublicationKind.REMOVAL, PublicationKind.STAY)


def mark_red_entries(publication: Publication) -> list[Publication]:
    """The publications of marks that follow from this one of a black list, without their places in the feeds."""
    if publication.credit_list.kind != ListKind.BLACK:
        return []
    is_black = Exists(black_entries_of(OuterRef("subject")))
    if publication.kind in _BEGINS:
        red = among(_lock_red_entries(publication)).filter(state=EntryState.PUBLISHED, term_to__gte=clock.today())
        unflagged = red.filter(is_black).exclude(marks__contains=[Mark.BLACK_LISTED])
        return _publish_marks(unflagged, ChangeReason.BLACK_LISTED)
    if publication.kind in _ENDS:
        red = among(_lock_red_entries(publication)).filter(state=EntryState.PUBLISHED)
        flagged = red.filter(~is_black, marks__contains=[Mark.BLACK_LISTED])
        return _publish_marks(flagged, ChangeReason.BLACK_LIST_LEFT)
    return []


def marks_on_return(entry: Entry) -> list[str]:
    """The marks of an entry whose stay ends: what happened to its subject meanwhile is caught up."""
    marks = set(entry.marks) - {Mark.BLACK_LISTED}
    if entry.credit_list.kind == ListKind.RED and black_entries_of(entry.subject_id).exists():
        marks.add(Mark.BLACK_LISTED)
    return sorted(marks)


def _lock_red_entries(publication: Publication) -> list[UUID]:
    """Also those in review: whoever publishes one at the same moment waits, and then sees the black entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT red.id FROM lists_entry red
            WHERE red.credit_list_id = ANY(ARRAY(SELECT id FROM lists_creditlist WHERE kind = 'RED'))
              AND red.state IN ('IN_REVIEW', 'PUBLISHED')
              AND red.subject_id IN (SELECT subject_id FROM lists_entry WHERE last_publication_id = %s)
            ORDER BY red.id FOR NO KEY UPDATE OF red
            """,
            [publication.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def _publish_marks(entries: EntryQuerySet, reason: ChangeReason) -> list[Publication]:
    by_list: dict[int, list[UUID]] = {}
    for list_id, pk in entries.order_by("credit_list", "pk").values_list("credit_list_id", "pk"):
        by_list.setdefault(list_id, []).append(pk)
    return [_publish_marks_of(list_id, ids, reason) for list_id, ids in by_list.items()]


def _publish_marks_of(list_id: int, ids: list[UUID], reason: ChangeReason) -> Publication:
    publication = Publication.objects.create(
        credit_list_id=list_id,
        kind=PublicationKind.MARK,
        change_reason=reason,
        published_at=clock.now(),
        count=len(ids),
    )
    function = "array_append" if reason == ChangeReason.BLACK_LISTED else "array_remove"
    among(ids).update(
        marks=Func(F("marks"), Value(Mark.BLACK_LISTED), function=function),
        version=F("version") + 1,
        last_publication=publication,
    )
    state = EntryState.PUBLISHED
    write_moves(publication, reason.lower(), state, state, by=SYSTEM, reason="")
    write_changes(publication, op=ChangeOp.UPSERT)
    publication_made.send(Publication, publication=publication)
    if reason == ChangeReason.BLACK_LISTED:
        tell_staff(
            events.RED_BLACK_LISTED,
            units=among(ids).order_by().values_list("unit", flat=True).distinct(),
            link=f"{reverse('entries')}?mark={Mark.BLACK_LISTED}&in_force=yes",
            about=f"publication {publication.pk}",
            list=publication.credit_list.name,
        )
    return publication
