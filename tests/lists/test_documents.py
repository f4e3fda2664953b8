"""The documents of an entry: kept with their hash, never replaced, given only to those who may see them."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.urls import reverse
from PIL import Image

from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.uploads import CleanFile, clean_upload
from lists.enums import DocumentKind, EntryState
from lists.models import Entry, EntryDocument
from lists.services.documents import MOST_DOCUMENTS, add_document
from lists.services.entries import return_entries, submit_entries
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import draft


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(colour: str = "red") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(file, "PNG")
    file.seek(0)
    return file


def clean(colour: str = "red") -> CleanFile:
    return clean_upload(picture(colour))


def keep(cast: Cast, entry: Entry, colour: str = "red", kind: DocumentKind = DocumentKind.BASIS) -> EntryDocument:
    return add_document(entry=entry, file=clean(colour), kind=kind, title="处罚决定书", by=cast.actor("clerk"))


def code_of(refusal: pytest.ExceptionInfo[DomainError]) -> str:
    return refusal.value.code


def upload(name: str = "../../etc/决定书\x00.png", colour: str = "red") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(colour).getvalue(), content_type="text/html")


def test_document_is_kept_under_a_random_name_with_its_hash(cast: Cast) -> None:
    entry, clerk = draft(cast), signed_in(cast.clerk)
    address = reverse("entry_document_new", args=[entry.pk])
    assert clerk.get(address).status_code == 200
    answer = clerk.post(address, {"kind": "BASIS", "title": "测罚字〔2026〕1号", "file": upload()})
    assert answer["Location"] == reverse("entry", args=[entry.pk])
    kept = EntryDocument.objects.get()
    assert "决定书" not in kept.file.name
    assert ".." not in kept.file.name
    content = kept.file.read()
    kept.file.close()
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert (kept.size, kept.content_type) == (len(content), "image/png")
    page = clerk.get(reverse("entry", args=[entry.pk])).content.decode()
    assert kept.sha256 in page
    assert "测罚字〔2026〕1号" in page


def test_document_is_given_as_an_attachment_alone(cast: Cast) -> None:
    entry = draft(cast)
    kept = keep(cast, entry)
    answer = signed_in(cast.reviewer).get(reverse("entry_document", args=[entry.pk, kept.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert hashlib.sha256(answer.getvalue()).hexdigest() == kept.sha256


def test_another_unit_gets_a_drafts_document_as_little_as_one_that_is_not_there(cast: Cast) -> None:
    entry = draft(cast)
    kept = keep(cast, entry)
    for who in (cast.finance_clerk, cast.stranger, cast.coordinator):
        client = signed_in(who)
        assert client.get(reverse("entry_document", args=[entry.pk, kept.pk])).status_code == 404
        assert client.get(reverse("entry_document", args=[entry.pk, 10**9])).status_code == 404
    other = draft(cast, 2)
    assert signed_in(cast.clerk).get(reverse("entry_document", args=[other.pk, kept.pk])).status_code == 404
    for who in (cast.finance_clerk, cast.stranger):
        address = reverse("entry_document_new", args=[entry.pk])
        assert signed_in(who).get(address).status_code == 404
        answer = signed_in(who).post(address, {"kind": "BASIS", "title": "x", "file": upload(colour="blue")})
        assert answer.status_code == 404
    assert signed_in(cast.reviewer).get(reverse("entry_document_new", args=[entry.pk])).status_code == 403
    assert EntryDocument.objects.count() == 1


def test_cooperating_units_get_the_basis_and_nothing_else(cast: Cast) -> None:
    entry = publish_one(cast)
    basis = EntryDocument.objects.create(
        entry=entry,
        kind=DocumentKind.BASIS,
        title="依据",
        file=SimpleUploadedFile("a.png", clean().content),
        content_type="image/png",
        size=1,
        sha256="0" * 64,
        added_by=cast.clerk,
        added_at=entry.published_at,
    )
    evidence = keep(cast, entry, kind=DocumentKind.EVIDENCE)
    seen = {
        cast.finance_clerk: (200, 404),
        cast.coordinator: (200, 200),
        cast.stranger: (404, 404),
        cast.reviewer: (200, 200),
    }
    for who, expected in seen.items():
        client = signed_in(who)
        found = [client.get(reverse("entry_document", args=[entry.pk, one.pk])) for one in (basis, evidence)]
        assert tuple(answer.status_code for answer in found) == expected, who
        for answer in found:
            answer.getvalue()
    page = signed_in(cast.finance_clerk).get(reverse("entry", args=[entry.pk])).content.decode()
    assert evidence.sha256 not in page


def test_the_same_file_twice_is_refused_beside_the_field(cast: Cast) -> None:
    entry, clerk = draft(cast), signed_in(cast.clerk)
    keep(cast, entry)
    with pytest.raises(DomainError) as refusal:
        keep(cast, entry)
    assert code_of(refusal) == "document_known"
    address = reverse("entry_document_new", args=[entry.pk])
    answer = clerk.post(address, {"kind": "BASIS", "title": "再传", "file": upload()})
    assert answer.status_code == 400
    assert "处罚决定书" in str(answer.context["form"].errors["file"])
    assert 'value="再传"' in answer.content.decode()
    keep(cast, draft(cast, 2))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "page.pdf"),
        (b"%PDF-1.7 broken", "broken.pdf"),
        (b"", "empty.pdf"),
        (b"MZ\x90\x00 program", "program.png"),
    ],
)
def test_what_is_no_document_is_refused_beside_the_field(cast: Cast, content: bytes, name: str) -> None:
    entry = draft(cast)
    answer = signed_in(cast.clerk).post(
        reverse("entry_document_new", args=[entry.pk]),
        {"kind": "BASIS", "title": "x", "file": SimpleUploadedFile(name, content)},
    )
    assert answer.status_code == 400
    assert "file" in answer.context["form"].errors
    assert not EntryDocument.objects.exists()


def test_title_kind_and_file_are_asked_for(cast: Cast) -> None:
    entry = draft(cast)
    answer = signed_in(cast.clerk).post(reverse("entry_document_new", args=[entry.pk]), {"kind": "NONE"})
    assert set(answer.context["form"].errors) == {"kind", "title", "file"}
    with pytest.raises(InvalidInput) as refusal:
        add_document(entry=entry, file=clean(), kind=DocumentKind.BASIS, title="  ", by=cast.actor("clerk"))
    assert code_of(refusal) == "title_missing"


def test_states_decide_what_may_be_added(cast: Cast) -> None:
    entry = draft(cast)
    mine = Entry.objects.filter(pk=entry.pk)
    submit_entries(entries=mine, by=cast.actor("clerk"))
    with pytest.raises(DomainError) as refusal:
        keep(cast, entry)
    assert code_of(refusal) == "documents_closed"
    assert signed_in(cast.clerk).get(reverse("entry_document_new", args=[entry.pk])).status_code == 409
    return_entries(entries=mine, by=cast.actor("reviewer"), reason="补材料")
    keep(cast, entry)
    published = publish_one(cast, seed=5)
    assert published.state == EntryState.PUBLISHED
    with pytest.raises(InvalidInput) as refused:
        keep(cast, published)
    assert code_of(refused) == "document_kind_refused"
    keep(cast, published, kind=DocumentKind.EVIDENCE)


def test_only_the_clerk_of_the_unit_adds(cast: Cast) -> None:
    entry = draft(cast)
    with pytest.raises(NotAllowed):
        add_document(entry=entry, file=clean(), kind=DocumentKind.BASIS, title="x", by=cast.actor("reviewer"))
    with pytest.raises(NotFound) as refusal:
        add_document(entry=entry, file=clean(), kind=DocumentKind.BASIS, title="x", by=cast.actor("stranger"))
    assert code_of(refusal) == "entry_not_found"


def test_an_entry_has_a_limited_number_of_documents(cast: Cast) -> None:
    entry = draft(cast)
    EntryDocument.objects.bulk_create(
        EntryDocument(
            entry=entry,
            title=str(number),
            file="x",
            content_type="image/png",
            size=1,
            sha256=f"{number:064}",
            added_by=cast.clerk,
            added_at=entry.made_at,
        )
        for number in range(MOST_DOCUMENTS)
    )
    with pytest.raises(DomainError) as refusal:
        keep(cast, entry)
    assert code_of(refusal) == "too_many_documents"


def test_the_database_lets_no_document_be_replaced(cast: Cast) -> None:
    kept = keep(cast, draft(cast))
    with pytest.raises(InternalError), transaction.atomic():
        EntryDocument.objects.filter(pk=kept.pk).update(sha256="0" * 64)


def test_markup_in_a_title_stays_text(cast: Cast) -> None:
    entry = draft(cast)
    add_document(entry=entry, file=clean(), kind=DocumentKind.BASIS, title='"><img src=x>.pdf', by=cast.actor("clerk"))
    client = signed_in(cast.clerk)
    assert "<img src=x" not in client.get(reverse("entry", args=[entry.pk])).content.decode()
    answer = client.get(reverse("entry_document", args=[entry.pk, EntryDocument.objects.get().pk]))
    assert "\n" not in answer["Content-Disposition"]
    answer.getvalue()
