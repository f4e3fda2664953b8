"""What stays of an entry when its time is over: that there was one, of which list and unit, and who did what when."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from lists.enums import ChangeOp, EntryState, ImportStatus, NameSource
from lists.models import (
    Change,
    CreditPromise,
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
    Proceeding,
    ProceedingMove,
    Publication,
    RelatedPerson,
    Subject,
    SubjectName,
)
from lists.services.erasure import dash, delete, empty, forget, remove_file
from lists.services.exports import withdraw_copies
from lists.services.feed import count_purge
from lists.signals import entries_purged

_NUMBER = {"document_type": "", "sealed_number": "", "masked_number": "", "number_index": ""}


def leave_stubs(ids: list[UUID]) -> None:
    """Delete or empty whatever names the parties of these entries, here and on the floors above."""
    rows = Entry.objects.filter(pk__in=ids)
    subjects = set(rows.values_list("subject_id", flat=True))
    imports = _imports_of(rows)
    _empty_feed(rows)
    _empty_entries(rows)
    _empty_what_hangs_on(ids)
    empty_imports(imports)
    publications = _empty_publications(ids)
    delete_subjects(subjects)
    entries_purged.send(Entry, entry_ids=ids, publication_ids=publications)
    count_purge(rows)


def empty_nominations(nominations: QuerySet[Nomination]) -> None:
    empty(NominationMove.objects.filter(of__in=nominations.order_by().values("pk")), reason="")
    for one in nominations.exclude(file=""):
        remove_file(one.file)
    empty(nominations, name="", code="", merits="", nominator="", file="", **_NUMBER)


def empty_imports(ids: list[Any]) -> None:
    """The file goes with the first of its entries: it shows that one in clear, and the others stand in the database.

    What the file had changed can then no longer be reversed.
    """
    found = ListImport.objects.filter(pk__in=ids)
    for one in found.exclude(file=""):
        remove_file(one.file)
    delete(ImportRow.objects.filter(of__in=ids))
    withdraw_copies(ids)
    empty(
        found,
        file="",
        file_name=dash("file_name"),
        sheet_name="",
        refusal={},
        error_kinds=[],
        reversed_why=dash("reversed_why"),
        reversal=None,
    )


def _imports_of(rows: QuerySet[Entry]) -> list[Any]:
    """Those that these entries came from, and those that changed them later."""
    came_from = rows.exclude(from_import=None).order_by().values_list("from_import", flat=True)
    changed_by = ImportRow.objects.filter(entry__in=rows.order_by().values("pk"), of__status=ImportStatus.IMPORTED)
    return list({*came_from, *changed_by.order_by().values_list("of", flat=True)})


def _empty_entries(rows: QuerySet[Entry]) -> None:
    nobody = Subject.objects.anonymous()
    empty(
        rows,
        state=EntryState.PURGED,
        subject=nobody,
        subject_kind=nobody.kind,
        subject_name="",
        basis="",
        document_number="",
        grounds="",
        facts="",
        marks=[],
        person_disclosure_basis="",
        from_import=None,
    )


def _empty_what_hangs_on(ids: list[UUID]) -> None:
    """The steps stay, with person and time; why they were taken named the party."""
    empty(EntryMove.objects.filter(of__in=ids), reason="")
    persons = RelatedPerson.objects.filter(entry__in=ids)
    known = list(persons.values_list("pk", flat=True))
    delete(persons)
    known += forget(RelatedPerson, entry__in=ids)  # those whom a revision or correction took out
    empty(NumberReveal.objects.filter(person__in=known), person=None, reason="")
    delete(DefenceStatement.objects.filter(entry__in=ids))
    delete(EntryDocument.objects.filter(entry__in=ids), "file")
    empty(Notice.objects.filter(entry__in=ids), content={}, served_how=dash("served_how"))
    proposals = EntryProposal.objects.filter(entry__in=ids)
    empty(proposals, new_values={}, reason="", order_number=dash("order_number"), order_by=dash("order_by"))
    empty(EntryProposalMove.objects.filter(of__entry__in=ids), reason="")
    empty(Proceeding.objects.filter(entry__in=ids), order_number=dash("order_number"), order_by=dash("order_by"))
    empty(ProceedingMove.objects.filter(of__entry__in=ids), reason="")
    empty_nominations(Nomination.objects.filter(entry__in=ids))


def _empty_feed(rows: QuerySet[Entry]) -> None:
    """Whoever reads the feed from its start is told of a purged entry only that it left, and why."""
    for reason in rows.order_by().values_list("exit_reason", flat=True).distinct():
        left = list(rows.filter(exit_reason=reason).values_list("pk", flat=True))
        empty(Change._base_manager.filter(entry__in=left), op=ChangeOp.REMOVE, reason=reason, body=None)


def _empty_publications(ids: list[UUID]) -> list[int]:
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


def delete_subjects(subjects: set[int]) -> None:
    """A subject without entry and promise goes; one that stays loses the names that only these entries gave it."""
    entries = Entry.objects.filter(subject=OuterRef("pk"))
    known = Subject.objects.filter(pk__in=subjects)
    promises = CreditPromise.objects.filter(subject=OuterRef("pk"))
    unnamed = known.exclude(Exists(entries)).exclude(Exists(promises))
    gone = list(unnamed.values_list("pk", flat=True))
    empty(NumberReveal.objects.filter(subject__in=gone), subject=Subject.objects.anonymous(), person=None, reason="")
    delete(Subject.objects.filter(pk__in=gone))
    same_name = Entry.objects.filter(subject=OuterRef("subject"), subject_name=OuterRef("name"))
    SubjectName.objects.filter(subject__in=subjects, source=NameSource.LISTED).exclude(Exists(same_name)).delete()
