"""The end of the disclosure limit: an entry is really deleted, an anonymous stub stays (rule 10, SD art. 38)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.moves import require_right
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput
from lists.enums import ChangeOp, EntryState, NameSource, SubjectKind
from lists.models import (
    Change,
    DefenceStatement,
    Entry,
    EntryDocument,
    EntryMove,
    EntryProposal,
    EntryProposalMove,
    ImportRow,
    ListImport,
    Nomination,
    NominationMove,
    Notice,
    NoticeWording,
    NumberReveal,
    Publication,
    RelatedPerson,
    Subject,
    SubjectName,
)
from lists.rules import kept_since
from lists.services.erasure import dash, delete, empty, remove_file
from lists.signals import entries_purged
from lists.workflow import ENTRY

PURGE_BATCH = 1000
_NUMBER = {"document_type": "", "sealed_number": "", "masked_number": "", "number_index": ""}


def purge_entries(*, on: date | None = None, progress: Callable[[int], None] | None = None) -> int:
    """Delete the entries whose disclosure limit ended before `on` (today), a batch a transaction.

    Safe to run twice or at once; a killed run is taken up by the next. Returns how many were deleted.
    Refusals: `day_to_come`, `rule_profile_missing`.
    """
    day, total = on or clock.today(), 0
    if day > clock.today():
        raise InvalidInput("day_to_come", _("Nothing is deleted before the disclosure limit."))
    bound = kept_since(day, RuleProfile.objects.for_case("disclosure", day)["limit_years"])
    while count := _purge_batch(day, bound):
        total += count
        if progress is not None:
            progress(total)
    return total


@transaction.atomic
def _purge_batch(day: date, bound: date) -> int:
    move = ENTRY["purge"]
    require_right(move, by=SYSTEM, reason="")
    due = (
        Entry.objects.filter(state__in=move.sources, exit_on__lt=day)
        .alias(ended_on=Coalesce("act_ended_on", "document_on"))
        .filter(ended_on__lt=bound)
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
    ids = list(due.values_list("pk", flat=True)[:PURGE_BATCH])
    if not ids:
        return 0
    rows = Entry.objects.filter(pk__in=ids)
    subjects = set(rows.values_list("subject_id", flat=True))
    imports = set(rows.exclude(from_import=None).values_list("from_import_id", flat=True))
    _purge_feed(rows)
    _purge_entries(rows)
    _write_moves(ids)
    _purge_what_hangs_on(ids)
    _purge_imports(imports)
    publications = _purge_publications(ids)
    _purge_subjects(subjects)
    entries_purged.send(Entry, entry_ids=ids, publication_ids=publications)
    return len(ids)


def _purge_entries(rows: QuerySet[Entry]) -> None:
    anonymous, _is_new = Subject.objects.get_or_create(kind=SubjectKind.ANONYMOUS, name="", code=None)
    empty(
        rows,
        state=EntryState.PURGED,
        subject=anonymous,
        subject_kind=SubjectKind.ANONYMOUS,
        subject_name="",
        basis="",
        document_number="",
        grounds="",
        facts="",
        marks=[],
        person_disclosure_basis="",
        from_import=None,
    )


def _write_moves(ids: list[UUID]) -> None:
    """The steps stay, with person and time; why they were taken named the party."""
    empty(EntryMove.objects.filter(of__in=ids), reason="")
    now = clock.now()
    EntryMove.objects.bulk_create(
        EntryMove(of_id=pk, name="purge", from_state=EntryState.REMOVED, to_state=EntryState.PURGED, at=now)
        for pk in ids
    )


def _purge_what_hangs_on(ids: list[UUID]) -> None:
    persons = RelatedPerson.objects.filter(entry__in=ids)
    empty(NumberReveal.objects.filter(person__in=list(persons.values_list("pk", flat=True))), person=None, reason="")
    delete(persons)
    delete(DefenceStatement.objects.filter(entry__in=ids))
    delete(EntryDocument.objects.filter(entry__in=ids), "file")
    empty(Notice.objects.filter(entry__in=ids), content={}, served_how=dash("served_how"))
    proposals = EntryProposal.objects.filter(entry__in=ids)
    empty(proposals, new_values={}, reason="", order_number=dash("order_number"), order_by=dash("order_by"))
    empty(EntryProposalMove.objects.filter(of__entry__in=ids), reason="")
    empty(NominationMove.objects.filter(of__entry__in=ids), reason="")
    nominations = Nomination.objects.filter(entry__in=ids)
    for one in nominations.exclude(file=""):
        remove_file(one.file)
    empty(nominations, name="", code="", merits="", nominator="", file="", **_NUMBER)


def _purge_feed(rows: QuerySet[Entry]) -> None:
    """Whoever reads the feed from its start is told of a purged entry only that it left, and why."""
    for reason in rows.order_by().values_list("exit_reason", flat=True).distinct():
        left = list(rows.filter(exit_reason=reason).values_list("pk", flat=True))
        empty(Change._base_manager.filter(entry__in=left), op=ChangeOp.REMOVE, reason=reason, body=None)


def _purge_imports(imports: set[Any]) -> None:
    """The file goes with the first of its entries: it shows that one in clear, and the others stand in the database."""
    found = ListImport.objects.filter(pk__in=imports)
    for one in found.exclude(file=""):
        remove_file(one.file)
    delete(ImportRow.objects.filter(of__in=imports))
    empty(
        found,
        file="",
        file_name=dash("file_name"),
        sheet_name="",
        refusal="",
        error_kinds=[],
        reversed_why=dash("reversed_why"),
        reversal=None,
    )


def _purge_publications(ids: list[UUID]) -> list[int]:
    """Publications of which nothing is left: their reason may have named the party. Returns their ids."""
    told = Publication.objects.filter(pk__in=Change._base_manager.filter(entry__in=ids).values("publication"))
    left = Change._base_manager.filter(publication=OuterRef("pk")).exclude(entry__state=EntryState.PURGED)
    gone = list(told.exclude(Exists(left)).values_list("pk", flat=True))
    empty(Publication.objects.filter(pk__in=gone), reason="")
    wordings = NoticeWording.objects.filter(notices__entry__in=ids).distinct()
    others = Notice.objects.filter(wording=OuterRef("pk")).exclude(entry__state=EntryState.PURGED)
    emptied = list(wordings.exclude(Exists(others)).values_list("pk", flat=True))
    empty(NoticeWording.objects.filter(pk__in=emptied), content={})
    return gone


def _purge_subjects(subjects: set[int]) -> None:
    """A subject without another entry goes; one that stays loses the names that only these entries gave it."""
    entries = Entry.objects.filter(subject=OuterRef("pk"))
    known = Subject.objects.filter(pk__in=subjects)
    gone = list(known.exclude(Exists(entries)).values_list("pk", flat=True))
    anonymous = Subject.objects.filter(kind=SubjectKind.ANONYMOUS).first()
    empty(NumberReveal.objects.filter(subject__in=gone), subject=anonymous, person=None, reason="")
    delete(Subject.objects.filter(pk__in=gone))
    same_name = Entry.objects.filter(subject=OuterRef("subject"), subject_name=OuterRef("name"))
    SubjectName.objects.filter(subject__in=subjects, source=NameSource.LISTED).exclude(Exists(same_name)).delete()
