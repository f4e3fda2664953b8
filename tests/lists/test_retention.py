"""What never became an entry, and what stands beside entries, is kept for a time of its own and then names nobody."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.urls import reverse

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.models import IdempotentCall
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.exchange.enums import MessageKind, Settlement, Via
from jinan_credit.exchange.models import Cursor, ParkedChange, PushAttempt
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.models import CityReport, CityReportMove, SupervisionMove, SupervisionNotice
from lists.enums import EntryState, HandoutWay, SubjectKind
from lists.models import (
    DefenceStatement,
    Entry,
    EntryDocument,
    EntryExport,
    EntryMove,
    ExportedEntries,
    ImportRow,
    LargeStep,
    ListImport,
    Nomination,
    NominationMove,
    Notice,
    NoticeWording,
    NumberHandout,
    NumberReveal,
    NumberSearch,
    RelatedPerson,
    SavedFilter,
    Subject,
    SubjectName,
)
from lists.services import erasure
from lists.services.entries import discard_entries, draft_entry
from lists.services.purging import purge
from lists.services.synthetic import citizen_number
from objections.models import (
    ObjectionMove,
    ReporterLook,
    TipOff,
    TipOffEvidence,
    TipOffMove,
    TipOffReporter,
)
from objections.services.objections import not_accept_objection, submit_objection_by_document
from repair.models import RepairMove
from repair.services.applications import Plea, not_accept_repair, submit_repair_by_document
from sanctions.models import (
    BatchRow,
    Bulletin,
    BulletinMove,
    CaseReport,
    CaseReportMove,
    Execution,
    Hit,
    Portfolio,
    PortfolioMove,
    PortfolioParty,
    Screening,
    ScreeningBatch,
    ScreeningMove,
    UnitTask,
)
from tests.cast import Cast, company_values, publish_one
from tests.lists.browser import signed_in
from tests.lists.marks import MARK, plant, texts_with

JINAN = ZoneInfo("Asia/Shanghai")
MADE_ON = date(2026, 3, 2)
FAR = date(2040, 1, 1)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def on(day: date) -> Any:
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, 0, tzinfo=JINAN), tick=False)


def limit(rule: str, name: str) -> int:
    return int(RuleProfile.objects.for_case(rule, MADE_ON)[name])


def a_nomination(cast: Cast) -> None:
    now = clock.now()
    nomination = Nomination(
        credit_list=cast.red, state="DECLINED", nominator_kind="MEDIA", nominator="x", kind="NATURAL_PERSON", name="x",
        merits="x", sealed_number=crypto.seal("x"), masked_number="x", number_index="x", unit=cast.finance,
        proposed_by=cast.clerk, proposed_at=now, decided_by=cast.reviewer, decided_at=now,
    )  # fmt: skip
    nomination.file.save("merits.pdf", ContentFile(b"x"))
    NominationMove.objects.create(of=nomination, name="decline", to_state="DECLINED", at=now, reason="x")


def an_import(cast: Cast) -> None:
    now = clock.now()
    cancelled = ListImport(
        credit_list=cast.black, unit=cast.court, status="CANCELLED", file_size=1, made_at=now, reversed_at=now,
        reversed_by=cast.clerk, reversed_why="x",
    )  # fmt: skip
    cancelled.file.save("list.csv", ContentFile(b"x"))
    ImportRow.objects.create(of=cancelled, row=2, name="x", errors=["x"])


def a_saved_filter(cast: Cast) -> None:
    SavedFilter.objects.create(owner=cast.clerk, name=MARK, query=f"text={MARK}", made_at=clock.now())


def an_export(cast: Cast) -> None:
    export = EntryExport.objects.create(
        unit=cast.court, made_by=cast.clerk, made_at=clock.now(), query="x", filters="x", reason="x", status="EXPIRED",
        row_count=7, downloads=1, rules=RuleProfile.objects.for_case("export", MADE_ON),
    )  # fmt: skip
    ExportedEntries.objects.create(export=export, entries=[uuid4()])


def a_large_step(cast: Cast) -> None:
    LargeStep.objects.create(
        unit=cast.court, made_by=cast.clerk, made_at=clock.now(), language="en", kind="return", query="text=x",
        expected=7, reason="x", status="DONE", done=7, left_out=[{"entry": str(uuid4()), "code": "x", "why": MARK}],
    )  # fmt: skip


def an_api_answer(cast: Cast) -> None:
    IdempotentCall.objects.create(
        client=client_of(cast), path="/x", key="x", body_hash="x", status=201, sealed_answer=crypto.seal(MARK)
    )


def a_number_search(cast: Cast) -> None:
    NumberSearch.objects.create(
        by=cast.clerk, unit=cast.court, at=clock.now(), reason="x", number_index="x", masked_number="x", found=1
    )


def a_handout(cast: Cast) -> None:
    NumberHandout.objects.create(
        way=HandoutWay.SNAPSHOT, credit_list=cast.black, up_to=MARK, number_count=1, client=client_of(cast),
        unit=cast.finance, at=clock.now(),
    )  # fmt: skip


def a_screening(cast: Cast) -> None:
    screening = Screening.objects.create(
        unit=cast.finance, by=cast.finance_clerk, screened_at=clock.now(), party_kind="PERSON", party_name="x",
        number_index="x", sealed_number=crypto.seal("x"), masked_number="x", result="CLEAR", receipt="x", purpose="x",
    )  # fmt: skip
    ScreeningMove.objects.create(of=screening, name="close", to_state="CLOSED", at=clock.now(), reason="x")


def a_rejection(cast: Cast) -> None:
    ParkedChange.objects.create(
        cursor=cursor_of(cast), epoch="x", seq=1, code="x", message="x", at=clock.now(), settled_reason="x",
        settlement=Settlement.BY_HAND, settled_at=clock.now(), settled_by=cast.finance_clerk,
    )  # fmt: skip


def a_push(cast: Cast) -> None:
    PushAttempt.objects.create(
        cursor=cursor_of(cast), kind=MessageKind.CHANGES, epoch="x", from_seq=0, to_seq=1, status=200, ms=1, size=1,
        at=clock.now(), error=MARK,
    )  # fmt: skip


def a_case(cast: Cast) -> None:
    entry, now, today = publish_one(cast, seed=9), clock.now(), clock.today()
    execution = Execution.objects.create(
        unit=cast.finance, task=UnitTask.objects.get(unit=cast.finance), entry=entry, outcome="APPLIED",
        performed_on=today, made_by=cast.finance_clerk, made_at=now,
    )  # fmt: skip
    case = CaseReport.objects.create(
        unit=cast.finance, execution=execution, entry_version=1, title="x", findings="x", response="x", effect="x",
        state="WITHDRAWN", made_by=cast.finance_clerk, made_at=now,
    )  # fmt: skip
    CaseReportMove.objects.create(of=case, name="withdraw", to_state="WITHDRAWN", at=now, reason="x")


def a_bulletin(cast: Cast) -> None:
    bulletin = Bulletin.objects.create(
        unit=cast.commission, title="x", text="x", state="DISCARDED", made_by=cast.coordinator, made_at=clock.now()
    )
    BulletinMove.objects.create(of=bulletin, name="discard", to_state="DISCARDED", at=clock.now(), reason="x")


def a_city_report(cast: Cast) -> None:
    now = clock.now()
    report = CityReport.objects.create(
        unit=cast.commission, kind="YEARLY", period_from=date(2025, 1, 1), title="x", situation="x", work="x",
        problems="x", suggestions="x", state="DISCARDED", made_by=cast.coordinator, made_at=now,
    )  # fmt: skip
    CityReportMove.objects.create(of=report, name="discard", to_state="DISCARDED", at=now, reason="x")


def a_supervision_notice(cast: Cast) -> None:
    now, today = clock.now(), clock.today()
    rules = RuleProfile.objects.for_case("supervision", today)
    notice = SupervisionNotice.objects.create(
        unit=cast.finance, issuing_unit=cast.commission, title="x", request="x", legal_basis="x", rule_profile=rules,
        due_on=today, state="DISCARDED", made_by=cast.coordinator, made_at=now,
    )  # fmt: skip
    SupervisionMove.objects.create(of=notice, name="discard", to_state="DISCARDED", at=now, reason="x", due_on=today)


def a_draft(cast: Cast) -> Entry:
    values = company_values(Random(1), kind=SubjectKind.NATURAL_PERSON, name="王某某", code="", document_type="CITIZEN")
    entry = draft_entry(
        credit_list=cast.black, values={**values, "number": citizen_number(Random(1))}, by=cast.actor("clerk")
    )
    now, today = clock.now(), clock.today()
    DefenceStatement.objects.create(
        entry=entry, received_on=today, content="x", recorded_by=cast.clerk, recorded_at=now, is_adopted=True,
        answer="x", answered_by=cast.clerk, answered_at=now,
    )  # fmt: skip
    document = EntryDocument(
        entry=entry, title="x", content_type="pdf", size=1, sha256="0" * 64, added_by=cast.clerk, added_at=now
    )
    document.file.save("document.pdf", ContentFile(b"x"))
    wording = NoticeWording.objects.create(
        kind="PROPOSED_LISTING", unit=cast.court, unit_name="测试法院", credit_list=cast.black, content={"x": "x"}
    )
    Notice.objects.create(
        kind="PROPOSED_LISTING", entry=entry, wording=wording, unit=cast.court, year=2026, serial=900, issued_on=today,
        content={"x": "x"}, verification_code="CODE1", served_on=today, served_how="x", served_by=cast.clerk,
    )  # fmt: skip
    NumberReveal.objects.create(subject=entry.subject, by=cast.clerk, unit=cast.court, at=now, reason="x")
    discard_entries(entries=Entry.objects.filter(pk=entry.pk), by=cast.actor("clerk"), reason="x")
    return entry


def a_tip_off(cast: Cast) -> None:
    now, today = clock.now(), clock.today()
    tip_off = TipOff.objects.create(
        receipt_number="JB-1", secret_hash="x", party_kind="LEGAL_PERSON", party_name="x", party_code="x", facts="x",
        stated_time="x", stated_place="x", received_on=today, assign_due_on=today, due_on=today, state="ANSWERED",
        rule_profile=RuleProfile.objects.for_case("tip-off", MADE_ON), outcome="NOT_OURS", concluded_by=cast.clerk,
        concluded_at=now, findings="x", forwarded_to="x", answer="x", answered_by=cast.clerk, answered_at=now,
    )  # fmt: skip
    TipOffMove.objects.create(of=tip_off, name="answer", to_state="ANSWERED", at=now, reason="x")
    TipOffReporter.objects.create(tip_off=tip_off, sealed_name=crypto.seal("x"), sealed_contact=crypto.seal("x"))
    ReporterLook.objects.create(tip_off=tip_off, by=cast.clerk, at=now, reason="x")
    evidence = TipOffEvidence(tip_off=tip_off, content_type="application/pdf", size=1, sha256="0" * 64, added_at=now)
    evidence.file.save("photo.pdf", ContentFile(b"x"))


def a_batch(cast: Cast) -> None:
    batch = ScreeningBatch(
        unit=cast.finance, by=cast.finance_clerk, made_at=clock.now(), language="x", matter_name="x", purpose="x",
        file_name="x", file_hash="x", file_size=1, status="DONE", screened_at=clock.now(), receipt="x", row_count=7,
    )  # fmt: skip
    batch.file.save("parties.csv", ContentFile(b"x"), save=False)
    batch.copy.save("parties.xlsx", ContentFile(b"x"))
    BatchRow.objects.create(of=batch, row=2, kind="PERSON", name="x", number_index="x", result="CLEAR")


def a_portfolio(cast: Cast) -> None:
    now = clock.now()
    portfolio = Portfolio.objects.create(
        unit=cast.finance, name="x", purpose="x", legal_basis="x", state="ENDED", made_by=cast.finance_clerk,
        made_at=now, ended_at=now,
    )  # fmt: skip
    PortfolioMove.objects.create(of=portfolio, name="end", to_state="ENDED", at=now, reason="x")


def a_party(cast: Cast) -> None:
    now = clock.now()
    portfolio = Portfolio.objects.create(
        unit=cast.finance, name="甲", purpose="x", legal_basis="x", made_by=cast.finance_clerk, made_at=now
    )
    PortfolioParty.objects.create(
        portfolio=portfolio, kind="PERSON", name="x", number_index="x", kept_at=now, dropped_at=now
    )


def client_of(cast: Cast) -> Any:
    return register_client(cast.finance, "finance system", ("feed",), by=SYSTEM)[0]


def cursor_of(cast: Cast) -> Cursor:
    return Cursor.objects.create(
        unit=cast.finance, credit_list=cast.black, via=Via.PULL, epoch="x", next_attempt_at=clock.now()
    )


def an_unfounded_objection(cast: Cast) -> None:
    case = submit_objection_by_document(
        credit_list=cast.black, document_number=MARK, applicant=APPLICANT, grounds="OTHER", statement=MARK, by=SYSTEM
    ).objection
    not_accept_objection(objection=case, by=cast.actor("clerk"), reason=MARK)


def an_unfounded_repair(cast: Cast) -> None:
    case = submit_repair_by_document(
        credit_list=cast.black, document_number=MARK, applicant=APPLICANT, plea=Plea(MARK, MARK, MARK), by=SYSTEM
    ).application
    not_accept_repair(application=case, by=cast.actor("clerk"), reason=MARK)


APPLICANT = Applicant(MARK, Relation.SELF, "91370100MA3C00001X", "x")
KINDS: dict[str, tuple[Callable[[Cast], object], tuple[type[models.Model], ...], str, str]] = {
    "nominations": (a_nomination, (Nomination, NominationMove), "retention", "declined_nomination_days"),
    "imports": (an_import, (ListImport, ImportRow), "retention", "given_up_days"),
    "saved filters": (a_saved_filter, (), "retention", "saved_filter_days"),
    "exports": (an_export, (EntryExport,), "access-log", "person_query_keep_days"),
    "steps with many entries": (a_large_step, (), "access-log", "person_query_keep_days"),
    "API answers": (an_api_answer, (IdempotentCall,), "retention", "api_answer_days"),
    "searches by number": (a_number_search, (NumberSearch,), "access-log", "person_query_keep_days"),
    "numbers handed out": (a_handout, (), "access-log", "person_query_keep_days"),
    "screenings": (a_screening, (Screening, ScreeningMove), "access-log", "person_query_keep_days"),
    "cases": (a_case, (CaseReport, CaseReportMove), "retention", "given_up_days"),
    "bulletins": (a_bulletin, (Bulletin, BulletinMove), "retention", "given_up_days"),
    "reports to the city government": (a_city_report, (CityReport, CityReportMove), "retention", "given_up_days"),
    "objections": (an_unfounded_objection, (ObjectionMove,), "retention", "given_up_days"),
    "repairs": (an_unfounded_repair, (RepairMove,), "retention", "given_up_days"),
    "tip-offs": (a_tip_off, (TipOff, TipOffMove, TipOffReporter, ReporterLook), "tip-off", "keep_days"),
    "batches of parties": (a_batch, (ScreeningBatch, BatchRow), "access-log", "person_query_keep_days"),
    "parties of portfolios": (a_party, (PortfolioParty,), "access-log", "person_query_keep_days"),
    "portfolios": (a_portfolio, (Portfolio, PortfolioMove), "access-log", "person_query_keep_days"),
    "rejected changes": (a_rejection, (ParkedChange,), "retention", "rejected_change_days"),
    "pushes": (a_push, (), "access-log", "keep_days"),
    "supervision notices": (a_supervision_notice, (SupervisionMove,), "retention", "supervision_days"),
    "drafts": (
        a_draft,
        (Entry, Subject, SubjectName, RelatedPerson, DefenceStatement, EntryDocument, Notice, NoticeWording,
         NumberReveal, EntryMove),
        "retention",
        "given_up_days",
    ),
}  # fmt: skip

NAMELESS = ("messages to staff", "daily mails", "logs of access")
"""They name no party: what they may say, and for how long, is tested with them."""


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_names_its_party_to_its_last_day_and_no_longer(cast: Cast, kind: str, media: Path) -> None:
    make, planted_in, rule, name = KINDS[kind]
    with on(MADE_ON):
        make(cast)
        plant(*planted_in)
    last_day = MADE_ON + timedelta(days=limit(rule, name))
    found = texts_with(MARK)
    assert found
    with on(last_day):
        assert purge()[kind] == 0
    assert texts_with(MARK) == found
    with on(last_day + timedelta(days=1)):
        assert purge()[kind] == 1
        assert not any(purge().values())
    assert texts_with(MARK) == []
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_every_kind_that_the_purge_knows_is_tested(cast: Cast) -> None:
    assert set(purge()) == {"entries", "promises", *NAMELESS, *KINDS}  # the first two go at the disclosure limit


def test_what_a_log_of_steps_points_to_stays_as_a_stub_and_mere_logs_go(cast: Cast) -> None:
    with on(MADE_ON):
        for make, *_rest in KINDS.values():
            if make not in (a_handout, a_push):
                make(cast)
    with on(FAR):
        purge()
    nomination = Nomination.objects.get()
    assert (nomination.name, nomination.state, nomination.decided_by) == ("", "DECLINED", cast.reviewer)
    assert nomination.moves.count() == 1
    tip_off = TipOff.objects.get()
    assert (tip_off.state, tip_off.outcome, tip_off.looks.get().by) == ("ANSWERED", "NOT_OURS", cast.clerk)
    assert not TipOffReporter.objects.exists()
    screening = Screening.objects.get()
    assert (screening.unit, screening.by, screening.result) == (cast.finance, cast.finance_clerk, "CLEAR")
    assert EntryExport.objects.values_list("row_count", "downloads").get() == (7, 1)
    assert ListImport.objects.get().status == "CANCELLED"
    for log in (SavedFilter, ExportedEntries, NumberSearch, IdempotentCall, ParkedChange):
        assert not log._default_manager.exists()


def test_a_draft_that_was_given_up_leaves_a_stub(cast: Cast) -> None:
    with on(MADE_ON):
        entry = a_draft(cast)
    with on(FAR):
        purge()
    entry.refresh_from_db()
    assert (entry.state, entry.subject_kind, entry.subject_name) == ("PURGED", "ANONYMOUS", "")
    assert (entry.exit_on, entry.exit_reason) == (None, "")
    assert [move.name for move in entry.moves.all()] == ["draft", "discard", "forget"]
    assert not Subject.objects.exclude(kind=SubjectKind.ANONYMOUS).exists()
    assert Notice.objects.get().content == {}
    page = signed_in(cast.clerk).get(reverse("entry", args=[entry.pk]))
    assert page.templates[0].name == "lists/entry_purged.html"


def test_another_entry_of_the_same_party_is_untouched(cast: Cast) -> None:
    with on(MADE_ON):
        person = {"kind": SubjectKind.NATURAL_PERSON, "code": "", "document_type": "CITIZEN", "representative": ""}
        listed = publish_one(cast, seed=2, name="王某某", number=citizen_number(Random(1)), **person)
        a_draft(cast)
    with on(FAR):
        assert purge()["drafts"] == 1
    listed.refresh_from_db()
    assert (listed.subject_name, listed.subject.name) == ("王某某", "王某某")


def test_what_is_in_use_is_never_touched(cast: Cast) -> None:
    with on(MADE_ON):
        entry = publish_one(cast)
        draft_entry(credit_list=cast.black, values=company_values(Random(2)), by=cast.actor("clerk"))
        a_nomination(cast)
        Nomination.objects.update(state="OPEN", decided_by=None, decided_at=None)
        an_import(cast)
        ListImport.objects.update(status="CHECKED")
        an_export(cast)
        EntryExport.objects.update(status="WAITING")
        a_large_step(cast)
        LargeStep.objects.update(status="RUNNING")
        a_screening(cast)
        Screening.objects.update(result="HIT")
        Hit.objects.create(screening=Screening.objects.get(), entry=entry, entry_version=1)
        SavedFilter.objects.create(
            owner=cast.clerk, name="黑名单", query="kind=BLACK&text=&sort=term", made_at=clock.now()
        )
    with on(FAR):
        assert not any(count for kind, count in purge().items() if kind not in NAMELESS)
    assert Nomination.objects.get().name
    assert ListImport.objects.get().file
    assert EntryExport.objects.get().query
    assert Screening.objects.get().party_name
    assert SavedFilter.objects.exists()
    assert Entry.objects.filter(state=EntryState.DRAFT).exclude(subject_name="").exists()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("text=%E7%8E%8B", True),
        ("kind=BLACK&document=1", True),
        ("person=7&sort=term", True),
        ("kind=BLACK", False),
        ("subject_kind=NATURAL_PERSON&text=", False),
        ("sort=text%3Dx", False),
        ("state=SUBMITTED&number=YY2026", True),
        ("entry=0198c5b2-0000-7000-8000-000000000000&outcome=APPLIED", True),
        ("outcome=APPLIED&since=2026-01-01&task=7", False),
    ],
)
def test_which_filters_name_a_party(cast: Cast, query: str, names: bool) -> None:
    with on(MADE_ON):
        SavedFilter.objects.create(owner=cast.clerk, name="x", query=query, made_at=clock.now())
    with on(FAR):
        assert purge()["saved filters"] == names


def test_batches_are_taken_up_after_a_kill(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "PURGE_BATCH", 2)
    with on(MADE_ON):
        for _n in range(5):
            a_number_search(cast)
    done: list[int] = []

    def killed(keys: list[Any]) -> None:
        if done:
            raise KeyboardInterrupt
        erasure.delete(NumberSearch.objects.filter(pk__in=keys))
        done.extend(keys)

    with pytest.raises(KeyboardInterrupt):
        erasure.in_batches(NumberSearch.objects.all(), killed)
    assert NumberSearch.objects.count() == 3
    with on(FAR):
        assert purge()["searches by number"] == 3


def test_nothing_is_purged_before_its_day(cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        purge(on=clock.today() + timedelta(days=1))
    assert refused.value.code == "day_to_come"


def test_the_log_of_handouts_is_only_added_to(cast: Cast) -> None:
    a_handout(cast)
    for act in (lambda: NumberHandout.objects.update(number_count=0), lambda: NumberHandout.objects.all().delete()):
        with pytest.raises(Exception, match="update or delete"), transaction.atomic():
            act()


def test_what_was_published_is_never_deleted_without_having_left(cast: Cast) -> None:
    entry = publish_one(cast)
    nobody = Subject.objects.create(kind=SubjectKind.ANONYMOUS, name="")
    with pytest.raises(IntegrityError, match="entry_removal_has_a_reason"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(state="PURGED", subject_kind="ANONYMOUS", subject=nobody)
