from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant
from jinan_credit.kernel.errors import DomainError
from jinan_credit.portal.standing import case_of
from lists.enums import ChangeOp, DocumentType, Mark, SubjectKind
from lists.models import Change, Entry, SubjectCode
from lists.services.removals import expire_entries, remove_entry
from lists.services.synthetic import citizen_number, uscc
from objections.enums import ObjectionGrounds, ObjectionState
from objections.models import Objection
from objections.services.decisions import dismiss_objection, uphold_by_correction, uphold_by_removal
from objections.services.objections import (
    accept_objection,
    ask_supplement,
    examine_objection,
    submit_objection,
    submit_objection_by_document,
    supplement_objection,
)
from tests.cast import publish_one

JINAN = ZoneInfo("Asia/Shanghai")


def reasons(entry: Entry) -> list[str]:
    return list(Change.objects.filter(entry=entry).order_by("seq").values_list("reason", flat=True))


class TestTheClock:
    def test_counts_working_days_over_the_national_holiday(self, cast):
        """Received on 2026-09-30: the holiday lasts to 10-07, so the third working day is 10-10, made up."""
        with time_machine.travel(datetime(2026, 9, 30, 10, tzinfo=JINAN), tick=False):
            entry = publish_one(cast)
            case = submit(entry)
        assert case.received_on == date(2026, 9, 30)
        assert case.due_on == date(2026, 10, 10)
        assert not case.due_is_provisional

    def test_is_provisional_where_no_holiday_plan_is_known(self, cast):
        with time_machine.travel(datetime(2031, 3, 3, 10, tzinfo=JINAN), tick=False):
            case = submit(publish_one(cast))
        assert case.due_is_provisional

    def test_overdue_is_derived_from_the_day(self, cast):
        with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=JINAN), tick=False):
            case = submit(publish_one(cast))
        with time_machine.travel(datetime(2026, 11, 5, 23, tzinfo=JINAN), tick=False):
            assert not case.is_overdue
            assert not Objection.objects.overdue().exists()
        with time_machine.travel(datetime(2026, 11, 6, 0, 1, tzinfo=JINAN), tick=False):
            assert case.is_overdue
            assert Objection.objects.overdue().get() == case

    def test_stands_still_for_a_supplement_and_starts_anew(self, cast):
        with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=JINAN), tick=False):
            case = submit(publish_one(cast))
            ask_supplement(objection=case, by=cast.actor("clerk"), reason="请补充")
        with time_machine.travel(datetime(2026, 11, 16, 10, tzinfo=JINAN), tick=False):
            assert not Objection.objects.overdue().exists()
            case = supplement_objection(objection=case, text="补充", by=SYSTEM)
        assert case.due_on == date(2026, 11, 19)


def submit(entry: Entry, seed: int = 5) -> Objection:
    applicant = Applicant("测试企业", Relation.SELF, uscc(Random(seed)), "0531-00000000")
    return submit_objection(
        entry=entry, applicant=applicant, grounds=ObjectionGrounds.OTHER, statement="异议", by=SYSTEM
    ).objection


class TestSubmission:
    def test_personal_data_is_sealed(self, entry):
        number = citizen_number(Random(9))
        applicant = Applicant("张三", Relation.REPRESENTATIVE, number, "13800000000")
        submitted = submit_objection(entry=entry, applicant=applicant, grounds="OTHER", statement="异议", by=SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(row)::text FROM objections_objection row")
            stored = cursor.fetchone()[0]
            cursor.execute("SELECT string_agg(to_jsonb(row)::text, '') FROM objections_objectionevent row")
            history = cursor.fetchone()[0]
        for clear in (number, "13800000000", submitted.secret):
            assert clear not in stored
            assert clear not in history
        assert submitted.objection.contact == "13800000000"

    def test_one_open_objection_an_entry_and_applicant(self, entry, submit):
        submit()
        with pytest.raises(DomainError) as refused:
            submit()
        assert refused.value.code == "objection_open"

    def test_the_database_refuses_a_second_open_one_too(self, submit):
        case = submit()
        with pytest.raises(IntegrityError, match="applicant_has_one_open_objection_an_entry"), transaction.atomic():
            Objection.objects.create(
                **{
                    field.attname: getattr(case, field.attname)
                    for field in Objection._meta.concrete_fields
                    if field.name not in ("id", "receipt_number")
                },
                receipt_number="YY-20260101-000000",
            )

    def test_what_is_not_in_force_is_refused(self, cast, entry, submit):
        remove_entry(
            entry=entry, exit_reason="LISTED_IN_ERROR", made_by=cast.clerk, by=cast.actor("reviewer"), reason="误列"
        )
        with pytest.raises(DomainError) as refused:
            submit()
        assert refused.value.code == "entry_not_in_force"

    def test_another_units_clerk_cannot_enter_one(self, cast, entry, applicant):
        with pytest.raises(DomainError):
            submit_objection(
                entry=entry, applicant=applicant, grounds="OTHER", statement="异议", by=cast.actor("stranger")
            )

    def test_a_wrong_number_and_a_wrong_secret_find_nothing(self, entry, applicant):
        submitted = submit_objection(entry=entry, applicant=applicant, grounds="OTHER", statement="异议", by=SYSTEM)
        number = submitted.objection.receipt_number
        assert case_of(number, submitted.secret) == submitted.objection
        assert case_of(number.lower().replace("-", " "), submitted.secret.lower()) == submitted.objection
        assert case_of(number, "AAAA-AAAA-AAAA") is None
        assert case_of(number, "") is None
        assert case_of("YY-20260101-AAAAAA", "") is None
        assert case_of("YY-20260101-AAAAAA", submitted.secret) is None


class TestByDocument:
    def test_a_listed_person_is_matched(self, cast):
        number = citizen_number(Random(3))
        entry = publish_one(
            cast, kind=SubjectKind.NATURAL_PERSON, document_type=DocumentType.CITIZEN, number=number, name="李四"
        )
        assert self._submit(cast, entry.document_number, number).entry == entry

    def test_a_listed_organisation_is_matched_by_an_earlier_code(self, cast, entry):
        earlier = uscc(Random(41))
        SubjectCode.objects.create(subject=entry.subject, code=earlier)
        assert self._submit(cast, entry.document_number, earlier).entry == entry

    @pytest.mark.parametrize("spelling", ["（2026）测", "(2026) 测", "〔2026〕测", "[2026]测"])
    def test_the_document_is_known_in_any_bracket(self, cast, entry, spelling):
        stated = entry.document_number.replace("（2026）测", spelling)
        assert self._submit(cast, stated, entry.subject.code).entry == entry

    def test_what_fits_nothing_looks_the_same_to_the_applicant(self, cast, entry):
        case = self._submit(cast, entry.document_number, citizen_number(Random(4)))
        assert case.entry is None
        assert (case.state, case.unit) == (ObjectionState.SUBMITTED, cast.court)

    def test_sent_twice_looks_the_same_to_the_applicant(self, cast, entry):
        first = self._submit(cast, entry.document_number, entry.subject.code)
        second = self._submit(cast, entry.document_number, entry.subject.code)
        assert first.entry == entry
        assert second.entry is None

    def test_without_an_entry_it_cannot_be_accepted(self, cast, entry):
        case = self._submit(cast, "没有这个文号", entry.subject.code)
        with pytest.raises(DomainError) as refused:
            accept_objection(objection=case, by=cast.actor("clerk"))
        assert refused.value.code == "no_entry_found"

    def test_nor_by_raw_sql(self, cast, entry):
        case = self._submit(cast, "没有这个文号", entry.subject.code)
        with pytest.raises(IntegrityError, match="objection_without_entry_is_not_accepted"), transaction.atomic():
            Objection.objects.filter(pk=case.pk).update(state="ACCEPTED")

    def _submit(self, cast, document_number, identifier):
        applicant = Applicant("张三", Relation.SELF, identifier, "13800000000")
        return submit_objection_by_document(
            credit_list=cast.black,
            document_number=document_number,
            applicant=applicant,
            grounds="MIXED_UP",
            statement="不是我",
            by=SYSTEM,
        ).objection


class TestTheResultIsPushed:
    def test_acceptance_marks_the_entry_and_does_not_suspend_it(self, in_state, entry):
        in_state(ObjectionState.ACCEPTED)
        entry.refresh_from_db()
        assert entry.marks == [Mark.OBJECTION_OPEN]
        assert entry.is_in_force
        assert reasons(entry) == ["PUBLISHED", "OBJECTION_OPENED"]

    def test_dismissal_takes_the_mark_off_and_names_the_remedies(self, in_state, entry):
        case = in_state(ObjectionState.DISMISSED)
        entry.refresh_from_db()
        assert entry.marks == []
        assert reasons(entry) == ["PUBLISHED", "OBJECTION_OPENED", "OBJECTION_DISMISSED"]
        assert Change.objects.filter(entry=entry).order_by("seq").last().body["marks"] == []
        assert "60" in case.remedies
        assert "6" in case.remedies

    def test_the_mark_stays_while_another_objection_is_open(self, cast, in_state, entry):
        other = submit(entry, seed=6)
        accept_objection(objection=other, by=cast.actor("clerk"))
        in_state(ObjectionState.DISMISSED)
        entry.refresh_from_db()
        assert entry.marks == [Mark.OBJECTION_OPEN]
        assert "OBJECTION_DISMISSED" in reasons(entry)

    def test_upheld_by_correction_publishes_a_new_version(self, cast, in_state, entry):
        case = in_state(ObjectionState.EXAMINED)
        uphold_by_correction(
            objection=case, new_values={"grounds": "新事由"}, by=cast.actor("second_reviewer"), reason="成立"
        )
        entry.refresh_from_db()
        case.refresh_from_db()
        assert (entry.grounds, entry.marks, entry.version) == ("新事由", [], 4)
        assert reasons(entry) == ["PUBLISHED", "OBJECTION_OPENED", "OBJECTION_UPHELD", "OBJECTION_CLOSED"]
        assert case.corrections == {"grounds": ["测试事由", "新事由"]}

    def test_a_correction_that_changes_nothing_leaves_all_as_it_was(self, cast, in_state, entry):
        case = in_state(ObjectionState.EXAMINED)
        with pytest.raises(DomainError) as refused:
            uphold_by_correction(
                objection=case, new_values={"grounds": entry.grounds}, by=cast.actor("second_reviewer"), reason="成立"
            )
        assert refused.value.code == "nothing_changes"
        case.refresh_from_db()
        assert case.state == ObjectionState.EXAMINED

    def test_upheld_by_removal_takes_the_entry_off_and_closes_the_others(self, cast, in_state, entry):
        other = submit(entry, seed=6)
        case = in_state(ObjectionState.UPHELD)
        entry.refresh_from_db()
        other.refresh_from_db()
        last = Change.objects.filter(entry=entry).order_by("seq").last()
        assert (entry.state, entry.exit_reason) == ("REMOVED", "OBJECTION_UPHELD")
        assert (last.op, last.reason) == (ChangeOp.REMOVE, "OBJECTION_UPHELD")
        assert case.state == ObjectionState.UPHELD
        assert other.state == ObjectionState.CLOSED

    def test_expiry_closes_what_is_open(self, in_state, entry):
        case = in_state(ObjectionState.EXAMINED)
        with time_machine.travel(datetime(entry.term_to.year + 1, 12, 31, 12, tzinfo=JINAN), tick=False):
            expire_entries()
        case.refresh_from_db()
        assert case.state == ObjectionState.CLOSED
        assert case.moves.order_by("-id").first().by is None


class TestConflictOfInterest:
    def test_who_approved_the_listing_neither_examines_nor_decides(self, cast, in_state):
        RoleGrant.objects.create(user=cast.reviewer, role=Role.CLERK)
        case = in_state(ObjectionState.ACCEPTED)
        with pytest.raises(DomainError) as refused:
            examine_objection(objection=case, by=cast.actor("reviewer"), reason="经查")
        assert refused.value.code == "own_work"
        examine_objection(objection=case, by=cast.actor("clerk"), reason="经查")
        for decide in (dismiss_objection, uphold_by_removal):
            with pytest.raises(DomainError) as refused:
                decide(objection=case, by=cast.actor("reviewer"), reason="结论")
            assert refused.value.code == "own_work"

    def test_who_examined_does_not_decide(self, cast, in_state):
        RoleGrant.objects.create(user=cast.clerk, role=Role.REVIEWER)
        case = in_state(ObjectionState.EXAMINED)
        with pytest.raises(DomainError) as refused:
            dismiss_objection(objection=case, by=cast.actor("clerk"), reason="不成立")
        assert refused.value.code == "own_work"

    def test_the_database_refuses_the_examiner_as_decider(self, in_state):
        case = in_state(ObjectionState.DISMISSED)
        with pytest.raises(IntegrityError, match="objection_is_decided_by_another_person"), transaction.atomic():
            Objection.objects.filter(pk=case.pk).update(decided_by=case.examined_by)

    def test_the_database_refuses_the_reviewer_of_the_listing(self, cast, in_state):
        case = in_state(ObjectionState.DISMISSED)
        with (
            pytest.raises(IntegrityError, match="who_approved_the_listing_does_not_decide_the_objection"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE objections_objection SET decided_by_id = %s WHERE id = %s", [cast.reviewer.pk, case.pk]
            )

    def test_a_dismissal_without_remedies_is_refused_by_the_database(self, in_state):
        case = in_state(ObjectionState.DISMISSED)
        with pytest.raises(IntegrityError, match="objection_dismissed_names_the_remedies"), transaction.atomic():
            Objection.objects.filter(pk=case.pk).update(remedies="")
