"""What the applicant is told: letters with their numbers, few words by the way that reaches him."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant
from jinan_credit.accounts.enums import MessageState
from jinan_credit.accounts.models import ApplicantMessage
from jinan_credit.accounts.services.messages import FIRST_WAIT, MOST_ATTEMPTS, send_messages, tell_applicant
from jinan_credit.kernel import clock
from lists.case_letters import letters_of_case
from lists.enums import NoticeKind
from lists.models import Entry, Notice
from lists.selectors import notice_with_code
from lists.services.removals import remove_entry
from objections.enums import ObjectionState
from objections.models import Objection
from objections.services.decisions import uphold_by_correction
from objections.services.objections import (
    ask_supplement,
    not_accept_objection,
    submit_objection,
    submit_objection_by_document,
)
from objections.services.purging import purge_unfounded_objections
from tests.cast import Cast
from tests.objections.conftest import Gateway

Bring = Callable[[str], Objection]


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (ObjectionState.SUBMITTED, []),
        (ObjectionState.SUPPLEMENT_ASKED, [NoticeKind.CASE_SUPPLEMENT]),
        (ObjectionState.NOT_ACCEPTED, [NoticeKind.CASE_NOT_ACCEPTED]),
        (ObjectionState.ACCEPTED, [NoticeKind.CASE_ACCEPTED]),
        (ObjectionState.DISMISSED, [NoticeKind.CASE_ACCEPTED, NoticeKind.CASE_DECIDED]),
        (ObjectionState.UPHELD, [NoticeKind.CASE_ACCEPTED, NoticeKind.CASE_DECIDED]),
    ],
)
def test_each_step_that_concerns_the_applicant_is_a_letter(in_state: Bring, state: str, kinds: list[str]) -> None:
    case = in_state(state)
    letters = letters_of_case(case.receipt_number)
    assert [letter.notice.kind for letter in letters] == kinds
    serials = [letter.notice.serial for letter in letters]
    assert serials == sorted(set(serials))
    for letter in letters:
        assert letter.notice.unit == case.unit
        assert notice_with_code(letter.notice.code_in_groups) == letter.notice


def test_a_dismissal_names_reasons_and_remedies(in_state: Bring, client: Client) -> None:
    case = in_state(ObjectionState.DISMISSED)
    letter = letters_of_case(case.receipt_number)[-1]
    assert letter.said["reason"] == case.decision_text
    assert letter.said["remedies"] == case.remedies
    assert not letter.is_removal


def test_a_correction_shows_old_and_new(cast: Cast, in_state: Bring) -> None:
    case = in_state(ObjectionState.EXAMINED)
    entry = case.entry
    assert entry is not None
    before = entry.grounds
    uphold_by_correction(
        objection=case, new_values={"grounds": "更正后的事由"}, by=cast.actor("second_reviewer"), reason="有误"
    )
    (line,) = letters_of_case(case.receipt_number)[-1].corrections
    assert (line.old, line.new) == (before, "更正后的事由")


def test_the_letter_is_printed_by_its_unit_and_by_nobody_else(cast: Cast, in_state: Bring) -> None:
    case = in_state(ObjectionState.DISMISSED)
    notice = Notice.objects.filter(case_number=case.receipt_number).latest("pk")
    for name, status in (("clerk", 200), ("finance_clerk", 404)):
        client = Client()
        client.force_login(cast.users[name] if hasattr(cast, "users") else cast.actor(name).user)
        answer = client.get(reverse("notice", args=[notice.pk]))
        assert answer.status_code == status, name
        if status == 200:
            assert case.decision_text in answer.content.decode()


def test_before_acceptance_the_public_page_shows_no_letter(
    cast: Cast, entry: Entry, applicant: Applicant, client: Client
) -> None:
    """It would name the unit, and so tell whether an entry fits."""

    submitted = submit_objection_by_document(
        credit_list=entry.credit_list,
        document_number="济环罚〔2000〕1号",
        applicant=applicant,
        grounds="OTHER",
        statement="没有这回事",
        by=SYSTEM,
    )
    case = submitted.objection
    ask_supplement(objection=case, by=cast.actor("clerk"), reason="请补充")
    asked = {"number": case.receipt_number, "secret": submitted.secret}
    page = client.post(reverse("status"), asked).content.decode()
    assert "请补充" in page
    assert str(case.unit) not in page
    assert letters_of_case(case.receipt_number)[0].notice.number not in page


def test_after_the_decision_the_applicant_reads_his_letters(
    cast: Cast, entry: Entry, applicant: Applicant, client: Client
) -> None:
    submitted = submit_objection(entry=entry, applicant=applicant, grounds="OTHER", statement="没有这回事", by=SYSTEM)
    case = submitted.objection
    not_accept_objection(objection=case, by=cast.actor("clerk"), reason="不属于异议范围")
    asked = {"number": case.receipt_number, "secret": submitted.secret}
    page = client.post(reverse("status"), asked).content.decode()
    (letter,) = letters_of_case(case.receipt_number)
    assert letter.notice.number in page
    assert letter.notice.code_in_groups in page


def test_a_notice_is_of_an_entry_or_of_a_case(in_state: Bring) -> None:
    case = in_state(ObjectionState.DISMISSED)
    notice = Notice.objects.filter(case_number=case.receipt_number).latest("pk")
    with pytest.raises(IntegrityError, match="notice_is_of_an_entry_or_a_case"), transaction.atomic():
        Notice.objects.create(
            kind=notice.kind, wording=notice.wording, unit=notice.unit, year=2000, serial=1, issued_on=notice.issued_on,
            content={"x": 1}, verification_code="X" * 16,
        )  # fmt: skip


class TestWords:
    def test_they_go_out_once_and_the_contact_is_forgotten(self, db: None, settings: Any) -> None:
        settings.EMAIL_HOST = "mail.example.cn"
        tell_applicant(case_number="YY-1", contact="a@example.cn", text="有新进展")
        assert (send_messages(), send_messages()) == (1, 0)
        assert [(one.to, one.body) for one in mail.outbox] == [(["a@example.cn"], "有新进展")]
        message = ApplicantMessage.objects.get()
        assert (message.state, message.channel, message.sealed_contact) == (MessageState.SENT, "e-mail", "")

    def test_what_no_way_reaches_is_said(self, db: None, settings: Any, every_way: None) -> None:
        tell_applicant(case_number="YY-1", contact="0531-0000", text="有新进展")
        message = ApplicantMessage.objects.get()
        assert (message.state, message.sealed_contact) == (MessageState.NO_WAY, "")

    def test_a_gateway_that_fails_is_tried_again_and_given_up(
        self, db: None, gateway: Gateway, time_machine: Any
    ) -> None:
        gateway.status = 503
        tell_applicant(case_number="YY-1", contact="(0531) 8888 0000", text="有新进展")
        now = clock.now()
        for attempt in range(MOST_ATTEMPTS):
            time_machine.move_to(now)
            assert ApplicantMessage.objects.get().state == MessageState.WAITING
            assert (send_messages(), send_messages()) == (0, 0)
            now += FIRST_WAIT * 2**attempt
        message = ApplicantMessage.objects.get()
        assert (message.state, message.sealed_contact, len(gateway.taken)) == (
            MessageState.GIVEN_UP, "", MOST_ATTEMPTS,
        )  # fmt: skip

    @pytest.mark.parametrize("attempts", [0, 1, 5])
    def test_what_was_put_off_by_a_clock_that_ran_ahead_is_tried_at_once(
        self, db: None, gateway: Gateway, time_machine: Any, attempts: int
    ) -> None:
        gateway.status = 503
        now = clock.now()
        time_machine.move_to(now + timedelta(hours=6))
        tell_applicant(case_number="YY-1", contact="(0531) 8888 0000", text="有新进展")
        for _attempt in range(attempts):
            assert send_messages() == 0
            time_machine.move_to(ApplicantMessage.objects.get().next_try_at)
        gateway.status = 200

        time_machine.move_to(now)

        assert send_messages() == 1

    def test_a_contact_that_mail_refuses_holds_nobody_else_up(self, db: None, settings: Any) -> None:
        settings.EMAIL_HOST = "mail.example.cn"
        tell_applicant(case_number="YY-1", contact="a@example.cn\nBcc: b@example.cn", text="有新进展")
        tell_applicant(case_number="YY-2", contact="c@example.cn", text="有新进展")
        assert send_messages() == 1
        assert [one.to for one in mail.outbox] == [["c@example.cn"]]

    def test_a_short_message_goes_by_the_gateway(self, db: None, gateway: Gateway) -> None:
        tell_applicant(case_number="YY-1", contact="+86 (531) 8888 0000", text="有新进展")
        assert send_messages() == 1
        assert gateway.taken == [("Bearer key", {"to": "+8653188880000", "text": "有新进展"})]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_the_key_follows_no_redirect(self, db: None, gateway: Gateway, status: int) -> None:
        gateway.status, gateway.elsewhere = status, gateway.url.replace("/send", "/elsewhere")
        tell_applicant(case_number="YY-1", contact="+86 (531) 8888 0000", text="有新进展")
        assert send_messages() == 0
        assert len(gateway.taken) == 1
        assert ApplicantMessage.objects.get().state == MessageState.WAITING

    def test_the_log_of_a_workstation_shows_no_contact(self, db: None, caplog: Any) -> None:
        with caplog.at_level("INFO"):
            tell_applicant(case_number="YY-1", contact="0531-12345678", text="有新进展")
            assert send_messages() == 1
        assert "有新进展" in caplog.text
        assert "12345678" not in caplog.text

    def test_they_tell_nothing_of_the_listing(self, in_state: Bring) -> None:
        case = in_state(ObjectionState.DISMISSED)
        texts = " ".join(
            ApplicantMessage.objects.filter(case_number=case.receipt_number).values_list("text", flat=True)
        )
        assert case.receipt_number in texts
        for told in (str(case.credit_list), case.applicant_name, str(case.unit)):
            assert told not in texts

    def test_who_left_the_list_meanwhile_is_told(self, cast: Cast, in_state: Bring) -> None:
        case = in_state(ObjectionState.SUBMITTED)
        assert case.entry is not None
        remove_entry(
            entry=case.entry, exit_reason="LISTED_IN_ERROR", made_by=cast.actor("clerk").user,
            by=cast.actor("second_reviewer"), reason="列入有误",
        )  # fmt: skip
        case.refresh_from_db()
        assert case.state == ObjectionState.CLOSED
        last = ApplicantMessage.objects.filter(case_number=case.receipt_number).latest("pk")
        assert str(ObjectionState.CLOSED.label)[:2] in last.text


def test_what_fits_no_entry_is_emptied_in_its_time(
    cast: Cast, entry: Entry, applicant: Applicant, time_machine: Any
) -> None:
    case = submit_objection_by_document(
        credit_list=entry.credit_list,
        document_number="济环罚〔2000〕1号",
        applicant=applicant,
        grounds="OTHER",
        statement="没有这回事",
        by=SYSTEM,
    ).objection
    not_accept_objection(objection=case, by=cast.actor("clerk"), reason="没有这条信息")
    days = RuleProfile.objects.for_case("retention", clock.today())["given_up_days"]
    now = clock.now()
    time_machine.move_to(now + timedelta(days=days))
    assert purge_unfounded_objections(day=clock.today()) == 0
    time_machine.move_to(now + timedelta(days=days + 2))
    assert purge_unfounded_objections(day=clock.today()) == 1
    case.refresh_from_db()
    assert (case.applicant_name, case.sealed_contact, case.statement) == ("", "", "—")
    assert letters_of_case(case.receipt_number) == []
    assert Notice.objects.get(case_number=case.receipt_number).serial
    assert purge_unfounded_objections(day=clock.today()) == 0
