"""举报: every state × every move × every role, the drafted entry, the clocks, the purge."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalog.models import CalendarDay
from catalog.selectors import due_soon_until, work_calendar
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.enums import Act, MessageState, Role
from jinan_credit.accounts.models import ApplicantMessage, RoleGrant, User
from jinan_credit.accounts.roles import roles_with
from jinan_credit.accounts.services.messages import send_messages
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from jinan_credit.kernel.uploads import CleanFile
from jinan_credit.kernel.workdays import last_known_year
from jinan_credit.portal.standing import case_of
from lists.models import Entry
from lists.services.entries import discard_entries
from lists.services.purging import purge
from objections.deadlines import SOURCES
from objections.enums import TipOffState
from objections.models import ReporterLook, TipOff, TipOffEvidence, TipOffReporter
from objections.selectors import open_moves_of_tip_off
from objections.services.days import settle_days
from objections.services.reporters import Reporter, is_named, see_reporter
from objections.services.tip_offs import (
    Claim,
    answer_tip_off,
    assign_tip_off,
    find_nothing_in_tip_off,
    forward_tip_off,
    hand_back_tip_off,
    receive_tip_off,
)
from objections.services.verifying import not_substantiate_tip_off, verify_tip_off
from objections.workflow import TIP_OFF
from tests.cast import Cast, company_values
from tests.objections.conftest import Gateway
from tests.portal.test_forms import picture, receipt_of

JINAN = ZoneInfo("Asia/Shanghai")
REPORTER = Reporter("欧阳举报", "13905310000")
PDF = CleanFile(b"%PDF-1.7 harmless", "application/pdf", "pdf")


def receive(**given: Any) -> TipOff:
    claim = {"party_kind": "LEGAL_PERSON", "party_name": "济南失信测试公司", "facts": "拖欠工资", **given}
    reporter, evidence = claim.pop("reporter", None), claim.pop("evidence", ())
    return receive_tip_off(claim=Claim(**claim), by=SYSTEM, reporter=reporter, evidence=evidence).tip_off


class Desk:
    """The cast at work on tip-offs."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def user(self, name: str) -> User:
        user: User = getattr(self.cast, name)
        return user

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name)

    def to(self, state: str, **given: Any) -> TipOff:
        """A tip-off brought into a state by the services themselves."""
        case, officer, clerk = receive(**given), self.actor("officer"), self.actor("clerk")
        if state == TipOffState.NOT_OURS:
            return forward_tip_off(tip_off=case, to="省某局", by=officer, reason="不属本市")
        if state == TipOffState.RECEIVED:
            return case
        case = assign_tip_off(tip_off=case, unit=self.cast.court, by=officer)
        if state == TipOffState.ASSIGNED:
            return case
        if state == TipOffState.VERIFIED:
            self.verify(case, clerk)
        else:
            not_substantiate_tip_off(tip_off=case, by=clerk, reason="查无实据")
        if state == TipOffState.ANSWERED:
            answer_tip_off(tip_off=case, by=officer, reason="已核查，谢谢")
        return TipOff.objects.get(pk=case.pk)

    def verify(self, case: TipOff, by: Any, **given: Any) -> Entry:
        values = company_values(Random(7), name="济南失信测试公司")
        more = {"credit_list": self.cast.black, "values": values, "reason": "经查属实", **given}
        return verify_tip_off(tip_off=case, by=by, **more)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


ACTS: dict[str, Callable[[Desk, TipOff, Any], object]] = {
    "assign": lambda desk, case, by: assign_tip_off(tip_off=case, unit=desk.cast.court, by=by),
    "hand_back": lambda desk, case, by: hand_back_tip_off(tip_off=case, by=by, reason="应由他局核实"),
    "verify": lambda desk, case, by: desk.verify(case, by),
    "not_substantiate": lambda desk, case, by: not_substantiate_tip_off(tip_off=case, by=by, reason="查无实据"),
    "find_nothing": lambda desk, case, by: find_nothing_in_tip_off(tip_off=case, by=by, reason="无可核实内容"),
    "forward": lambda desk, case, by: forward_tip_off(tip_off=case, to="省某局", by=by, reason="不属本市"),
    "answer": lambda desk, case, by: answer_tip_off(tip_off=case, by=by, reason="已核查"),
}
OFFICERS = {"assign", "find_nothing", "forward", "answer"}
MAY = {
    "officer": OFFICERS,
    "clerk": set(ACTS) - OFFICERS,
    "supervisor": set(),
    "reviewer": set(),
    "coordinator": set(),
    "finance_clerk": set(),  # a clerk, but of another unit
    "auditor": set(),
}


class TestTheTable:
    def test_the_acts_are_the_tables_moves(self) -> None:
        assert set(ACTS) == {move.name for move in TIP_OFF}

    @pytest.mark.parametrize("state", TipOffState.values)
    @pytest.mark.parametrize("role", MAY)
    def test_every_state_move_and_role(self, desk: Desk, state: str, role: str) -> None:
        case, by = desk.to(state), desk.actor(role)
        open_now = {move.name for move in open_moves_of_tip_off(case, by)}
        assert open_now == {name for name in MAY[role] if state in TIP_OFF[name].sources}
        for name, act in ACTS.items():
            place = transaction.savepoint()
            if name in open_now:
                act(desk, case, by)
                case.refresh_from_db()
                last = case.moves.last()
                assert last is not None
                assert (case.state, last.name, last.by) == (TIP_OFF[name].target, name, by.user)
            else:
                with pytest.raises(DomainError):
                    act(desk, case, by)
            transaction.savepoint_rollback(place)
            case.refresh_from_db()
            assert case.state == state, f"{role} made {name} out of {state}"

    @pytest.mark.parametrize("move", [move.name for move in TIP_OFF if move.needs_reason])
    def test_a_reason_is_needed(self, desk: Desk, move: str) -> None:
        case = desk.to(TIP_OFF[move].sources[0])
        by = desk.actor("officer" if move in OFFICERS else "clerk")
        act: Any = {
            "hand_back": hand_back_tip_off,
            "not_substantiate": not_substantiate_tip_off,
            "find_nothing": find_nothing_in_tip_off,
            "forward": lambda **given: forward_tip_off(to="省某局", **given),
            "answer": answer_tip_off,
            "verify": lambda tip_off, by, reason: desk.verify(tip_off, by, reason=reason),
        }[move]
        with pytest.raises(DomainError, check=lambda error: error.code == "reason_missing"):
            act(tip_off=case, by=by, reason="  ")

    def test_an_officer_who_is_also_a_clerk_verifies_only_for_his_own_unit(self, desk: Desk) -> None:
        RoleGrant.objects.create(user=desk.user("officer"), role=Role.CLERK)
        with pytest.raises(NotFound):
            desk.verify(desk.to(TipOffState.ASSIGNED), desk.actor("officer"))


class TestTheDraft:
    def test_goes_the_way_of_any_draft_and_carries_nothing_of_the_tip_off(self, desk: Desk) -> None:
        case = desk.to(TipOffState.ASSIGNED, facts="只有举报人知道的细节", evidence=[PDF], reporter=REPORTER)
        entry = desk.verify(case, desk.actor("clerk"))
        case.refresh_from_db()
        assert (case.entry, case.outcome, case.findings) == (entry, "VERIFIED", "经查属实")
        assert (entry.state, entry.made_by, entry.unit) == ("DRAFT", desk.user("clerk"), desk.cast.court)
        assert not entry.documents.exists()
        assert "只有举报人知道的细节" not in f"{entry.facts}{entry.grounds}{entry.basis}"
        assert [move.reason for move in entry.moves.all()] == [""]

    def test_a_unit_drafts_only_for_a_list_that_it_initiates(self, desk: Desk) -> None:
        case = desk.to(TipOffState.ASSIGNED)
        desk.cast.black.initiating_units.set([desk.cast.finance])
        with pytest.raises(DomainError, check=lambda error: error.code == "not_initiating_unit"):
            desk.verify(case, desk.actor("clerk"))
        case.refresh_from_db()
        assert (case.state, case.entry) == ("ASSIGNED", None)

    def test_never_for_a_red_list(self, desk: Desk) -> None:
        with pytest.raises(DomainError, check=lambda error: error.code == "list_rewards"):
            desk.verify(desk.to(TipOffState.ASSIGNED), desk.actor("clerk"), credit_list=desk.cast.red)

    def test_only_who_initiates_a_list_for_the_dishonest_is_asked_to_verify(self, desk: Desk) -> None:
        with pytest.raises(DomainError, check=lambda error: error.code == "unit_cannot_verify"):
            assign_tip_off(tip_off=receive(), unit=desk.cast.finance, by=desk.actor("officer"))


class TestTheClocks:
    def test_count_working_days_from_receipt(self, desk: Desk) -> None:
        with time_machine.travel(datetime(2026, 9, 30, 10, tzinfo=JINAN), tick=False):
            case = receive()
        assert (case.assign_due_on, case.due_on) == (date(2026, 10, 13), date(2026, 11, 17))
        assert not case.due_is_provisional

    def test_overdue_is_derived_and_differs_by_what_is_waited_for(self, desk: Desk) -> None:
        with time_machine.travel(datetime(2026, 9, 30, 10, tzinfo=JINAN), tick=False):
            waiting, assigned, answered = receive(), desk.to("ASSIGNED"), desk.to("ANSWERED")
        assert answered.state == "ANSWERED"
        found = []
        for month, day in ((10, 13), (10, 14), (11, 18)):
            with time_machine.travel(datetime(2026, month, day, 1, tzinfo=JINAN), tick=False):
                found.append(set(TipOff.objects.overdue()))
        assert found == [set(), {waiting}, {waiting, assigned}]

    def test_provisional_days_are_counted_anew_when_the_calendar_is_known(self, desk: Desk) -> None:
        year = last_known_year()
        with time_machine.travel(datetime(year, 12, 20, 10, tzinfo=JINAN), tick=False):
            waiting, assigned, answered = receive(), desk.to("ASSIGNED"), desk.to("ANSWERED")
            assert settle_days() == 0  # nothing new is known
            assert waiting.due_is_provisional
            days = [date(year + 1, 1, 1) + timedelta(days=n) for n in range(90)]
            CalendarDay.objects.bulk_create(
                CalendarDay(on=day, is_working=day >= date(year + 1, 2, 1), source="test") for day in days
            )
            assert (settle_days(), settle_days()) == (2, 0)
            last = work_calendar().due_on(clock.today(), waiting.rule_profile["decide_wd"]).on
        for case in (waiting, assigned):
            before = case.due_on
            case.refresh_from_db()
            assert (case.due_on, case.due_is_provisional) == (last, False)
            assert case.due_on > before
        before = answered.due_on
        answered.refresh_from_db()
        assert (answered.due_on, answered.due_is_provisional) == (before, True)


class TestTheReporter:
    def test_two_roles_and_no_other_may_ask(self) -> None:
        assert roles_with(Act.SEE_REPORTERS) == [Role.TIP_OFF_OFFICER, Role.TIP_OFF_SUPERVISOR]

    @pytest.mark.parametrize("name", ["officer", "supervisor"])
    def test_is_seen_with_a_reason_that_is_written_down(self, desk: Desk, name: str) -> None:
        case = receive(reporter=REPORTER)
        assert see_reporter(tip_off=case, by=desk.actor(name), reason="核对联系方式") == REPORTER
        look = ReporterLook.objects.get()
        assert (look.tip_off, look.by, look.reason) == (case, desk.user(name), "核对联系方式")

    @pytest.mark.parametrize("name", [*sorted(set(MAY) - {"officer", "supervisor"}), "system"])
    def test_is_seen_by_nobody_else(self, desk: Desk, name: str) -> None:
        case = desk.to(TipOffState.ASSIGNED, reporter=REPORTER)
        by = SYSTEM if name == "system" else desk.actor(name)
        with pytest.raises(DomainError, check=lambda error: error.code == "act_not_allowed"):
            see_reporter(tip_off=case, by=by, reason="想知道")
        assert not ReporterLook.objects.exists()

    @pytest.mark.parametrize(
        ("reason", "code"), [(" ", "reason_missing"), ("核对欧阳举报的电话", "names_reporter"), ("x", "")]
    )
    def test_the_log_never_says_who_it_was(self, desk: Desk, reason: str, code: str) -> None:
        case = receive(reporter=REPORTER)
        if code:
            with pytest.raises(DomainError, check=lambda error: error.code == code):
                see_reporter(tip_off=case, by=desk.actor("officer"), reason=reason)
        else:
            see_reporter(tip_off=case, by=desk.actor("officer"), reason=reason)
        assert ReporterLook.objects.count() == (0 if code else 1)

    def test_anonymous_there_is_nobody_to_see(self, desk: Desk) -> None:
        case = receive()
        assert not is_named(case)
        with pytest.raises(DomainError, check=lambda error: error.code == "reporter_anonymous"):
            see_reporter(tip_off=case, by=desk.actor("officer"), reason="x")

    def test_who_knows_him_does_not_write_him_down_for_others(self, desk: Desk) -> None:
        case, officer = receive(reporter=REPORTER), desk.actor("officer")
        for act in (
            lambda: forward_tip_off(tip_off=case, to="省某局", by=officer, reason="举报人欧阳举报称"),
            lambda: find_nothing_in_tip_off(tip_off=case, by=officer, reason="致电13905310000无人接听"),
        ):
            with pytest.raises(DomainError, check=lambda error: error.code == "names_reporter"):
                act()

    def test_who_does_not_know_him_learns_nothing_by_guessing(self, desk: Desk) -> None:
        case = desk.to(TipOffState.ASSIGNED, reporter=REPORTER)
        not_substantiate_tip_off(tip_off=case, by=desk.actor("clerk"), reason="是欧阳举报吧")

    def test_his_own_words_may_not_give_him_away(self, cast: Cast) -> None:
        with pytest.raises(DomainError, check=lambda error: error.code == "names_reporter"):
            receive(reporter=REPORTER, facts="我欧阳举报亲眼所见")
        assert not TipOff.objects.exists()

    def test_is_told_of_the_answer_without_a_copy_of_his_contact(self, desk: Desk, gateway: Gateway) -> None:
        case = desk.to(TipOffState.ANSWERED, reporter=REPORTER)
        message = ApplicantMessage.objects.get()
        assert (message.case_number, message.sealed_contact) == (case.receipt_number, "")
        assert send_messages() == 1
        ((_key, sent),) = gateway.taken
        assert sent["to"] == REPORTER.contact
        assert case.receipt_number in sent["text"]
        for told in ("举报", case.party_name, case.answer, REPORTER.name):
            assert told not in sent["text"]
        message.refresh_from_db()
        assert (message.state, message.contact_from) == (MessageState.SENT, "")

    @pytest.mark.parametrize("state", TipOffState.values)
    def test_nobody_else_is_told_and_nothing_before_the_answer(self, desk: Desk, state: str) -> None:
        desk.to(state, reporter=None if state == TipOffState.ANSWERED else REPORTER)
        assert not ApplicantMessage.objects.exists()

    def test_who_is_purged_before_he_is_told_is_told_nothing(self, desk: Desk, gateway: Gateway) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=JINAN), tick=False):
            desk.to(TipOffState.ANSWERED, reporter=REPORTER)
        with time_machine.travel(datetime(2027, 3, 4, 12, tzinfo=JINAN), tick=False):
            assert purge()["tip-offs"] == 1
            assert send_messages() == 0
        assert (gateway.taken, ApplicantMessage.objects.get().state) == ([], MessageState.NO_WAY)

    @pytest.mark.parametrize("values", [{"sealed_contact": "x"}, {"contact_from": ""}])
    def test_a_message_has_its_contact_in_one_place(self, desk: Desk, values: dict[str, str]) -> None:
        desk.to(TipOffState.ANSWERED, reporter=REPORTER)
        with pytest.raises(IntegrityError, match="message_that_ended_keeps_no_contact"), transaction.atomic():
            ApplicantMessage.objects.update(**values)

    def test_neither_shows_in_what_is_printed(self) -> None:
        assert REPORTER.name not in repr(REPORTER)
        assert REPORTER.contact not in repr(REPORTER)

    def test_no_relation_leads_from_a_tip_off_to_its_reporter(self) -> None:
        leading = [field for field in TipOff._meta.get_fields() if field.related_model is TipOffReporter]
        assert leading == []
        assert not hasattr(TipOffReporter, "pgh_event_model")

    @pytest.mark.parametrize("act", ["update", "delete"])
    def test_the_database_keeps_him_as_he_is(self, desk: Desk, act: str) -> None:
        kept = TipOffReporter.objects.filter(pk=receive(reporter=REPORTER).pk)
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            kept.update(sealed_name="x") if act == "update" else kept.delete()


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        ("name", "state", "values"),
        [
            ("tip_off_assigned_is_with_a_unit", "ASSIGNED", {"unit": None}),
            ("tip_off_concluded_has_person_time_and_findings", "NOT_SUBSTANTIATED", {"findings": ""}),
            ("tip_off_outcome_is_how_it_was_concluded", "NOT_SUBSTANTIATED", {"state": "VERIFIED"}),
            ("tip_off_verified_became_a_draft", "VERIFIED", {"entry": None}),
            ("tip_off_forwarded_says_where_to", "NOT_OURS", {"forwarded_to": ""}),
            ("tip_off_answered_has_person_time_and_answer", "ANSWERED", {"answer": ""}),
        ],
    )
    def test_what_the_rules_refuse(self, desk: Desk, name: str, state: str, values: dict[str, Any]) -> None:
        case = desk.to(state)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            TipOff.objects.filter(pk=case.pk).update(**values)

    def test_that_one_is_deleted(self, desk: Desk) -> None:
        with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
            TipOff.objects.filter(pk=receive().pk).delete()

    def test_a_reporter_without_a_name(self, desk: Desk) -> None:
        with pytest.raises(IntegrityError, match="reporter_left_a_name_and_a_contact"), transaction.atomic():
            receive(reporter=Reporter("", "13905310000"))


class TestThePurge:
    def test_when_its_draft_is_forgotten_the_tip_off_names_nobody(self, desk: Desk) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=JINAN), tick=False):
            case = desk.to(TipOffState.VERIFIED, reporter=REPORTER, evidence=[PDF])
            own = Entry.objects.filter(pk=case.entry_id)
            discard_entries(entries=own, by=desk.actor("clerk"), reason="证据不足")
        with time_machine.travel(datetime(2027, 3, 4, 12, tzinfo=JINAN), tick=False):
            done = purge()
        assert (done["drafts"], done["tip-offs"]) == (1, 0)
        case.refresh_from_db()
        assert (case.state, case.party_name, case.facts) == ("VERIFIED", "", "")
        assert not TipOffReporter.objects.exists()
        assert not TipOffEvidence.objects.exists()

    def test_one_that_is_not_answered_is_never_due(self, desk: Desk) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=JINAN), tick=False):
            case = desk.to(TipOffState.NOT_SUBSTANTIATED, reporter=REPORTER)
        with time_machine.travel(datetime(2040, 1, 1, 12, tzinfo=JINAN), tick=False):
            call_command("purge")
        case.refresh_from_db()
        assert case.party_name
        assert is_named(case)

    def test_the_receipt_opens_nothing_afterwards(self, desk: Desk) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=JINAN), tick=False):
            claim = Claim(party_kind="LEGAL_PERSON", party_name="济南失信测试公司", facts="拖欠工资")
            received = receive_tip_off(claim=claim, by=SYSTEM)
            case, officer = received.tip_off, desk.actor("officer")
            find_nothing_in_tip_off(tip_off=case, by=officer, reason="无")
            answer_tip_off(tip_off=case, by=officer, reason="已阅")
            assert case_of(case.receipt_number, received.secret) == case
        with time_machine.travel(datetime(2027, 3, 4, 12, tzinfo=JINAN), tick=False):
            assert purge()["tip-offs"] == 1
        assert case_of(case.receipt_number, received.secret) is None


# Pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_(desk: Desk, client: Any) -> Callable[[str], Any]:
    def sign_in(name: str) -> Any:
        client.force_login(desk.user(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


TYPED = {
    "party_kind": "LEGAL_PERSON",
    "party_name": "济南失信测试公司",
    "facts": "拖欠工资",
    "naming": "NAMED",
    "reporter_name": REPORTER.name,
    "reporter_contact": REPORTER.contact,
}
PAGES = ("tip_off", "tip_off_assign", "tip_off_forward", "tip_off_verify", "tip_off_reporter")


class TestTheDesk:
    @pytest.mark.parametrize("name", ["finance_clerk", "stranger"])
    def test_another_unit_gets_404_for_everything(self, desk: Desk, as_: Any, name: str) -> None:
        case = desk.to(TipOffState.ASSIGNED, evidence=[PDF])
        stranger = as_(name)
        for url in (
            reverse("tip_off", args=[case.pk]),
            reverse("tip_off_verify", args=[case.pk]),
            reverse("tip_off_evidence", args=[case.evidence.get().pk]),
        ):
            assert stranger.get(url).status_code == 404
        for move in ("hand_back", "not_substantiate", "answer"):
            sent = stranger.post(reverse("tip_off", args=[case.pk]), {"move": move, "reason": "x"})
            assert sent.status_code == 404
        listed = stranger.get(reverse("tip_offs"))
        assert (listed.context["total"], listed.status_code) == (0, 200)

    @pytest.mark.parametrize("name", ["clerk", "reviewer", "supervisor", "coordinator", "finance_clerk", "auditor"])
    def test_only_the_officer_enters_one(self, desk: Desk, as_: Any, name: str) -> None:
        assert as_(name).get(reverse("tip_off_enter")).status_code == 403
        assert as_(name).post(reverse("tip_off_enter"), TYPED).status_code == 403
        with pytest.raises(DomainError, check=lambda error: error.code == "act_not_allowed"):
            receive_tip_off(claim=Claim("LEGAL_PERSON", "济南失信测试公司", "拖欠工资"), by=desk.actor(name))
        assert not TipOff.objects.exists()
        if name != "auditor":
            assert reverse("tip_off_enter") not in as_(name).get(reverse("tip_offs")).content.decode()

    def test_the_officer_enters_one_for_a_caller(self, desk: Desk, as_: Any) -> None:
        officer, url = as_("officer"), reverse("tip_off_enter")
        assert url in officer.get(reverse("tip_offs")).content.decode()
        assert "no-store" in officer.get(url)["Cache-Control"]
        for wrong in ({"facts": "我叫欧阳举报"}, {"naming": "ANONYMOUS"}, {"reporter_contact": ""}):
            assert officer.post(url, {**TYPED, **wrong}).status_code == 400
        assert not TipOff.objects.exists()
        receipt = officer.post(url, {**TYPED, "evidence": [picture()]}, follow=True).content.decode()
        case, first = TipOff.objects.get(), TipOff.objects.get().moves.get()
        number, secret = receipt_of(receipt)
        assert case_of(number, secret) == case
        assert (first.name, first.by) == ("receive", desk.user("officer"))
        assert case.evidence.get().added_by == desk.user("officer")
        assert see_reporter(tip_off=case, by=desk.actor("supervisor"), reason="核对") == REPORTER
        for page in (receipt, officer.get(reverse("tip_off", args=[case.pk])).content.decode()):
            assert REPORTER.name not in page
            assert REPORTER.contact not in page
        officer.post(url, {**TYPED, "naming": "ANONYMOUS", "reporter_name": "", "reporter_contact": ""})
        assert [is_named(one) for one in TipOff.objects.order_by("pk")] == [True, False]

    def test_a_unit_sees_one_as_long_as_it_has_it(self, desk: Desk, as_: Any) -> None:
        case = desk.to(TipOffState.RECEIVED)
        url, clerk = reverse("tip_off", args=[case.pk]), as_("clerk")
        assert clerk.get(url).status_code == 404
        assign_tip_off(tip_off=case, unit=desk.cast.court, by=desk.actor("officer"))
        assert clerk.get(url).status_code == 200
        assert clerk.post(url, {"move": "hand_back", "reason": "应由他局核实"}).status_code == 302
        assert clerk.get(url).status_code == 404

    @pytest.mark.parametrize("name", ["reviewer", "coordinator", "auditor"])
    @pytest.mark.parametrize("page", ["tip_offs", *PAGES])
    def test_who_has_no_part_in_it_is_refused(self, desk: Desk, as_: Any, name: str, page: str) -> None:
        case = desk.to(TipOffState.ASSIGNED)
        url = reverse(page, args=[case.pk] if page != "tip_offs" else [])
        assert as_(name).get(url).status_code == 403

    def test_nobody_signed_in_is_sent_to_the_sign_in(self, desk: Desk, client: Any) -> None:
        case = desk.to(TipOffState.ASSIGNED)
        urls = [reverse("tip_offs"), *(reverse(page, args=[case.pk]) for page in PAGES)]
        assert {client.get(url).status_code for url in urls} == {302}

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("state", TipOffState.values)
    def test_the_page_shows_the_tables_moves(self, desk: Desk, as_: Any, state: str, language: str) -> None:
        case = desk.to(state)
        seeing = ["officer", "supervisor", *(["clerk"] if case.unit else [])]
        for name in seeing:
            page = as_(name).get(reverse("tip_off", args=[case.pk]), headers={"Accept-Language": language})
            shown = page.content.decode()
            assert page.status_code == 200
            for move in ACTS:
                is_open = move in MAY[name] and state in TIP_OFF[move].sources
                assert (f'value="{move}"' in shown or f"/{move}/" in shown) == is_open, (name, move)

    def test_from_assignment_to_the_answer_in_the_browser(self, desk: Desk, as_: Any, client: Any) -> None:
        case = receive(reporter=REPORTER, credit_list=desk.cast.black)
        page = as_("officer").get(reverse("tip_off_assign", args=[case.pk]))
        assert page.context["form"].initial["unit"] == desk.cast.court
        assigned = client.post(reverse("tip_off_assign", args=[case.pk]), {"unit": "court"})
        assert assigned.status_code == 302
        assert client.get(reverse("tip_off_assign", args=[case.pk])).status_code == 409
        verify = reverse("tip_off_verify", args=[case.pk])
        shown = as_("clerk").get(verify)
        assert shown.context["form"].initial["name"] == case.party_name
        assert client.post(verify, {"findings": ""}).status_code == 400
        values = {key: value or "" for key, value in company_values(Random(9)).items()}
        kept = client.post(verify, {**values, "findings": "经查属实", "basis_kind": ""})
        case.refresh_from_db()
        assert kept["Location"] == reverse("entry", args=[case.entry_id])
        url = reverse("tip_off", args=[case.pk])
        client.post(url, {"move": "answer", "reason": "x"})
        as_("officer").post(url, {"move": "answer", "reason": "已核实，谢谢\x00"})
        client.post(url, {"move": "answer", "reason": "再答"})
        case.refresh_from_db()
        assert (case.state, case.answer) == ("ANSWERED", "已核实，谢谢")

    @pytest.mark.parametrize("move", ["assign", "verify", "forward", "nonsense", ""])
    def test_steps_that_are_no_buttons_are_refused(self, desk: Desk, as_: Any, move: str) -> None:
        case = desk.to(TipOffState.RECEIVED)
        url = reverse("tip_off", args=[case.pk])
        as_("officer").post(url, {"move": move, "reason": "x"})
        case.refresh_from_db()
        assert case.state == TipOffState.RECEIVED

    def test_more_than_one_list_is_asked_for_first(self, desk: Desk, as_: Any) -> None:
        other = desk.cast.black
        other.pk, other.code, other.name = None, "TOTHER", "另一黑名单"
        other.save()
        other.initiating_units.add(desk.cast.court)
        case = desk.to(TipOffState.ASSIGNED)
        url = reverse("tip_off_verify", args=[case.pk])
        assert "findings" not in as_("clerk").get(url).context["form"].fields
        assert "findings" in as_("clerk").get(f"{url}?credit_list=TOTHER").context["form"].fields

    def test_the_identity_is_shown_in_one_answer_only(self, desk: Desk, as_: Any) -> None:
        case = receive(reporter=REPORTER)
        url, officer = reverse("tip_off_reporter", args=[case.pk]), as_("officer")
        assert REPORTER.name not in officer.get(url).content.decode()
        assert officer.post(url, {"reason": " "}).status_code == 400
        seen = officer.post(url, {"reason": "核对联系方式"})
        assert REPORTER.name in seen.content.decode()
        assert REPORTER.contact in seen.content.decode()
        assert "no-store" in seen["Cache-Control"]
        case_page = officer.get(reverse("tip_off", args=[case.pk])).content.decode()
        assert "核对联系方式" in case_page
        assert REPORTER.name not in case_page
        log = as_("auditor").get("/audit/", {"kind": "looks"}).content.decode()
        assert case.receipt_number in log
        assert REPORTER.name not in log
        assert as_("officer").get("/audit/", {"kind": "looks"}).status_code == 403

    def test_documents_come_as_attachments(self, desk: Desk, as_: Any) -> None:
        case = desk.to(TipOffState.ASSIGNED, evidence=[PDF])
        response = as_("clerk").get(reverse("tip_off_evidence", args=[case.evidence.get().pk]))
        assert response["Content-Disposition"].startswith("attachment")
        assert b"".join(response.streaming_content) == PDF.content

    def test_counters_equal_the_lists_they_open(self, desk: Desk, as_: Any) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=JINAN), tick=False):
            for state in TipOffState.values:
                desk.to(state)
        for name, least in (("officer", 3), ("clerk", 2)):
            counters = [one for one in counters_for(desk.actor(name)) if one.url.startswith(reverse("tip_offs"))]
            assert [one.count > 0 for one in counters] == [*[True] * least, False]
            for counter in counters:
                assert as_(name).get(counter.url).context["total"] == counter.count

    def test_due_soon_is_counted_by_the_day_that_comes_next(self, desk: Desk, as_: Any) -> None:
        """For the unit what it verifies, as the mail of the morning tells it."""
        to_assign, assigned = desk.to(TipOffState.RECEIVED), desk.to(TipOffState.ASSIGNED)
        counts = []
        for day in (to_assign.assign_due_on, to_assign.due_on, to_assign.due_on + timedelta(days=1)):
            with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
                for name in ("officer", "clerk"):
                    (counter,) = [
                        one
                        for one in counters_for(desk.actor(name))
                        if one.url.startswith(reverse("tip_offs")) and "soon=yes" in one.url
                    ]
                    assert as_(name).get(counter.url).context["total"] == counter.count
                    counts.append(counter.count)
                owed = [source.count(due_soon_until()).get(desk.cast.court.pk) for source in SOURCES]
                assert sum(one.soon for one in owed if one) == counter.count
        assert assigned.due_on == to_assign.due_on
        assert counts == [1, 0, 1, 1, 0, 0]

    def test_after_each_step_comes_the_next_that_waits_for_the_same_person(self, desk: Desk, as_: Any) -> None:
        first, second = desk.to(TipOffState.RECEIVED), desk.to(TipOffState.RECEIVED)
        officer, here, there = as_("officer"), *(reverse("tip_off", args=[case.pk]) for case in (first, second))
        assigned = officer.post(f"{here}assign/", {"unit": "court"}, follow=True)
        assert assigned.redirect_chain == [(there, 302)]
        assert f'<a href="{here}">{first.receipt_number}</a>' in assigned.content.decode()
        nothing = officer.post(there, {"move": "find_nothing", "reason": "无可核实内容"})
        assert nothing["Location"] == there, "the reporter is still to be answered"
        assert officer.post(there, {"move": "answer", "reason": "已核查"})["Location"] == reverse("tip_offs")

        handed_back = as_("clerk").post(here, {"move": "hand_back", "reason": "应由他局核实"}, follow=True)
        assert handed_back.redirect_chain == [(reverse("tip_offs"), 302)]
        assert first.receipt_number in handed_back.content.decode()
        assert here not in handed_back.content.decode(), "he sees it no more"

    def test_the_list_takes_constant_queries(self, desk: Desk, as_: Any, django_assert_max_num_queries: Any) -> None:
        for _ in range(12):
            desk.to(TipOffState.ASSIGNED, credit_list=desk.cast.black)
        officer = as_("officer")
        with django_assert_max_num_queries(12):
            officer.get(reverse("tip_offs"))

    def test_markup_of_the_reporter_is_text(self, desk: Desk, as_: Any) -> None:
        case = receive(facts="<script>alert(1)</script>", party_name="<b>公司</b>")
        page = as_("officer").get(reverse("tip_off", args=[case.pk])).content.decode()
        assert "<script>alert" not in page
        assert "<b>公司" not in page
