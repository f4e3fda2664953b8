"""Every kind of event is told by its act, to the units that it says and to no other; never about a natural person."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import override_settings
from django.utils import translation
from pytest_django import Settings

from catalog.enums import KeyTaskGroup, KeyTaskProgress
from catalog.models import KeyTask, RuleProfile
from catalog.selectors import work_calendar
from catalog.services.key_tasks import Progress, ask_for_report, draft_report, note_on_task, send_report
from catalog.services.memoranda import circulate_version, revise_memorandum
from jinan_credit.accounts.actors import SYSTEM, Actor, actor_of
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.events import event_kinds
from jinan_credit.accounts.message_page import render
from jinan_credit.accounts.models import StaffMessage, Unit, User
from jinan_credit.accounts.services.staff_messages import send_test
from jinan_credit.exchange.services.alerting import watch
from jinan_credit.exchange.services.daily_mail import mail_daily
from jinan_credit.exchange.services.office_hooks import register_office_hook
from jinan_credit.exchange.services.office_sending import send_to_offices
from jinan_credit.exchange.services.sending import push
from jinan_credit.exchange.services.urgent_mail import mail_urgent
from jinan_credit.kernel import clock, crypto
from jinan_credit.oversight.services.history_verifying import verify_history
from jinan_credit.oversight.services.history_watch import watch_history
from jinan_credit.oversight.services.supervision_days import keep_days as keep_notice_days
from lists.enums import DishonestyClass, ExitReason, FeedbackMode, LargeStepKind, NominatorKind, SubjectKind
from lists.models import Entry, RelatedPerson, Subject
from lists.services.days import keep_days as keep_list_days
from lists.services.entries import draft_entry, return_entries, submit_entries
from lists.services.fallen_basis import report_fallen_basis
from lists.services.file_imports import import_file
from lists.services.import_jobs import check_import
from lists.services.imports import start_import
from lists.services.large_steps import Chosen, request_large_step, take_large_step
from lists.services.nominations import decline_nomination, nominate
from lists.services.orders import Order
from lists.services.proposals import propose_removal, refuse_proposal
from lists.services.removals import remove_entry
from lists.services.synthetic import list_file, uscc
from objections.models import HelpRequest, Objection, TipOff
from objections.services.days import keep_days as keep_objection_days
from objections.services.extensions import ask_extension
from objections.services.help import answer_help, ask_help
from objections.services.objections import (
    accept_objection,
    ask_supplement,
    examine_objection,
    submit_objection,
    supplement_objection,
)
from objections.services.tip_offs import Claim, assign_tip_off, hand_back_tip_off, receive_tip_off
from objections.services.verifying import not_substantiate_tip_off
from repair.models import RepairApplication
from repair.services import applications as repairs
from repair.services.days import keep_days as keep_repair_days
from sanctions.services.periodic_feedback import open_periodic_feedback
from sanctions.services.portfolio_changes import tell_portfolios
from sanctions.services.portfolios import keep_batch, make_portfolio
from tests.cast import Cast, company_values, make_user, publish_many, publish_one
from tests.conftest import ROOT
from tests.e2e.samples import REPORTER, fill
from tests.exchange.conftest import Peer, connect, loopback_is_allowed, make_peer  # noqa: F401 - fixtures
from tests.lists.files import row, xlsx
from tests.oversight.history import new_key
from tests.oversight.supervising import IN_STATE, publish_long_ago
from tests.repair.conftest import PLEA
from tests.sanctions.conftest import a_case
from tests.sanctions.parties import ndjson, screened_file

MakePeer = Callable[..., Peer]
APPLICANT = Applicant("上官测试", Relation.SELF, uscc(Random(5)), "0531-00000000")
REASON = "测试"


class World:
    """The small city, and receivers for it."""

    def __init__(self, cast: Cast, peers: MakePeer) -> None:
        self.cast, self.make_peer = cast, peers
        self.clerk, self.reviewer = cast.actor("clerk"), cast.actor("second_reviewer")
        self.finance, self.officer = cast.actor("finance_clerk"), cast.actor("officer")
        self.coordinator = cast.actor("coordinator")

    # What the acts need

    def drafts(self) -> Any:
        entry = draft_entry(credit_list=self.cast.black, values=company_values(Random(2)), by=self.clerk)
        return Entry.objects.filter(pk=entry.pk)

    def submitted(self) -> Any:
        drafts = self.drafts()
        submit_entries(entries=drafts, by=self.clerk)
        return drafts

    def checked(self, file: io.BytesIO) -> None:
        made = start_import(credit_list=self.cast.black, file=file, file_name="王某某.xlsx", by=self.clerk)
        check_import(made.pk)

    def proposal(self) -> Any:
        entry = publish_one(self.cast)
        return propose_removal(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=self.clerk, reason=REASON)

    def nomination(self) -> Any:
        values = {"nominator_kind": NominatorKind.UNIT, "kind": SubjectKind.LEGAL_PERSON, "merits": "诚信"}
        party = {"name": "济南推荐测试公司", "code": uscc(Random(60))}
        return nominate(credit_list=self.cast.red, values={**values, **party}, by=self.finance)

    def behind(self) -> None:
        """The copy of finance is behind for more than fifteen minutes."""
        connect(self.make_peer(*[(500, {})] * 50), self.cast.finance)
        with time_machine.travel(clock.now(), tick=False) as travel:
            watch()
            publish_one(self.cast)
            for _minute in range(18):
                travel.shift(60)
                watch()

    def objection(self) -> Objection:
        return submit_objection(
            entry=publish_one(self.cast), applicant=APPLICANT, grounds="OTHER", statement="异议", by=SYSTEM
        ).objection

    def accepted(self) -> Objection:
        return accept_objection(objection=self.objection(), by=self.clerk)

    def question(self) -> HelpRequest:
        return ask_help(objection=self.accepted(), unit=self.cast.finance, question="？", by=self.clerk)

    def tip_off(self) -> TipOff:
        claim = Claim("LEGAL_PERSON", "济南举报测试公司", "拖欠货款", uscc(Random(61)), self.cast.black)
        return receive_tip_off(claim=claim, by=SYSTEM, reporter=REPORTER).tip_off

    def assigned(self) -> TipOff:
        return assign_tip_off(tip_off=self.tip_off(), unit=self.cast.court, by=self.officer)

    def notice(self, state: str) -> None:
        publish_long_ago(self.cast)
        IN_STATE[state](self.cast)

    def key_task(self) -> KeyTask:
        """One that finance leads."""
        given = {"group": KeyTaskGroup.MECHANISM, "content": "测试任务", "lead_text": "测试财政局"}
        task = KeyTask.objects.create(number=901, cooperating_text="", time_limit="持续实施", source="test", **given)
        task.lead_units.add(self.cast.finance)
        return task

    def report(self) -> None:
        says = Progress(KeyTaskProgress.UNDER_WAY, "已推进", clock.today(), clock.today())
        send_report(report=draft_report(key_task=self.key_task(), says=says, by=self.finance), by=self.finance)

    def repair(self) -> RepairApplication:
        entry = publish_one(self.cast, dishonesty_class=DishonestyClass.MINOR)
        return repairs.submit_repair(entry=entry, applicant=APPLICANT, plea=PLEA, by=SYSTEM).application

    def later(self, days: int, *acts: Callable[[], object]) -> None:
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            for act in acts:
                act()

    def auditor_of_the_commission(self) -> None:
        User.objects.filter(pk=self.cast.auditor.pk).update(unit=self.cast.commission)

    def damaged_seals(self) -> None:
        """Nothing is sealed yet where a verification looks for seals."""
        with TemporaryDirectory() as folder, override_settings(SEALS_FOLDER=Path(folder), SEAL_KEY=new_key()):
            verify_history()

    def kept_party_listed(self) -> None:
        code = uscc(Random(91))
        portfolio = make_portfolio(name="年度供应商", purpose="供应商管理", legal_basis="测试法", by=self.finance)
        keep_batch(portfolio=portfolio, batch=screened_file(ndjson({"code": code}), self.finance), by=self.finance)
        publish_one(self.cast, code=code)
        tell_portfolios()

    def quarter(self) -> None:
        self.cast.red.feedback_mode = FeedbackMode.QUARTERLY
        self.cast.red.save()
        with time_machine.travel(datetime(2025, 8, 14, 2, tzinfo=UTC), tick=False):
            publish_one(self.cast, credit_list=self.cast.red, dishonesty_class="")
        with time_machine.travel(datetime(2025, 10, 9, 2, tzinfo=UTC), tick=False):
            open_periodic_feedback()

    def more_time(self) -> None:
        case = self.accepted()
        until = work_calendar().due_on(case.due_on, 2).on
        ask_extension(objection=case, until=until, by=self.clerk, reason=REASON)

    def office_gone(self) -> None:
        register_office_hook(url=self.make_peer((410, {})).url, by=self.finance)
        send_test(by=self.finance)
        send_to_offices()

    def office_failing(self) -> None:
        register_office_hook(url=self.make_peer(*[(500, {})] * 10).url, by=self.finance)
        send_test(by=self.finance)
        with time_machine.travel(clock.now(), tick=False) as travel:
            for _hour in range(10):
                send_to_offices()
                travel.shift(3600)

    def push_gone(self) -> None:
        connect(self.make_peer((410, {})), self.cast.finance)
        publish_one(self.cast)
        push()

    def step_with_many(self, kind: LargeStepKind, by: Actor) -> None:
        self.submitted()
        credit_list = self.cast.black if by == self.reviewer else None
        chosen = Chosen(credit_list=credit_list, submitted_by_id=self.cast.clerk.pk if credit_list else None)
        take_large_step(request_large_step(kind, chosen, expected=1, by=by).pk)

    def black_listed(self) -> None:
        red = publish_one(self.cast, credit_list=self.cast.red, dishonesty_class="")
        publish_one(self.cast, seed=2, code=red.subject.code)

    def circulate(self) -> None:
        revision = revise_memorandum(self.cast.ban.version.memorandum, note=REASON, by=self.coordinator)
        circulate_version(revision, by=self.coordinator)

    def supplemented_objection(self) -> None:
        case = ask_supplement(objection=self.objection(), by=self.clerk, reason=REASON)
        supplement_objection(objection=case, text="补充", by=SYSTEM)

    def supplemented_repair(self) -> None:
        case = repairs.ask_supplement(application=self.repair(), by=self.clerk, reason=REASON)
        repairs.supplement_repair(application=case, text="补充", by=SYSTEM)

    def verified_repair(self) -> None:
        case = repairs.accept_repair(application=self.repair(), by=self.clerk)
        repairs.verify_repair(application=case, by=self.clerk, reason=REASON)

    def fallen(self) -> None:
        order = Order("（2026）测撤1号", "测试上级法院", clock.today())
        number = publish_one(self.cast).document_number
        report_fallen_basis(document_number=number, order=order, learned_on=clock.today(), by=self.clerk, reason=REASON)

    def removal(self) -> None:
        remove_entry(
            entry=publish_one(self.cast),
            exit_reason=ExitReason.BASIS_CHANGED,
            made_by=self.cast.clerk,
            by=self.reviewer,
            reason=REASON,
        )

    def imported(self) -> None:
        file = list_file(self.cast.black, 3, random=Random(1), today=clock.today())
        import_file(credit_list=self.cast.black, file=file, file_name="list.csv", by=self.clerk)


COURT, FINANCE, COMMISSION = {"court"}, {"finance"}, {"commission"}
COOPERATING = {"finance", "transport"}
ALL = {"court", "finance", "transport", "stranger", "commission"}

ACTS: dict[str, tuple[set[str], Callable[[World], object]]] = {
    "ways.test": (FINANCE, lambda w: send_test(by=w.finance)),
    "memorandum.circulated": (COOPERATING, World.circulate),
    "key_task.asked": (
        FINANCE,
        lambda w: ask_for_report(key_task=w.key_task(), due_on=clock.today(), by=w.coordinator),
    ),
    "key_task.reported": (COMMISSION, World.report),
    "key_task.noted": (FINANCE, lambda w: note_on_task(key_task=w.key_task(), text=REASON, by=w.coordinator)),
    "entries.to_review": (COURT, World.submitted),
    "entries.returned": (COURT, lambda w: return_entries(entries=w.submitted(), by=w.reviewer, reason=REASON)),
    "import.checked": (COURT, lambda w: w.checked(xlsx(row(1), row(2, 失信程度="极重")))),
    "import.refused": (COURT, lambda w: w.checked(io.BytesIO(b"no list"))),
    "import.finished": (COURT, World.imported),
    "changes.to_decide": (COURT, World.proposal),
    "change.refused": (COURT, lambda w: refuse_proposal(proposal=w.proposal(), by=w.reviewer, reason=REASON)),
    "basis.fell": (COURT, World.fallen),
    "basis.late": (COURT, lambda w: (w.fallen(), w.later(30, keep_list_days, keep_list_days))),
    "nomination.to_decide": (COURT, World.nomination),
    "nomination.decided": (
        FINANCE,
        lambda w: decline_nomination(nomination=w.nomination(), by=w.clerk, reason=REASON),
    ),
    "red.black_listed": (COURT, World.black_listed),
    "many.drafts": (COURT, lambda w: w.step_with_many(LargeStepKind.SUBMIT, w.clerk)),
    "many.in_review": (COURT, lambda w: w.step_with_many(LargeStepKind.PUBLISH, w.reviewer)),
    "copy.behind": (FINANCE, World.behind),
    "copy.of_unit_behind": (COMMISSION, World.behind),
    "push.gone": (FINANCE, World.push_gone),
    "office.failing": (FINANCE, World.office_failing),
    "office.gone": (FINANCE, World.office_gone),
    "publication.to_sign": (COOPERATING, lambda w: publish_many(w.cast, 3)),
    "release.to_confirm": (COOPERATING, World.removal),
    "feedback.owed": (COOPERATING, World.quarter),
    "batch.screened": (FINANCE, lambda w: screened_file(ndjson({"code": uscc(Random(9))}), w.finance)),
    "batch.refused": (FINANCE, lambda w: screened_file(io.BytesIO(b"\x00no list"), w.finance, "x.xlsx")),
    "portfolio.changed": (FINANCE, World.kept_party_listed),
    "case.reported": (COMMISSION, lambda w: a_case(w.cast, "REPORTED")),
    "case.returned": (FINANCE, lambda w: a_case(w.cast, "RETURNED")),
    "case.adopted": (FINANCE, lambda w: a_case(w.cast, "ADOPTED")),
    "bulletin.issued": (ALL, lambda w: a_case(w.cast, "IN_BULLETIN")),
    "objection.received": (COURT, World.objection),
    "objection.supplemented": (COURT, World.supplemented_objection),
    "objection.to_decide": (
        COURT,
        lambda w: examine_objection(objection=w.accepted(), by=w.clerk, reason=REASON),
    ),
    "objection.more_time": (COURT, World.more_time),
    "objection.late": (COURT, lambda w: (w.accepted(), w.later(30, keep_objection_days, keep_objection_days))),
    "help.asked": (FINANCE, World.question),
    "help.answered": (COURT, lambda w: answer_help(request=w.question(), answer="已缴清", by=w.finance)),
    "help.late": (FINANCE, lambda w: (w.question(), w.later(30, keep_objection_days))),
    "tip_off.received": (COMMISSION, World.tip_off),
    "tip_off.assigned": (COURT, World.assigned),
    "tip_off.handed_back": (
        COMMISSION,
        lambda w: hand_back_tip_off(tip_off=w.assigned(), by=w.clerk, reason=REASON),
    ),
    "tip_off.verified": (
        COMMISSION,
        lambda w: not_substantiate_tip_off(tip_off=w.assigned(), by=w.clerk, reason=REASON),
    ),
    "repair.received": (COURT, World.repair),
    "repair.supplemented": (COURT, World.supplemented_repair),
    "repair.to_decide": (COURT, World.verified_repair),
    "repair.late": (COURT, lambda w: (w.repair(), w.later(30, keep_repair_days, keep_repair_days))),
    "cases.escalated": (COMMISSION, lambda w: (w.repair(), w.later(30, keep_repair_days))),
    "supervision.issued": (FINANCE, lambda w: w.notice("ISSUED")),
    "supervision.returned": (FINANCE, lambda w: w.notice("RETURNED")),
    "supervision.late": (FINANCE, lambda w: (w.notice("ISSUED"), w.later(30, keep_notice_days, keep_notice_days))),
    "supervision.closed": (FINANCE, lambda w: w.notice("CLOSED")),
    "supervision.withdrawn": (FINANCE, lambda w: w.notice("WITHDRAWN")),
    "supervision.escalated": (COMMISSION, lambda w: (w.notice("ISSUED"), w.later(30, keep_notice_days))),
    "supervision.replied": (COMMISSION, lambda w: w.notice("REPLIED")),
    "history.unsealed": (COMMISSION, lambda w: (w.auditor_of_the_commission(), watch_history(), watch_history())),
    "history.differs": (COMMISSION, lambda w: (w.auditor_of_the_commission(), w.damaged_seals())),
}
"""The units that are told, and the act."""


@pytest.fixture
def world(cast: Cast, make_peer: MakePeer) -> World:  # noqa: F811
    return World(cast, make_peer)


@pytest.mark.parametrize("code", [kind.code for kind in event_kinds()])
def test_a_kind_is_told_by_its_act_once_a_unit(world: World, code: str) -> None:
    units, act = ACTS[code]
    act(world)
    told = StaffMessage.objects.filter(kind=code)
    assert sorted(told.values_list("unit__code", flat=True)) == sorted(units)
    for message in told:
        assert message.words
        assert "%" not in message.words
        assert message.link.startswith("/")
        assert not message.readings.exists()


def test_whoever_reads_a_kind_can_open_where_it_leads(world: World, sign_in: Callable[[User], Any]) -> None:
    """A person of each role that is told of it, in a unit that is told."""
    fill(world.cast)
    refused = []
    for kind in event_kinds():
        message = StaffMessage.objects.filter(kind=kind.code).order_by("pk").last()
        if message is None:
            continue  # those that need a receiver, or a missed day
        for role in kind.roles:
            reader = make_user(f"{kind.code}-{role}"[:30], message.unit, Role(role))
            answer = sign_in(reader).post(f"/messages/{message.pk}/open/", follow=True)
            if answer.status_code != 200:
                refused.append(f"{kind.code} {role}: {message.link} answers {answer.status_code}")
    assert not refused
    assert StaffMessage.objects.values("kind").distinct().count() > 25


def test_the_page_of_messages_is_current() -> None:
    assert (ROOT / "docs" / "messages.md").read_text(encoding="utf-8") == render(), "run manage.py write_messages"


@pytest.mark.slow
def test_no_message_says_anything_about_a_person(world: World, settings: Settings) -> None:
    """After a full run with every way open: in no row, mail or body sent to an office system."""
    settings.EMAIL_HOST = "127.0.0.1"
    peer = world.make_peer()
    for number, unit in enumerate(Unit.objects.order_by("pk")):
        Unit.objects.filter(pk=unit.pk).update(contact_email=f"{unit.code}@example.org")
        keeper = make_user(f"keeper{number}", unit, Role.CLERK, Role.REVIEWER)
        register_office_hook(url=peer.url, by=actor_of(keeper))
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(display_name=f"司徒{user.pk}号", email=f"situ{user.pk}@example.org")
    fill(world.cast)
    world.later(30, keep_objection_days, keep_repair_days, mail_urgent)
    mail_urgent()
    with time_machine.travel(_next_morning(), tick=False):
        mail_daily()
    send_to_offices()

    bodies = [got.raw.decode() for got in peer.got]
    rows = [f"{one.link} {one.values} {one.about}" for one in StaffMessage.objects.all()]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            rows += [f"{one.title} {one.words}" for one in StaffMessage.objects.all()]
    mails = [f"{sent.subject} {sent.body}" for sent in mail.outbox]
    assert len(bodies) == StaffMessage.objects.count() > 100
    assert StaffMessage.objects.values("kind").distinct().count() > 30
    assert len(mails) > 10
    said = "\n".join([*bodies, *rows, *mails])
    assert [needle for needle in _needles() if needle in said] == []


def _next_morning() -> datetime:
    now, calendar = clock.now(), work_calendar()
    day = clock.local_day(now) + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return clock.start_of(day) + timedelta(hours=9)


def _needles() -> set[str]:
    """All names and numbers of persons that the city knows, and who applied or reported."""
    persons = Subject.objects.filter(kind=SubjectKind.NATURAL_PERSON)
    sealed = [*persons.values_list("sealed_number", flat=True)]
    sealed += RelatedPerson.objects.exclude(sealed_number="").values_list("sealed_number", flat=True)
    cases = [*Objection.objects.all(), *RepairApplication.objects.all()]
    found = {
        *Entry.objects.filter(subject_kind=SubjectKind.NATURAL_PERSON).values_list("subject_name", flat=True),
        *RelatedPerson.objects.values_list("name", flat=True),
        *(crypto.unseal(number) for number in sealed),
        *(case.applicant_name for case in cases),
        *(crypto.unseal(case.sealed_identifier) for case in cases),
        *(crypto.unseal(case.sealed_contact) for case in cases),
        "司徒",
        "situ",
        REPORTER.name,
        REPORTER.contact,
    }
    assert len(found) > 20
    return found - {""}


def test_the_rules_say_how_long_a_message_is_kept(cast: Cast) -> None:
    assert RuleProfile.objects.for_case("retention", clock.today())["staff_message_days"] == 90
