"""The clocks of an objection: paused, extended, provisional, silent (SD art. 39; domain §4)."""

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalog.models import CalendarDay
from jinan_credit.accounts.actors import SYSTEM, actor_of
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.workdays import last_known_year
from jinan_credit.portal.standing import standing_of
from lists.enums import Mark
from lists.services.synthetic import uscc
from objections.enums import DocumentPurpose, ExtensionState, ObjectionState
from objections.models import Extension, HelpEscalation, HelpRequest, Objection, ObjectionEscalation
from objections.services.days import keep_days, settle_days
from objections.services.decisions import dismiss_objection
from objections.services.extensions import approve_extension, ask_extension, decline_extension
from objections.services.help import answer_help, ask_help
from objections.services.objections import accept_objection, ask_supplement, examine_objection, submit_objection
from objections.services.pauses import pause_objection, resume_objection
from objections.workflow import EXTENSION
from tests.cast import Cast, make_user, publish_one
from tests.objections.conftest import PAPER

JINAN = ZoneInfo("Asia/Shanghai")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def on(month: int, day: int, year: int = 2026) -> time_machine.travel:
    return time_machine.travel(datetime(year, month, day, 10, tzinfo=JINAN), tick=False)


def submitted(cast: Cast, seed: int = 5) -> Objection:
    applicant = Applicant("测试企业", Relation.SELF, uscc(Random(seed)), "0531-00000000")
    return submit_objection(
        entry=publish_one(cast, seed=seed), applicant=applicant, grounds="OTHER", statement="异议", by=SYSTEM
    ).objection


def accepted(cast: Cast) -> Objection:
    return accept_objection(objection=submitted(cast), by=cast.actor("clerk"))


def facts(case: Objection) -> str:
    return " ".join(f"{label} {value}" for label, value in standing_of(Objection.objects.get(pk=case.pk)).facts)


class TestPause:
    def test_the_days_that_were_left_are_counted_on(self, cast):
        clerk = cast.actor("clerk")
        with on(11, 2):
            case = accepted(cast)
        with on(11, 3):
            pause_objection(objection=case, evidence=[PAPER], by=clerk, reason="委托笔迹鉴定")
        with on(12, 1):
            keep_days()
            case.refresh_from_db()
            assert (case.state, case.counted_wd) == (ObjectionState.PAUSED, 2)
            assert not Objection.objects.overdue().exists()
            assert "委托笔迹鉴定" in facts(case)
            assert "2026-11-03" in facts(case)
            case = resume_objection(objection=case, by=clerk, reason="鉴定完毕", evidence=[PAPER])
        assert (case.state, case.due_on, case.paused_on) == (ObjectionState.ACCEPTED, date(2026, 12, 3), None)
        assert set(case.evidence.values_list("purpose", flat=True)) == {DocumentPurpose.INSPECTION}
        assert "委托笔迹鉴定" not in facts(case)

    def test_needs_a_document_and_a_day_that_has_not_passed(self, cast):
        with on(11, 2):
            case = accepted(cast)
            with pytest.raises(DomainError) as refused:
                pause_objection(objection=case, evidence=[], by=cast.actor("clerk"), reason="委托鉴定")
            assert refused.value.code == "document_missing"
        with on(11, 6), pytest.raises(DomainError) as refused:
            pause_objection(objection=case, evidence=[PAPER], by=cast.actor("clerk"), reason="委托鉴定")
        assert refused.value.code == "day_has_passed"

    def test_the_database_knows_since_when(self, in_state):
        case = in_state(ObjectionState.PAUSED)
        with pytest.raises(IntegrityError, match="objection_paused_knows_since_when"), transaction.atomic():
            Objection.objects.filter(pk=case.pk).update(paused_on=None)

    def test_the_mark_stays_when_another_objection_is_decided(self, cast, entry, submit, in_state):
        clerk = cast.actor("clerk")
        in_state(ObjectionState.PAUSED)
        other = submit(by=Applicant("关联人", Relation.SELF, uscc(Random(6)), "0531"))
        accept_objection(objection=other, by=clerk)
        examine_objection(objection=other, by=clerk, reason="经查")
        dismiss_objection(objection=other, by=cast.actor("second_reviewer"), reason="不成立")
        entry.refresh_from_db()
        assert Mark.OBJECTION_OPEN in entry.marks

    def test_in_the_browser(self, cast, client, in_state):
        case = in_state(ObjectionState.PAUSED)
        client.force_login(cast.clerk, backend=BACKEND)
        page = client.get(reverse("objection", args=[case.pk]))
        assert reverse("objection_resume", args=[case.pk]) in page.content.decode()
        url = reverse("objection_resume", args=[case.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"reason": "鉴定完毕"}).status_code == 302
        refused = client.post(reverse("objection_pause", args=[case.pk]), {"reason": "再鉴定"})
        assert "error-summary" in refused.content.decode()


class TestExtension:
    @pytest.fixture
    def case(self, cast) -> Objection:
        with on(11, 2):
            return accepted(cast)

    def ask(self, cast: Cast, case: Objection, until: date = date(2026, 11, 10)) -> Extension:
        return ask_extension(objection=case, until=until, by=cast.actor("clerk"), reason="需调档")

    def test_another_person_approves_and_the_applicant_sees_it(self, cast, case):
        with on(11, 4):
            extension = approve_extension(
                extension=self.ask(cast, case), by=cast.actor("second_reviewer"), reason="同意"
            )
            case.refresh_from_db()
            assert (case.due_on, extension.due_before_on) == (date(2026, 11, 10), date(2026, 11, 5))
            assert "需调档" in facts(case)
            with pytest.raises(DomainError) as refused:
                self.ask(cast, case, date(2026, 11, 12))
            assert refused.value.code == "extended_before"

    def test_what_is_declined_leaves_the_day(self, cast, case):
        with on(11, 4):
            decline_extension(extension=self.ask(cast, case), by=cast.actor("second_reviewer"), reason="不必")
        case.refresh_from_db()
        assert case.due_on == date(2026, 11, 5)
        assert "需调档" not in facts(case)

    @pytest.mark.parametrize("act", [approve_extension, decline_extension])
    def test_who_asked_does_not_decide(self, cast, case, act):
        RoleGrant.objects.create(user=cast.clerk, role=Role.REVIEWER)
        with on(11, 4):
            extension = self.ask(cast, case)
            for name, code in (
                ("clerk", "own_work"),
                ("finance_clerk", "not_your_unit"),
                ("stranger", "not_your_unit"),
            ):
                with pytest.raises(DomainError) as refused:
                    act(extension=extension, by=cast.actor(name), reason="同意")
                assert refused.value.code == code
            act(extension=extension, by=cast.actor("reviewer"), reason="同意")
            with pytest.raises(DomainError) as refused:
                act(extension=extension, by=cast.actor("second_reviewer"), reason="同意")
            assert refused.value.code == "move_not_open"

    @pytest.mark.parametrize(
        "until", [date(2026, 11, 5), date(2026, 11, 8), date(2026, 11, 13)], ids=["same", "Sunday", "beyond"]
    )
    def test_the_new_day_is_within_the_limit(self, cast, case, until):
        with on(11, 4), pytest.raises(DomainError) as refused:
            self.ask(cast, case, until)
        assert refused.value.code == "extension_beyond_limit"

    @pytest.mark.parametrize(("state", "code"), [("SUBMITTED", "clock_not_running"), ("PAUSED", "clock_not_running")])
    def test_only_a_running_clock_is_extended(self, cast, in_state, state, code):
        with pytest.raises(DomainError) as refused:
            self.ask(cast, in_state(state))
        assert refused.value.code == code

    def test_after_the_last_day_it_is_too_late_and_what_was_asked_lapses(self, cast, case):
        with on(11, 4):
            extension = self.ask(cast, case)
        with on(11, 6):
            with pytest.raises(DomainError) as refused:
                approve_extension(extension=extension, by=cast.actor("second_reviewer"), reason="同意")
            assert refused.value.code == "day_has_passed"
            keep_days()
            keep_days()
        extension.refresh_from_db()
        assert extension.state == ExtensionState.LAPSED
        assert [move.name for move in extension.moves.all()] == ["ask", "lapse"]

    def test_the_database_refuses_too(self, cast, case):
        with on(11, 4):
            kept = Extension.objects.filter(pk=self.ask(cast, case).pk)
        for values, name in (
            ({"state": "APPROVED"}, "extension_decided_has_person_and_time"),
            ({"state": "APPROVED", "decided_by": cast.clerk, "decided_at": kept.get().asked_at}, "another_person"),
            ({"asked_until": date(2026, 11, 5)}, "extension_ends_later_than_before"),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                kept.update(**values)
        values = {f.attname: getattr(kept.get(), f.attname) for f in Extension._meta.concrete_fields if f.name != "id"}
        with pytest.raises(IntegrityError, match="objection_is_extended_once"), transaction.atomic():
            Extension.objects.create(**values)

    def test_in_the_browser(self, cast, client, case):
        with on(11, 4):
            client.force_login(cast.clerk, backend=BACKEND)
            url = reverse("extension_ask", args=[case.pk])
            assert "error-summary" in client.post(url, {"until": "2026-12-31", "reason": "需调档"}).content.decode()
            assert client.post(url, {"until": "2026-11-10", "reason": "需调档"}).status_code == 302
            extension = Extension.objects.get()
            decide = reverse("extension", args=[extension.pk])
            assert client.post(decide, {"move": "approve", "reason": "同意"}).status_code == 403
            client.force_login(cast.second_reviewer, backend=BACKEND)
            for counter in counters_for(cast.actor("second_reviewer")):
                if "extension" in counter.url:
                    assert client.get(counter.url).context["total"] == counter.count == 1
            assert decide in client.get(reverse("objection", args=[case.pk])).content.decode()
            for move, state in (("lapse", "ASKED"), ("approve", "APPROVED")):
                client.post(decide, {"move": move, "reason": "同意"})
                extension.refresh_from_db()
                assert extension.state == state
        case.refresh_from_db()
        assert case.due_on == date(2026, 11, 10)

    def test_the_table_names_what_exists(self):
        assert [move.name for move in EXTENSION] == ["ask", "approve", "decline", "lapse"]


class TestSilence:
    def test_head_then_coordinator_each_once(self, cast):
        with on(11, 2):
            case = submitted(cast)  # due on Thursday 11-05
        for day, steps in ((5, []), (6, ["UNIT_HEAD"]), (9, ["UNIT_HEAD"]), (10, ["UNIT_HEAD", "COORDINATOR"])):
            with on(11, day):
                keep_days()
                keep_days()
            assert list(case.escalations.values_list("step", flat=True)) == steps, day

    def test_what_three_missed_days_left_out_is_caught_up(self, cast):
        with on(11, 2):
            case, waits = submitted(cast), submitted(cast, seed=6)
            ask_supplement(objection=waits, by=cast.actor("clerk"), reason="请补充")
        with on(11, 20):
            keep_days()
        assert set(case.escalations.values_list("step", flat=True)) == {"UNIT_HEAD", "COORDINATOR"}
        waits.refresh_from_db()
        assert waits.state == ObjectionState.NOT_ACCEPTED

    def test_the_database_refuses_a_second_row(self, cast):
        with on(11, 2):
            case = submitted(cast)
        with on(11, 6):
            keep_days()
        row = case.escalations.get()
        with pytest.raises(IntegrityError, match="escalated_once_a_missed_day_and_step"), transaction.atomic():
            ObjectionEscalation.objects.create(of=case, due_on=row.due_on, step=row.step, at=row.at)

    def test_a_late_answer_goes_to_the_head_of_the_asked_unit_then_to_the_coordinator(self, cast, client):
        with on(11, 2):
            case = accepted(cast)
            request = ask_help(objection=case, unit=cast.finance, question="？", by=cast.actor("clerk"))  # due 11-05
            other = ask_help(objection=case, unit=cast.transport, question="？", by=cast.actor("clerk"))
            answer_help(request=other, answer="已查", by=cast.actor("transport_clerk"))
        for day, steps in ((5, []), (6, ["UNIT_HEAD"]), (9, ["UNIT_HEAD"]), (10, ["UNIT_HEAD", "COORDINATOR"])):
            with on(11, day):
                keep_days()
                keep_days()
            assert list(request.escalations.values_list("step", flat=True)) == steps, day
        assert not other.escalations.exists()
        head = make_user("finance-head", cast.finance, Role.REVIEWER)
        with on(11, 10):
            shown = [one for one in counters_for(actor_of(head)) if one.url.endswith("help/?escalated=yes")]
            assert [counter.count for counter in shown] == [1]
            client.force_login(head, backend=BACKEND)
            assert client.get(shown[0].url).context["total"] == 1
            assert not [one for one in counters_for(cast.actor("finance_clerk")) if "escalated" in one.url]
            row = request.escalations.last()
            with pytest.raises(IntegrityError, match="help_is_escalated_once"), transaction.atomic():
                HelpEscalation.objects.create(of=request, due_on=row.due_on, step=row.step, at=row.at)
            answer_help(request=request, answer="已查", by=cast.actor("finance_clerk"))
            assert counters_for(actor_of(head))
            assert client.get(shown[0].url).context["total"] == 0
            keep_days()
        assert request.escalations.count() == 2

    def test_no_supplement_by_its_last_day_is_no_acceptance(self, cast):
        with on(11, 2):
            case = submitted(cast)
            ask_supplement(objection=case, by=cast.actor("clerk"), reason="请补充")
            case.refresh_from_db()
            assert case.supplement_due_on == date(2026, 11, 16)
        with on(11, 16):
            keep_days()
            case.refresh_from_db()
            assert case.state == ObjectionState.SUPPLEMENT_ASKED
        with on(11, 17):
            keep_days()
            case.refresh_from_db()
            assert case.state == ObjectionState.NOT_ACCEPTED
            last = case.moves.order_by("-pk").first()
            assert (last.name, last.by, last.unit) == ("lapse", None, None)
            assert "重新提出" in facts(case)
            submit_objection(
                entry=case.entry,
                applicant=Applicant("测试企业", Relation.SELF, uscc(Random(5)), "0531"),
                grounds="OTHER",
                statement="再次异议",
                by=SYSTEM,
            )

    def test_who_is_asked_has_a_last_day(self, in_state):
        case = in_state(ObjectionState.SUPPLEMENT_ASKED)
        with pytest.raises(IntegrityError, match="objection_supplement_asked_has_a_last_day"), transaction.atomic():
            Objection.objects.filter(pk=case.pk).update(supplement_due_on=None)

    def test_the_head_sees_what_was_escalated(self, cast, client):
        with on(11, 2):
            case = submitted(cast)
            submitted(cast, seed=6)
        with on(11, 6):
            Objection.objects.exclude(pk=case.pk).update(due_on=date(2026, 11, 9))
            keep_days()
            client.force_login(cast.reviewer, backend=BACKEND)
            shown = [counter for counter in counters_for(cast.actor("reviewer")) if "escalated" in counter.url]
            assert [counter.count for counter in shown if counter.url.startswith(reverse("objections") + "?")] == [1]
            assert client.get(shown[0].url).context["total"] == 1


def test_provisional_days_are_counted_anew_when_the_calendar_is_known(cast):
    year = last_known_year()
    with on(12, 30, year):
        case, clerk = accepted(cast), cast.actor("clerk")
        request = ask_help(objection=case, unit=cast.finance, question="？", by=clerk)
        asked = submitted(cast, seed=6)
        ask_supplement(objection=asked, by=clerk, reason="请补充")
        case.refresh_from_db()
        assert case.due_is_provisional
        assert request.due_is_provisional
        assert settle_days() == 0  # nothing new is known
        new_year = date(year + 1, 1, 1)
        days = [new_year + timedelta(days=n) for n in range(60)]
        CalendarDay.objects.bulk_create(
            CalendarDay(on=day, is_working=day >= date(year + 1, 1, 21), source="test") for day in days
        )
        assert settle_days() == 3
        assert settle_days() == 0
    case.refresh_from_db()
    asked.refresh_from_db()
    request = HelpRequest.objects.get()
    for row, wd in ((case, 7), (request, 3)):
        assert row.due_on == _after(date(year, 12, 30), wd, date(year + 1, 1, 21))
        assert not row.due_is_provisional
    assert asked.supplement_due_on == _after(date(year, 12, 30), 10, date(year + 1, 1, 21))
    assert not asked.supplement_due_is_provisional


def _after(received: date, wd: int, first: date) -> date:
    """The last of `wd` days: one is 12-31 if it is a working day, the others run from `first` without a pause."""
    import chinese_calendar

    before = int(chinese_calendar.is_workday(received + timedelta(days=1)))
    return first + timedelta(days=wd - before - 1)
