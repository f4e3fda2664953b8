from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.portal.standing import case_of
from lists.enums import ChangeOp, DishonestyClass, Mark
from lists.models import Change, SubjectCode
from lists.rules import TermRule
from lists.services.synthetic import uscc
from repair.enums import RepairState
from repair.models import RepairApplication
from repair.selectors import possible_from
from repair.services.applications import accept_repair, not_accept_repair, submit_repair, submit_repair_by_document
from repair.services.decisions import approve_repair, refuse_repair
from tests.cast import publish_one
from tests.repair.conftest import PLEA

JINAN = ZoneInfo("Asia/Shanghai")


class TestEligibility:
    @pytest.mark.parametrize(
        ("dishonesty_class", "expected"),
        [
            ("MINOR", date(2026, 8, 31)),
            ("ORDINARY", date(2026, 11, 30)),
            ("SERIOUS", date(2027, 8, 31)),
            ("", date(2027, 8, 31)),
        ],
    )
    def test_the_least_publicity_is_counted_in_months(self, dishonesty_class, expected):
        rule = TermRule({"repair_after_months": {"MINOR": 0, "ORDINARY": 3, "SERIOUS": 12}})
        assert rule.repairable_on(date(2026, 8, 31), dishonesty_class) == expected

    def test_before_its_day_it_is_refused_with_the_day(self, cast, applicant):
        with time_machine.travel(datetime(2026, 5, 6, 23, 30, tzinfo=JINAN), tick=False):
            entry = publish_one(cast, dishonesty_class=DishonestyClass.ORDINARY)
            assert possible_from(entry) == date(2026, 8, 6)
        with time_machine.travel(datetime(2026, 8, 5, 23, 59, tzinfo=JINAN), tick=False):
            with pytest.raises(DomainError) as refused:
                submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM)
            assert refused.value.code == "repair_too_early"
            assert refused.value.details == {"until": "2026-08-06"}
        with time_machine.travel(datetime(2026, 8, 6, 0, 1, tzinfo=JINAN), tick=False):
            assert submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application.entry == entry

    def test_it_is_counted_from_the_document_as_the_cap_is(self, cast, applicant):
        """Listed late in its term, an entry can be repaired before the term is over."""
        with time_machine.travel(datetime(2026, 11, 20, 10, tzinfo=JINAN), tick=False):
            entry = publish_one(
                cast,
                dishonesty_class=DishonestyClass.ORDINARY,
                document_on=date(2026, 1, 10),
                term_to=date(2027, 1, 10),
            )
            assert possible_from(entry) == date(2026, 4, 10)
            assert submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application.entry == entry

    def test_a_red_list_is_not_repairable(self, cast, applicant):
        entry = publish_one(cast, credit_list=cast.red, dishonesty_class="")
        with pytest.raises(DomainError) as refused:
            submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM)
        assert refused.value.code == "red_list_not_repairable"

    def test_by_document_it_looks_the_same_and_is_refused_on_acceptance(self, cast, applicant):
        entry = publish_one(cast, dishonesty_class=DishonestyClass.SERIOUS)
        case = submit_repair_by_document(
            credit_list=cast.black,
            document_number=entry.document_number,
            applicant=Applicant("测试企业", Relation.SELF, entry.subject.code, "0531"),
            plea=PLEA,
            by=SYSTEM,
        ).application
        assert (case.entry, case.state) == (entry, RepairState.SUBMITTED)
        with pytest.raises(DomainError) as refused:
            accept_repair(application=case, by=cast.actor("clerk"))
        assert refused.value.code == "repair_too_early"

    def test_by_document_an_earlier_code_finds_the_entry(self, cast, entry):
        earlier = uscc(Random(41))
        SubjectCode.objects.create(subject=entry.subject, code=earlier)
        case = submit_repair_by_document(
            credit_list=cast.black,
            document_number=entry.document_number,
            applicant=Applicant("测试企业", Relation.SELF, earlier, "0531"),
            plea=PLEA,
            by=SYSTEM,
        ).application
        assert case.entry == entry


class TestClocks:
    def test_acceptance_and_decision_over_the_national_holiday(self, cast, applicant):
        with time_machine.travel(datetime(2026, 9, 30, 10, tzinfo=JINAN), tick=False):
            entry = publish_one(cast, dishonesty_class=DishonestyClass.MINOR)
            case = submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application
        assert case.accept_due_on == date(2026, 10, 10)
        assert case.decide_due_on == date(2026, 10, 20)

    def test_overdue_first_for_acceptance_then_for_the_decision(self, cast, applicant):
        with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=JINAN), tick=False):
            entry = publish_one(cast, dishonesty_class=DishonestyClass.MINOR)
            case = submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM).application
        with time_machine.travel(datetime(2026, 11, 6, 10, tzinfo=JINAN), tick=False):
            assert case.is_overdue
            assert RepairApplication.objects.overdue().get() == case
            case = accept_repair(application=case, by=cast.actor("clerk"))
            assert not case.is_overdue
            assert not RepairApplication.objects.overdue().exists()
        with time_machine.travel(datetime(2026, 11, 17, 10, tzinfo=JINAN), tick=False):
            assert case.is_overdue
            assert RepairApplication.objects.overdue().get() == case


class TestEffect:
    def test_acceptance_marks_the_entry(self, in_state, entry):
        in_state(RepairState.ACCEPTED)
        entry.refresh_from_db()
        assert entry.marks == [Mark.REPAIR_OPEN]
        assert entry.is_in_force

    def test_approval_removes_the_entry_the_same_day_and_tells_the_units(self, in_state, entry):
        in_state(RepairState.APPROVED)
        entry.refresh_from_db()
        last = Change.objects.filter(entry=entry).order_by("seq").last()
        assert (entry.state, entry.exit_reason, entry.exit_on) == ("REMOVED", "REPAIRED", clock.today())
        assert (last.op, last.reason) == (ChangeOp.REMOVE, "REPAIRED")

    def test_refusal_takes_the_mark_off_and_names_the_remedies(self, in_state, entry):
        case = in_state(RepairState.REFUSED)
        entry.refresh_from_db()
        assert entry.marks == []
        assert entry.is_in_force
        assert Change.objects.filter(entry=entry).order_by("seq").last().reason == "REPAIR_REFUSED"
        assert case.remedies

    def test_an_objection_upheld_closes_the_application(self, cast, in_state, entry):
        from objections.services.decisions import uphold_by_removal
        from objections.services.objections import accept_objection, examine_objection, submit_objection

        case = in_state(RepairState.VERIFIED)
        applicant = Applicant("测试企业", Relation.SELF, uscc(Random(5)), "0531")
        objection = submit_objection(
            entry=entry, applicant=applicant, grounds="OTHER", statement="异议", by=SYSTEM
        ).objection
        accept_objection(objection=objection, by=cast.actor("clerk"))
        examine_objection(objection=objection, by=cast.actor("clerk"), reason="经查")
        uphold_by_removal(objection=objection, by=cast.actor("second_reviewer"), reason="成立")
        case.refresh_from_db()
        assert case.state == RepairState.CLOSED


class TestFalseMaterial:
    def test_it_is_recorded_and_bars_new_applications_for_the_time_the_rules_give(self, cast, in_state, submit, entry):
        case = in_state(RepairState.VERIFIED)
        refuse_repair(application=case, by=cast.actor("reviewer"), reason="材料虚假", is_false=True)
        case.refresh_from_db()
        days = case.rule_profile["false_material_bar_days"]
        assert case.is_false
        assert case.barred_until == clock.today() + timedelta(days=days)
        other = Applicant("代理人", Relation.AGENT, uscc(Random(8)), "0531")
        for again in (case.applicant_index, other):
            with pytest.raises(DomainError) as refused:
                submit(by=other) if again is other else submit()
            assert refused.value.code == "repair_barred"

    def test_the_same_applicant_is_barred_for_another_entry_too(self, cast, in_state, submit):
        case = in_state(RepairState.VERIFIED)
        refuse_repair(application=case, by=cast.actor("reviewer"), reason="材料虚假", is_false=True)
        another = publish_one(cast, seed=2, dishonesty_class=DishonestyClass.MINOR)
        with pytest.raises(DomainError) as refused:
            submit(of=another)
        assert refused.value.code == "repair_barred"

    def test_an_honest_refusal_bars_nothing(self, in_state):
        in_state(RepairState.REFUSED)
        assert not RepairApplication.objects.barring(clock.today()).exists()

    def test_the_bar_ends(self, cast, in_state):
        case = in_state(RepairState.VERIFIED)
        refuse_repair(application=case, by=cast.actor("reviewer"), reason="材料虚假", is_false=True)
        case.refresh_from_db()
        assert RepairApplication.objects.barring(case.barred_until).exists()
        assert not RepairApplication.objects.barring(case.barred_until + timedelta(days=1)).exists()


class TestDayFromWhichItIsPossible:
    """Told with each refusal (domain §3), and only where one is to come."""

    def letter(self, case):
        from lists.models import Notice

        return Notice.objects.filter(content__number=case.receipt_number).order_by("-pk").first().content

    def test_what_stands_in_the_way_gives_it(self, cast, applicant):
        entry = publish_one(cast, dishonesty_class=DishonestyClass.SERIOUS)
        case = submit_repair_by_document(
            credit_list=cast.black,
            document_number=entry.document_number,
            applicant=Applicant("测试企业", Relation.SELF, entry.subject.code, "0531"),
            plea=PLEA,
            by=SYSTEM,
        ).application
        not_accept_repair(application=case, by=cast.actor("clerk"), reason="公示时间不足")
        assert self.letter(case)["possible_from"] == possible_from(entry).isoformat()

    def test_none_where_it_is_possible_already(self, cast, in_state):
        case = in_state(RepairState.SUBMITTED)
        not_accept_repair(application=case, by=cast.actor("clerk"), reason="材料不全")
        assert "possible_from" not in self.letter(case)
        case.refresh_from_db()
        assert case.possible_from is None

    def test_a_bar_gives_its_own(self, cast, in_state, submit):
        case, second = in_state(RepairState.VERIFIED), publish_one(cast, seed=2, dishonesty_class=DishonestyClass.MINOR)
        waiting = submit(of=second)
        refuse_repair(application=case, by=cast.actor("reviewer"), reason="材料虚假", is_false=True)
        not_accept_repair(application=waiting, by=cast.actor("clerk"), reason="不予受理")
        case.refresh_from_db()
        assert self.letter(waiting)["possible_from"] == case.barred_until.isoformat()

    def test_a_refusal_says_from_when_it_can_be_applied_for_again(self, in_state):
        case = in_state(RepairState.REFUSED)
        assert self.letter(case)["again_from"] == case.again_from.isoformat()


class TestOtherPerson:
    def test_who_verified_does_not_approve(self, cast, in_state):
        RoleGrant.objects.create(user=cast.clerk, role=Role.REVIEWER)
        case = in_state(RepairState.VERIFIED)
        with pytest.raises(DomainError) as refused:
            approve_repair(application=case, by=cast.actor("clerk"), reason="同意")
        assert refused.value.code == "own_work"

    def test_nor_by_raw_sql(self, in_state):
        case = in_state(RepairState.APPROVED)
        with (
            pytest.raises(IntegrityError, match="repair_is_decided_by_another_person"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE repair_repairapplication SET approved_by_id = verified_by_id WHERE id = %s", [case.pk]
            )

    def test_one_open_application_an_entry_and_applicant(self, submit):
        submit()
        with pytest.raises(DomainError) as refused:
            submit()
        assert refused.value.code == "repair_open"

    def test_a_receipt_opens_its_own_application_only(self, entry, applicant):
        submitted = submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM)
        number = submitted.application.receipt_number
        assert case_of(number, submitted.secret) == submitted.application
        assert case_of(number, "AAAA-AAAA-AAAA") is None
        assert case_of("XF-20260101-AAAAAA", submitted.secret) is None
