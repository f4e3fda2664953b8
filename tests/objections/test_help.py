"""Another unit helps: its own days, its own page, and nothing of the applicant (SD art. 39)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalog.selectors import due_soon_until
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel.errors import DomainError
from lists.services.removals import remove_entry
from lists.services.synthetic import uscc
from objections.deadlines import SOURCES
from objections.enums import HelpState, ObjectionState
from objections.models import HelpRequest, Objection
from objections.services.help import answer_help, ask_help, withdraw_help
from objections.services.objections import accept_objection, examine_objection, submit_objection
from objections.workflow import HELP
from tests.at_once import at_once, outcome_of, waiting
from tests.cast import Cast, make_cast, publish_one
from tests.integration.processes import wait_until
from tests.objections.conftest import PAPER

JINAN = ZoneInfo("Asia/Shanghai")
BACKEND = "django.contrib.auth.backends.ModelBackend"
ACTS: dict[str, Callable[..., object]] = {
    "answer": lambda request, by: answer_help(request=request, answer="无处罚记录", by=by),
    "withdraw": lambda request, by: withdraw_help(request=request, by=by, reason="已自行查明"),
}
MAY = {
    "finance_clerk": {"answer"},
    "clerk": {"withdraw"},
    "second_reviewer": set(),
    "coordinator": set(),
    "stranger": set(),
}


@pytest.fixture
def asked(cast: Cast, in_state) -> HelpRequest:
    case = in_state(ObjectionState.ACCEPTED)
    return ask_help(objection=case, unit=cast.finance, question="是否已缴清罚款？", by=cast.actor("clerk"))


def test_the_acts_are_the_tables_moves():
    assert set(ACTS) == {move.name for move in HELP} - {"ask", "close", "pass_to_successor"}


@pytest.mark.parametrize("role", MAY)
def test_only_the_tables_moves_are_possible(cast, asked, role):
    for name, act in ACTS.items():
        if name in MAY[role]:
            continue
        with pytest.raises(DomainError):
            act(asked, cast.actor(role))
    asked.refresh_from_db()
    assert (asked.state, asked.moves.count()) == (HelpState.ASKED, 1)
    for name in MAY[role]:
        ACTS[name](asked, cast.actor(role))
        asked.refresh_from_db()
        assert asked.state == HELP[name].target
        for again in ACTS.values():
            with pytest.raises(DomainError):
                again(asked, cast.actor(role))


@pytest.mark.parametrize("state", ["SUBMITTED", "SUPPLEMENT_ASKED", "PAUSED", "EXAMINED", "DISMISSED"])
def test_help_is_asked_while_the_case_is_examined(cast, in_state, state):
    with pytest.raises(DomainError) as refused:
        ask_help(objection=in_state(state), unit=cast.finance, question="？", by=cast.actor("clerk"))
    assert refused.value.code == "move_not_open"


def test_one_open_question_an_objection_and_unit(cast, asked):
    case, clerk = asked.objection, cast.actor("clerk")
    for unit, code in ((cast.finance, "help_open"), (cast.court, "unit_not_to_ask")):
        with pytest.raises(DomainError) as refused:
            ask_help(objection=case, unit=unit, question="？", by=clerk)
        assert refused.value.code == code
    values = {
        field.attname: getattr(asked, field.attname) for field in asked._meta.concrete_fields if field.name != "id"
    }
    with pytest.raises(IntegrityError, match="objection_has_one_open_question_to_a_unit"), transaction.atomic():
        HelpRequest.objects.create(**values)
    answer_help(request=asked, answer="已缴清", by=cast.actor("finance_clerk"))
    ask_help(objection=case, unit=cast.finance, question="何时？", by=clerk)


def test_an_answer_has_person_time_and_text(asked):
    with pytest.raises(IntegrityError, match="help_answered_has_person_time_and_text"), transaction.atomic():
        HelpRequest.objects.filter(pk=asked.pk).update(answer="有人答复")


def test_the_first_question_gives_the_days_of_a_case_with_help_once(cast):
    with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=JINAN), tick=False):
        case = _accepted(cast)
        assert case.due_on == date(2026, 11, 5)
    with time_machine.travel(datetime(2026, 11, 4, 10, tzinfo=JINAN), tick=False):
        request = ask_help(objection=case, unit=cast.finance, question="？", by=cast.actor("clerk"))
        ask_help(objection=case, unit=cast.transport, question="？", by=cast.actor("clerk"))
    case.refresh_from_db()
    assert request.due_on == date(2026, 11, 9)
    assert case.due_on == date(2026, 11, 11), "7 working days from receipt"


def test_a_question_after_the_last_day_does_not_make_the_case_timely(cast):
    with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=JINAN), tick=False):
        case = _accepted(cast)
    with time_machine.travel(datetime(2026, 11, 6, 10, tzinfo=JINAN), tick=False):
        ask_help(objection=case, unit=cast.finance, question="？", by=cast.actor("clerk"))
        assert Objection.objects.overdue().get() == case


@pytest.mark.parametrize("ended_by", ["answer", "withdraw"])
def test_the_case_is_not_examined_while_a_question_is_open(cast, asked, ended_by):
    clerk = cast.actor("clerk")
    with pytest.raises(DomainError) as refused:
        examine_objection(objection=asked.objection, by=clerk, reason="经查")
    assert refused.value.code == "help_open"
    ACTS[ended_by](asked, cast.actor("finance_clerk" if ended_by == "answer" else "clerk"))
    assert examine_objection(objection=asked.objection, by=clerk, reason="经查").state == ObjectionState.EXAMINED


def test_an_open_question_is_closed_when_the_entry_leaves(cast, asked):
    remove_entry(
        entry=asked.objection.entry,
        exit_reason="LISTED_IN_ERROR",
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="误列",
    )
    asked.refresh_from_db()
    assert (asked.state, asked.objection.__class__.objects.get().state) == (HelpState.CLOSED, ObjectionState.CLOSED)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_holds():
    cast = make_cast()
    request = ask_help(objection=_accepted(cast), unit=cast.finance, question="？", by=cast.actor("clerk"))
    by = cast.actor("finance_clerk")
    answers = at_once(*[lambda: answer_help(request=request, answer="已缴清", by=by)] * 2)
    assert sorted(answers) == ["done", "move_not_open"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_with_documents_and_whoever_closes_the_case_do_not_wait_for_each_other():
    cast = make_cast()
    request = ask_help(objection=_accepted(cast), unit=cast.finance, question="？", by=cast.actor("clerk"))
    answer = {"request": request, "answer": "已缴清", "by": cast.actor("finance_clerk"), "evidence": [PAPER]}
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # as a removal does: the case, then what was asked in it
            Objection.objects.select_for_update().get(pk=request.objection_id)
            result = pool.submit(outcome_of, lambda: answer_help(**answer))
            wait_until("the answer waits", lambda: waiting() == 1)
            HelpRequest.objects.select_for_update().get(pk=request.pk)
        assert result.result(10) == "done"


@pytest.mark.django_db(transaction=True)
def test_of_two_acceptances_at_once_one_holds():
    cast = make_cast()
    case = _submitted(cast)
    by = cast.actor("clerk")
    assert sorted(at_once(*[lambda: accept_objection(objection=case, by=by)] * 2)) == ["done", "move_not_open"]


def test_the_asked_unit_sees_the_question_and_nothing_of_the_applicant(cast, client, entry, asked):
    case = asked.objection
    client.force_login(cast.finance_clerk, backend=BACKEND)
    pages = [client.get(reverse("help_requests")), client.get(reverse("help_request", args=[asked.pk]))]
    client.post(reverse("help_request", args=[asked.pk]), {"answer": "已缴清"})
    pages.append(client.get(reverse("help_request", args=[asked.pk])))
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert entry.subject_name in text
        for kept in (case.contact, case.masked_identifier, case.applicant_name):
            assert kept not in text
    assert case.statement in pages[1].content.decode()
    assert case.statement not in pages[2].content.decode(), "who has answered needs it no more"
    assert client.get(reverse("objection", args=[case.pk])).status_code == 404
    assert client.get(reverse("help_withdraw", args=[asked.pk])).status_code == 404
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (HelpState.ANSWERED, cast.finance_clerk)


def test_another_unit_gets_404(cast, client, asked):
    for name in ("transport_clerk", "stranger", "clerk"):
        client.force_login(getattr(cast, name), backend=BACKEND)
        assert client.get(reverse("help_request", args=[asked.pk])).status_code == 404
        assert client.get(reverse("help_requests")).context["total"] == 0


def test_documents_of_an_answer_are_for_both_units_and_those_of_the_applicant_for_one(cast, client, submit):
    case = submit(evidence=[PAPER])
    accept_objection(objection=case, by=cast.actor("clerk"))
    request = ask_help(objection=case, unit=cast.finance, question="？", by=cast.actor("clerk"))
    answer_help(request=request, answer="见附件", by=cast.actor("finance_clerk"), evidence=[PAPER])
    own, answered = case.evidence.order_by("pk")
    for name, seen in (("clerk", [200, 200]), ("finance_clerk", [404, 200]), ("transport_clerk", [404, 404])):
        client.force_login(getattr(cast, name), backend=BACKEND)
        urls = [reverse("objection_evidence", args=[one.pk]) for one in (own, answered)]
        answers = [client.get(url) for url in urls]
        assert [one.status_code for one in answers] == seen
        assert all(b"".join(one.streaming_content) for one in answers if one.status_code == 200)


def test_counters_equal_the_lists_they_open(cast, client, asked):
    client.force_login(cast.finance_clerk, backend=BACKEND)
    with time_machine.travel(datetime(2031, 1, 6, 10, tzinfo=JINAN)):
        client.force_login(cast.finance_clerk, backend=BACKEND)
        shown = [c for c in counters_for(cast.actor("finance_clerk")) if c.url.startswith(reverse("help_requests"))]
        assert [counter.count for counter in shown] == [1, 1, 0]
        for counter in shown:
            assert client.get(counter.url).context["total"] == counter.count


def test_due_soon_is_what_the_mail_of_the_morning_calls_so(cast, client, asked):
    request, counts = HelpRequest.objects.get(), []
    for day in (request.due_on - timedelta(days=20), request.due_on, request.due_on + timedelta(days=1)):
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
            (counter,) = [
                one for one in counters_for(cast.actor("finance_clerk")) if one.url.endswith("help/?soon=yes")
            ]
            client.force_login(cast.finance_clerk, backend=BACKEND)
            assert client.get(counter.url).context["total"] == counter.count
            owed = [source.count(due_soon_until()).get(cast.finance.pk) for source in SOURCES]
            assert sum(one.soon for one in owed if one) == counter.count
        counts.append(counter.count)
    assert counts == [0, 1, 0]


def test_after_an_answer_comes_the_next_question(cast, client):
    entry = publish_one(cast)
    for seed in range(2):
        case = accept_objection(objection=_submitted(cast, entry=entry, seed=seed), by=cast.actor("clerk"))
        ask_help(objection=case, unit=cast.finance, question="？", by=cast.actor("clerk"))
    client.force_login(cast.finance_clerk, backend=BACKEND)
    first, second = (reverse("help_request", args=[one.pk]) for one in HelpRequest.objects.order_by("pk"))
    done = client.post(first, {"answer": "已缴清"}, follow=True)
    assert done.redirect_chain == [(second, 302)]
    assert f'<a href="{first}">{entry.subject_name}</a>' in done.content.decode()
    assert client.post(second, {"answer": "已缴清"})["Location"] == reverse("help_requests")


def test_the_list_takes_constant_queries(cast, client, django_assert_max_num_queries):
    entry = publish_one(cast)
    for seed in range(12):
        case = _submitted(cast, entry=entry, seed=seed)
        accept_objection(objection=case, by=cast.actor("clerk"))
        ask_help(objection=case, unit=cast.finance, question="？", by=cast.actor("clerk"))
    client.force_login(cast.finance_clerk, backend=BACKEND)
    with django_assert_max_num_queries(12):
        client.get(reverse("help_requests"))


def test_asking_and_withdrawing_in_the_browser(cast, client, in_state):
    case = in_state(ObjectionState.ACCEPTED)
    client.force_login(cast.clerk, backend=BACKEND)
    url = reverse("help_ask", args=[case.pk])
    assert cast.court not in client.get(url).context["form"].fields["unit"].queryset
    assert client.post(url, {"unit": cast.finance.pk, "question": "是否已缴清？"}).status_code == 302
    assert "error-summary" in client.post(url, {"unit": cast.finance.pk, "question": "？"}).content.decode()
    page = client.get(reverse("objection", args=[case.pk]))
    assert "是否已缴清？" in page.content.decode()
    assert "examine" not in [move.name for move in page.context["moves"]]
    request = HelpRequest.objects.get()
    assert client.post(reverse("help_withdraw", args=[request.pk]), {"reason": "已查明"}).status_code == 302
    page = client.get(reverse("objection", args=[case.pk]))
    assert "examine" in [move.name for move in page.context["moves"]]


def _submitted(cast: Cast, entry=None, seed: int = 5) -> Objection:
    applicant = Applicant("测试企业", Relation.SELF, uscc(Random(seed)), "0531-00000000")
    return submit_objection(
        entry=entry or publish_one(cast), applicant=applicant, grounds="OTHER", statement="异议", by=SYSTEM
    ).objection


def _accepted(cast: Cast) -> Objection:
    return accept_objection(objection=_submitted(cast), by=cast.actor("clerk"))
