"""At the disclosure limit an entry is really deleted: nothing in the database names its party any more (rule 10)."""

import gzip
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import models, transaction
from django.urls import reverse

from catalog.models import RuleProfile
from jinan_credit.accounts.models import MoveRecord
from jinan_credit.accounts.moves import require_right
from jinan_credit.exchange.batches import batch_body
from jinan_credit.exchange.enums import Settlement, Via
from jinan_credit.exchange.models import Cursor, ParkedChange
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.selectors import extent_of
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError, NotAllowed
from lists.enums import EntryState, ExitReason, NoticeKind, ProposalKind, ProposalState, SubjectKind
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
    Proceeding,
    ProceedingMove,
    Publication,
    RelatedPerson,
    Subject,
    SubjectCode,
    SubjectName,
)
from lists.rules import kept_since
from lists.selectors import term_facts
from lists.services.entries import draft_entry, submit_entries
from lists.services.proposals import approve_proposal, propose_correction
from lists.services.publications import publish_entries
from lists.services.purging import purge_entries
from lists.services.removals import remove_entry
from lists.services.reveals import reveal_number
from lists.services.synthetic import citizen_number
from lists.workflow import ENTRY
from objections.models import (
    Extension,
    ExtensionMove,
    HelpMove,
    HelpRequest,
    Objection,
    ObjectionEvidence,
    ObjectionMove,
    TipOff,
    TipOffMove,
)
from repair.models import RepairApplication, RepairEvidence, RepairMove
from sanctions.models import (
    CaseReport,
    CaseReportMove,
    Execution,
    ExecutionAttachment,
    Hit,
    HitMove,
    Lifting,
    Screening,
    ScreeningMove,
    UnitTask,
    UnitTaskMove,
    WrittenPromise,
    WrittenPromiseMove,
)
from tests.cast import Cast, company_values, publish_one
from tests.lists.browser import signed_in
from tests.lists.marks import MARK, plant, texts_with

JINAN = ZoneInfo("Asia/Shanghai")
LISTED_ON = datetime(2026, 3, 2, 10, 0, tzinfo=JINAN)
PERSON = {
    "kind": SubjectKind.NATURAL_PERSON,
    "code": "",
    "document_type": "CITIZEN",
    "number": citizen_number(Random(1)),
    "representative": "",
}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def leave(cast: Cast, entry: Entry) -> None:
    remove_entry(
        entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=cast.actor("reviewer"), reason=MARK
    )


def on(day: date) -> Any:
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, 0, tzinfo=JINAN), tick=False)


def last_day(entry: Entry) -> date:
    return term_facts(entry).purge_on - timedelta(days=1)


def a_life(cast: Cast) -> Entry:
    """A person's entry with everything that can hang on it, in every app."""
    by, now, today = cast.clerk, clock.now(), clock.today()
    entry = publish_one(cast, name="王某某", **PERSON)
    imported = ListImport(credit_list=cast.black, unit=cast.court, status="IMPORTED", file_size=1, made_at=now)
    imported.reversed_at, imported.reversed_by, imported.reversed_why, imported.reversal = now, by, "x", ["x"]
    imported.file.save("list.csv", ContentFile(b"x"))
    Entry.objects.update(from_import=imported)
    entry.refresh_from_db()
    rules = RuleProfile.objects.for_case("objection", today)
    RelatedPerson.objects.create(
        entry=entry, role="PRINCIPAL", name="x", sealed_number=crypto.seal("x"), masked_number="x", number_index="x"
    )
    DefenceStatement.objects.create(
        entry=entry, received_on=today, content="x", recorded_by=by, recorded_at=now,
        is_adopted=False, answer="x", answered_by=by, answered_at=now,
    )  # fmt: skip
    document = EntryDocument(
        entry=entry, title="x", content_type="pdf", size=1, sha256="0" * 64, added_by=by, added_at=now
    )
    document.file.save("document.pdf", ContentFile(b"x"))
    publication = entry.last_publication
    assert publication is not None
    wording = NoticeWording.objects.create(
        kind=NoticeKind.LISTING, unit=cast.court, unit_name="x", credit_list=cast.black, content={"reason": "x"}
    )
    Notice.objects.create(
        kind=NoticeKind.LISTING, entry=entry, wording=wording, unit=cast.court, year=2026, serial=900, issued_on=today,
        content={"name": "x"}, verification_code="CODE900", served_on=today, served_how="x", served_by=by,
    )  # fmt: skip
    proposal = EntryProposal.objects.create(
        entry=entry, kind=ProposalKind.STAY, state=ProposalState.REFUSED, reason="x", order_number="x", order_by="x",
        order_on=today, proposed_by=by, proposed_at=now, decided_by=cast.reviewer, decided_at=now,
    )  # fmt: skip
    proceeding = Proceeding.objects.create(entry=entry, kind="SUIT", order_number="x", order_by="x", order_on=today)
    nomination = Nomination.objects.create(
        credit_list=cast.red, nominator_kind="MEDIA", nominator="x", kind="NATURAL_PERSON", name="x", merits="x",
        sealed_number=crypto.seal("x"), unit=cast.finance, proposed_by=by, proposed_at=now, entry=entry,
    )  # fmt: skip
    NumberReveal.objects.create(subject=entry.subject, by=by, unit=cast.court, at=now, reason="x")
    SubjectName.objects.create(subject=entry.subject, name="former", source="FORMER")
    SubjectCode.objects.create(subject=entry.subject, code="older")
    ImportRow.objects.create(of=entry.from_import, row=99, name="x", errors=["x"], differences={"x": "x"})
    screening = Screening.objects.create(
        unit=cast.finance, by=cast.finance_clerk, screened_at=now, party_kind="PERSON", result="HIT"
    )
    hit = Hit.objects.create(screening=screening, entry=entry, entry_version=1)
    task = UnitTask.objects.filter(publication=publication).first()
    assert task is not None
    answer = {
        "outcome": "NOT_APPLIED", "reason": "x", "performed_on": today, "made_by": by, "made_at": now,
        "cancelled_at": now, "cancelled_by": by, "cancel_reason": "x",
    }  # fmt: skip
    execution = Execution.objects.create(unit=cast.finance, hit=hit, entry=entry, **answer)
    told = CaseReport.objects.create(
        unit=cast.finance, execution=execution, entry_version=1, title="x", findings="x", response="x", effect="x",
        made_by=by, made_at=now,
    )  # fmt: skip
    Execution.objects.create(unit=task.unit, task=task, **answer)
    kept: dict[str, Any] = {"execution": execution, "made_by": by, "made_at": now}
    Lifting.objects.create(task=task, measure=cast.ban, reason="x", **kept)
    promise = WrittenPromise.objects.create(execution=execution, missing="x", wording="x", due_on=today)
    proof = ExecutionAttachment(
        execution=execution, content_type="pdf", size=1, sha256="0" * 64, added_by=by, added_at=now
    )
    proof.file.save("proof.pdf", ContentFile(b"x"))
    case = {"credit_list": cast.black, "entry": entry, "unit": cast.court, "rule_profile": rules, "received_on": today}
    case["counted_from"] = today
    objection = Objection.objects.create(
        **case, receipt_number="R1", due_on=today, counted_wd=3, examined_by=by, examined_at=now, finding="x",
        state="DISMISSED", decision="DISMISSED", decided_by=cast.second_reviewer, decided_at=now,
        decision_text="x", remedies="x",
    )  # fmt: skip
    helped = HelpRequest.objects.create(
        objection=objection, unit=cast.finance, question="x", state="ANSWERED", asked_at=now, asked_by=by,
        due_on=today, answer="x", answered_at=now, answered_by=cast.finance_clerk,
    )  # fmt: skip
    extension = Extension.objects.create(
        objection=objection, due_before_on=today, asked_until=today + timedelta(days=1), reason="x", asked_at=now,
        asked_by=by,
    )  # fmt: skip
    tip_off = TipOff.objects.create(
        receipt_number="R3", party_kind="LEGAL_PERSON", party_name=MARK, facts=MARK, received_on=today,
        assign_due_on=today, due_on=today, rule_profile=rules, state="VERIFIED", unit=cast.court, outcome="VERIFIED",
        concluded_by=by, concluded_at=now, findings=MARK, entry=entry,
    )  # fmt: skip
    repair = RepairApplication.objects.create(
        **case, receipt_number="R2", accept_due_on=today, decide_due_on=today, verified_by=by, verified_at=now,
        finding="x", state="REFUSED", approved_by=cast.reviewer, approved_at=now, decision_text="x", remedies="x",
    )  # fmt: skip
    for evidence in (
        ObjectionEvidence(objection=objection, content_type="pdf", size=1, sha256="0" * 64, added_at=now),
        RepairEvidence(application=repair, content_type="pdf", size=1, sha256="0" * 64, added_at=now),
    ):
        evidence.file.save("proof.pdf", ContentFile(b"x"))
    head = cast.black.head
    cursor = Cursor.objects.create(
        unit=cast.finance, credit_list=cast.black, via=Via.PULL, epoch=head.epoch, next_attempt_at=now
    )
    ParkedChange.objects.create(
        cursor=cursor,
        epoch=head.epoch,
        seq=1,
        code="x",
        message="x",
        at=now,
        settled_reason="x",
        settlement=Settlement.BY_HAND,
        settled_at=now,
        settled_by=cast.finance_clerk,
    )
    moved: list[tuple[type[MoveRecord], models.Model]] = [
        (EntryMove, entry), (EntryProposalMove, proposal), (ProceedingMove, proceeding), (NominationMove, nomination),
        (HitMove, hit), (ScreeningMove, screening), (UnitTaskMove, task), (ObjectionMove, objection),
        (HelpMove, helped), (ExtensionMove, extension),
        (RepairMove, repair), (WrittenPromiseMove, promise), (CaseReportMove, told),
        (RepairMove, repair), (TipOffMove, tip_off), (WrittenPromiseMove, promise), (CaseReportMove, told),
    ]  # fmt: skip
    for record, of in moved:
        record._default_manager.create(of=of, name="x", to_state="x", at=now, reason="x")  # type: ignore[misc]
    return entry


PLANTED: tuple[type[models.Model], ...] = (
    Entry, Subject, SubjectName, SubjectCode, RelatedPerson, DefenceStatement, EntryDocument, Notice, NoticeWording,
    EntryProposal, Nomination, NumberReveal, ImportRow, ListImport, Publication, Screening, Execution, Objection,
    RepairApplication, EntryMove, EntryProposalMove, NominationMove, HitMove, ScreeningMove, UnitTaskMove,
    ObjectionMove, RepairMove, ParkedChange, Proceeding, ProceedingMove, Lifting, ExecutionAttachment, WrittenPromise,
    WrittenPromiseMove, CaseReport, CaseReportMove, HelpRequest, HelpMove, Extension, ExtensionMove,
    WrittenPromiseMove, CaseReport, CaseReportMove, TipOffMove,
)  # fmt: skip


def test_nothing_names_the_party_any_more(cast: Cast, media: Path) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry = a_life(cast)
        subject = entry.subject
        telling = [subject.name, subject.masked_number, subject.number_index, str(subject.sealed_number)]
        assert plant(*PLANTED) > 80
        entry.refresh_from_db()
        leave(cast, entry)
        entry.refresh_from_db()
    assert len(texts_with(MARK)) > 60
    with on(last_day(entry)):
        assert purge_entries() == 0
    with on(last_day(entry) + timedelta(days=1)):
        assert purge_entries() == 1
        assert purge_entries() == 0
    assert texts_with(MARK) == []
    for told in telling:
        assert told
        assert texts_with(told) == []
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_stub_stays(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry = a_life(cast)
        leave(cast, entry)
        entry.refresh_from_db()
    with on(last_day(entry) + timedelta(days=1)):
        call_command("purge")
    assert capsys.readouterr().out.startswith("entries: 1\ndrafts: 0\n")
    entry.refresh_from_db()
    assert (entry.state, entry.subject_kind, entry.subject_name) == ("PURGED", "ANONYMOUS", "")
    assert entry.exit_reason == ExitReason.LISTED_IN_ERROR
    assert entry.document_on
    assert entry.unit == cast.court
    assert [move.name for move in entry.moves.all()][-2:] == ["remove", "purge"]
    assert Notice.objects.get(verification_code="CODE900").content == {}
    assert Execution.objects.count() == 2
    assert Objection.objects.get().state == "DISMISSED"
    assert NumberReveal.objects.get().by == cast.clerk
    assert not ParkedChange.objects.exists()
    assert Subject.objects.get(kind=SubjectKind.ANONYMOUS).entries.get() == entry


def test_two_purges_at_once_do_not_stop_all_later_ones(cast: Cast) -> None:
    """Each may have made the nobody to whom stubs belong."""
    for _purge in range(2):
        Subject.objects.create(kind=SubjectKind.ANONYMOUS, name="")
    with on(LISTED_ON.date()):
        entry = publish_one(cast)
        leave(cast, entry)
    with on(last_day(entry) + timedelta(days=1)):
        assert purge_entries() == 1


def test_a_related_person_who_was_taken_out_is_forgotten_too(cast: Cast) -> None:
    number = citizen_number(Random(2))
    boss = {"role": "PRINCIPAL", "name": "李已除", "document_type": "CITIZEN", "number": number}
    with time_machine.travel(LISTED_ON, tick=False):
        entry = publish_one(cast, related_persons=[boss])
        person = entry.related_persons.get(name="李已除")
        reveal_number(entry=entry, by=cast.actor("clerk"), reason="李已除", person=person)
        proposal = propose_correction(
            entry=entry, new_values={"related_persons": []}, by=cast.actor("clerk"), reason="误列李已除"
        )
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
        entry.refresh_from_db()
        leave(cast, entry)
        entry.refresh_from_db()
    telling = ["李已除", str(person.number_index), str(person.sealed_number), str(person.masked_number)]
    assert all(texts_with(told) for told in telling)
    with on(last_day(entry) + timedelta(days=1)):
        assert purge_entries() == 1
    assert [texts_with(told) for told in telling] == [[]] * len(telling)
    assert NumberReveal.objects.get().person_id is None


def feed_of(cast: Cast) -> str:
    """What a reader gets who starts from nothing, from the same process whenever he asks."""
    extent = extent_of(cast.black)
    start = Position(extent.head.epoch, 0)
    packed = batch_body(cast.black, start, extent.head, "FULL", extent, is_gzip=True)
    body = batch_body(cast.black, start, extent.head, "FULL", extent)
    assert gzip.decompress(packed) == body
    return body.decode()


def test_the_feed_tells_of_it_only_that_it_left(cast: Cast) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry = publish_one(cast)
        leave(cast, entry)
        entry.refresh_from_db()
    assert entry.subject_name in feed_of(cast)
    with on(last_day(entry) + timedelta(days=1)):
        purge_entries()
        body = feed_of(cast)
    assert body.count('"op":"remove"') == 2
    assert list(Change.objects.values_list("op", "reason", "body")) == [("remove", "LISTED_IN_ERROR", None)] * 2


def test_a_subject_with_another_entry_stays_but_loses_the_name_of_the_old_one(cast: Cast) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        publish_one(cast, seed=3, name="王今名", **PERSON)
        old = publish_one(cast, seed=2, name="王旧名", **PERSON)
        leave(cast, old)
        old.refresh_from_db()
    with on(last_day(old) + timedelta(days=1)):
        assert purge_entries() == 1
    subject = Subject.objects.get(kind=SubjectKind.NATURAL_PERSON)
    assert set(subject.names.values_list("name", flat=True)) == {"王今名"}
    assert texts_with("王旧名") == []


def test_whom_it_was_suggested_for_is_forgotten(cast: Cast) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry, other = publish_one(cast, seed=1), publish_one(cast, seed=2)
        for one in (entry, other):
            Screening.objects.create(
                unit=cast.finance, by=cast.finance_clerk, screened_at=clock.now(), party_kind="ORGANISATION",
                result="UNKNOWN", unknown_reason="NAME_ONLY", suggestions=[{"entry_id": str(one.pk)}],
            )  # fmt: skip
        leave(cast, entry)
        entry.refresh_from_db()
    with on(last_day(entry) + timedelta(days=1)):
        purge_entries()
    kept = Screening.objects.order_by("pk").values_list("suggestions", flat=True)
    assert sorted(kept, key=len) == [[], [{"entry_id": str(other.pk)}]]


def test_one_of_many_in_a_publication(cast: Cast) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        for seed in (1, 2, 3):
            draft_entry(credit_list=cast.black, values=company_values(Random(seed)), by=cast.actor("clerk"))
        submit_entries(entries=Entry.objects.all(), by=cast.actor("clerk"))
        publish_entries(credit_list=cast.black, entries=Entry.objects.all(), by=cast.actor("reviewer"), reason="many")
        entry = Entry.objects.order_by("pk")[0]
        name = entry.subject_name
        leave(cast, entry)
        entry.refresh_from_db()
    with on(last_day(entry) + timedelta(days=1)):
        purge_entries()
    assert Entry.objects.filter(state=EntryState.PUBLISHED).exclude(subject_name="").count() == 2
    assert texts_with(name) == []
    assert Publication.objects.get(kind="LISTING").reason == "many"


def test_what_is_still_on_its_list_is_never_deleted(cast: Cast) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry = publish_one(cast)
        Entry.objects.update(act_ended_on=date(2015, 1, 1))
    assert purge_entries() == 0
    leave(cast, entry)
    assert purge_entries() == 0  # it left today: the day counts
    with on(clock.today() + timedelta(days=1)):
        assert purge_entries() == 1


def test_nothing_is_deleted_before_its_day(cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        purge_entries(on=clock.today() + timedelta(days=1))
    assert refused.value.code == "day_to_come"


@pytest.mark.parametrize(
    ("today", "ended", "is_kept"),
    [
        (date(2031, 3, 2), date(2026, 3, 2), True),
        (date(2031, 3, 3), date(2026, 3, 2), False),
        (date(2025, 2, 28), date(2020, 2, 29), True),
        (date(2025, 3, 1), date(2020, 2, 29), False),
        (date(2028, 2, 29), date(2023, 2, 28), False),
        (date(2028, 2, 28), date(2023, 2, 28), True),
    ],
)
def test_the_last_day_counts(today: date, ended: date, is_kept: bool) -> None:
    assert (ended >= kept_since(today, 5)) == is_kept


def test_nobody_purges_by_hand(cast: Cast) -> None:
    assert ENTRY["purge"].act is None
    with pytest.raises(NotAllowed):
        require_right(ENTRY["purge"], by=cast.actor("coordinator"), reason="x")


def test_the_guards_are_up_again_afterwards(cast: Cast) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry = publish_one(cast)
        leave(cast, entry)
        entry.refresh_from_db()
    with on(last_day(entry) + timedelta(days=1)):
        purge_entries()
    for act in (
        lambda: EntryMove.objects.update(reason="x"),
        lambda: Change._base_manager.all().delete(),
        lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"),
    ):
        with pytest.raises(Exception, match=r"append_only|never_deleted"), transaction.atomic():
            act()


def test_the_stub_can_be_looked_at(cast: Cast) -> None:
    with time_machine.travel(LISTED_ON, tick=False):
        entry = publish_one(cast, name="王某某", **PERSON)
        leave(cast, entry)
        entry.refresh_from_db()
    with on(last_day(entry) + timedelta(days=1)):
        purge_entries()
        client = signed_in(cast.clerk)
        for url in (
            reverse("entry", args=[entry.pk]),
            reverse("entries"),
            f"{reverse('entries')}?state=PURGED",
            reverse("publication", args=[entry.last_publication_id]),
        ):
            page = client.get(url)
            assert page.status_code == 200
            assert "王某某" not in page.content.decode()
        assert signed_in(cast.finance_clerk).get(reverse("entry", args=[entry.pk])).status_code == 404
