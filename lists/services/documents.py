"""The files of an entry: what it rests on, what was stated against it, what a proposal is proved with."""

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import files_or_nothing, keep_file
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.uploads import CleanFile
from lists.enums import ON_THE_LIST, DocumentKind, EntryState
from lists.models import Entry, EntryDocument

MOST_DOCUMENTS = 50
BEFORE_REVIEW = (EntryState.DRAFT, EntryState.NOTIFIED, EntryState.RETURNED)
_LATER = (DocumentKind.EVIDENCE, DocumentKind.ORDER, DocumentKind.OTHER)


def kinds_taken(entry: Entry) -> tuple[DocumentKind, ...]:
    """What may be added in the entry's state: anything before the review; on the list, evidence for a proposal."""
    if entry.state in BEFORE_REVIEW:
        return tuple(DocumentKind)
    return _LATER if entry.state in ON_THE_LIST else ()


@files_or_nothing()
def add_document(*, entry: Entry, file: CleanFile, kind: DocumentKind, title: str, by: Actor) -> EntryDocument:
    """Keep a file with an entry, under a random name and with its hash. It is never replaced.

    Refusals: `act_not_allowed`, `entry_not_found` (another unit's), `documents_closed` (in review, or off the list),
    `document_kind_refused`, `title_missing`, `document_known` (the same file), `too_many_documents`.
    """
    by.require(Act.DRAFT_ENTRIES)
    locked = Entry.objects.select_for_update(of=("self",), no_key=True).filter(pk=entry.pk, unit=by.unit).first()
    if locked is None or by.user is None:
        raise NotFound("entry_not_found", _("There is no such entry."))
    _require_taken(locked, kind)
    if not title.strip():
        raise InvalidInput("title_missing", _("Give the document a title."), field="title")
    known = list(locked.documents.values_list("sha256", "title"))
    for sha256, same in known:
        if sha256 == file.sha256:
            raise DomainError(
                "document_known",
                _("This very file is kept already, as “%(title)s”.") % {"title": same},
                field="file",
            )
    if len(known) >= MOST_DOCUMENTS:
        raise DomainError(
            "too_many_documents", _("An entry has at most %(most)d documents.") % {"most": MOST_DOCUMENTS}, field="file"
        )
    document = EntryDocument(
        entry=locked,
        kind=kind,
        title=title.strip()[:200],
        content_type=file.content_type,
        size=len(file.content),
        sha256=file.sha256,
        added_by=by.user,
        added_at=clock.now(),
    )
    keep_file(document.file, file)
    document.save()
    return document


def _require_taken(entry: Entry, kind: DocumentKind) -> None:
    taken = kinds_taken(entry)
    if not taken:
        raise DomainError(
            "documents_closed",
            _("The entry is in a state in which no document can be added. Reload the page to see its state."),
        )
    if kind not in taken:
        raise InvalidInput(
            "document_kind_refused",
            _("For an entry on the list only evidence, orders and other documents are added."),
            field="kind",
        )
