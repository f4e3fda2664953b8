"""A typical case from the execution to its adoption: what it says, who decides, what takes it back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExitReason
from lists.models import Entry
from lists.services.orders import Order
from lists.services.proposals import approve_proposal, propose_correction, propose_removal, propose_stay
from lists.services.purging import purge
from lists.services.removals import remove_entry
from sanctions.enums import CaseState
from sanctions.models import CaseReport, Execution
from sanctions.selectors import case_report_figures
from sanctions.selectors.cases import executions_for_cases
from sanctions.services.case_texts import CaseText, prefilled, text_of
from sanctions.services.cases import (
    adopt_case,
    draft_case,
    move_case,
    report_case,
    revise_case,
    send_back_case,
    withdraw_case,
)
from sanctions.services.executions import Report, answer_hit, cancel_execution, feed_back
from sanctions.services.unit_tasks import sign_task
from sanctions.workflow import CASE
from tests.cast import Cast, make_user, publish_many, publish_one
from tests.sanctions.conftest import (
    a_case,
    a_person,
    an_execution,
    issued,
    organisation,
    person,
    screened,
    task_of,
)

COMPANY = "济南案例测试有限公司"
BOSS = {"representative": "李某测", "name": COMPANY}


def refusal_of(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value


def flaw_of(case: CaseReport) -> str:
    return str(CaseReport.objects.with_flaw().values_list("flaw", flat=True).get(pk=case.pk))


def decided(cast: Cast, proposal: Any) -> None:
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))


def corrected(cast: Cast, entry: Entry) -> None:
    proposal = propose_correction(
        entry=entry, new_values={"facts": "更正后的事实"}, by=cast.actor("clerk"), reason="笔误"
    )
    decided(cast, proposal)


def removed(cast: Cast, entry: Entry, exit_reason: ExitReason = ExitReason.OBJECTION_UPHELD) -> None:
    remove_entry(
        entry=entry, exit_reason=exit_reason, made_by=cast.clerk, by=cast.actor("second_reviewer"), reason="异议成立"
    )


# The text


def test_the_text_says_what_was_found_what_was_done_on_which_basis_and_what_it_led_to(cast: Cast) -> None:
    execution = an_execution(cast, **BOSS, facts="负责人李某测拒不履行。")
    text = prefilled(execution)
    assert COMPANY in text.title
    for part in (COMPANY, execution.entry.subject.code, cast.black.name, "测试事由", "政府采购"):  # type: ignore[union-attr]
        assert str(part) in text.findings
    assert cast.ban.content in text.response
    assert "《测试法》第一条" in text.response
    assert text.effect == "已取消其投标资格。"
    assert "李某测" not in text.findings
    assert "李**拒不履行" in text.findings


def test_the_text_about_a_person_tells_neither_name_nor_number(cast: Cast) -> None:
    values = a_person()
    execution = an_execution(cast, **values, facts="欧阳测试拒不履行。", note="欧阳测试已履行。")
    text = "\n".join(vars(prefilled(execution)).values())
    assert "欧***" in text
    for told in ("欧阳测试", values["number"], execution.entry.document_number):  # type: ignore[union-attr]
        assert told not in text


def test_a_related_person_found_at_the_desk_is_a_person_too(cast: Cast) -> None:
    number = a_person(32)["number"]
    boss = {"role": "ACTUAL_CONTROLLER", "name": "赵某控", "document_type": "CITIZEN", "number": number}
    publish_one(cast, name=COMPANY, related_persons=[boss])
    cast.ban.applies_to = "BOTH"
    cast.ban.save()
    clerk = cast.actor("finance_clerk")
    hit = screened(person(number), clerk).hits.get()
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk], note="已限制。")
    execution = answer_hit(hit=hit, report=report, by=clerk)
    text = prefilled(execution)
    assert COMPANY not in "\n".join(vars(text).values())
    case = draft_case(execution=execution, text=text, by=clerk)
    assert case.is_of_a_person
    assert not CaseReport.objects.open_to_the_public().exists()
    revise_case(case=case, text=replace(text, findings=f"{COMPANY}的实际控制人"), by=clerk)
    assert refusal_of(lambda: report_case(case=case, by=clerk)).code == "person_named"


@pytest.mark.parametrize(
    ("part", "words", "code", "line"),
    [
        ("findings", "查明：\n李 某 测拒不履行。", "person_named", "2"),
        ("title", "李某测案", "person_named", "1"),
        ("effect", "证件号码370102199003070118", "", ""),
    ],
)
def test_a_text_that_names_somebody_is_refused_with_the_place(
    cast: Cast, part: str, words: str, code: str, line: str
) -> None:
    case = a_case(cast, **BOSS)
    clerk = cast.actor("finance_clerk")
    revise_case(case=case, text=replace(text_of(case), **{part: words}), by=clerk)
    if not code:  # a number whose check digit is wrong is no citizen number
        assert report_case(case=case, by=clerk).state == "REPORTED"
        return
    refused = refusal_of(lambda: report_case(case=case, by=clerk))
    assert (refused.code, refused.field, refused.status) == (code, part, 400)
    assert line in str(refused)
    assert "李某测" not in str(refused)
    assert CaseReport.objects.get().state == "DRAFT"


def test_a_number_of_whomever_is_refused(cast: Cast) -> None:
    case = a_case(cast, **BOSS)
    clerk = cast.actor("finance_clerk")
    revise_case(case=case, text=replace(text_of(case), effect=f"证件：{a_person(9)['number']}"), by=clerk)
    assert refusal_of(lambda: report_case(case=case, by=clerk)).code == "number_told"


def test_nothing_is_reported_with_a_gap(cast: Cast) -> None:
    case = a_case(cast, note="")
    refused = refusal_of(lambda: report_case(case=case, by=cast.actor("finance_clerk")))
    assert (refused.code, refused.field) == ("text_missing", "effect")


# What makes a case


def test_only_ones_own_valid_execution_against_one_party_makes_a_case(cast: Cast) -> None:
    clerk = cast.actor("finance_clerk")
    execution = an_execution(cast)
    text = prefilled(execution)

    def made(of: Execution, by: str = "finance_clerk") -> str:
        return refusal_of(lambda: draft_case(execution=of, text=text, by=cast.actor(by))).code

    assert made(execution, "transport_clerk") == "not_found"
    assert made(execution, "coordinator") == "act_not_allowed"
    task = task_of(cast.finance, publication=publish_many(cast, 2, seed=3))
    sign_task(task=task, by=clerk)
    whole = feed_back(
        task=task,
        report=Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk]),
        by=clerk,
    )
    assert made(whole) == "no_party"
    other = publish_one(cast, seed=2)
    hit = screened(organisation(str(other.subject.code)), clerk).hits.get()
    nothing = answer_hit(
        hit=hit, report=Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="无此事项"), by=clerk
    )
    assert made(nothing) == "nothing_applied"
    case = draft_case(execution=execution, text=text, by=clerk)
    assert made(execution) == "case_exists"
    withdraw_case(case=case, by=clerk, reason="另写")
    draft_case(execution=execution, text=text, by=clerk)
    cancel_execution(execution=execution, by=clerk, reason="误填")
    assert made(execution) == "execution_cancelled"


# Who decides


def test_a_case_is_returned_corrected_reported_again_and_adopted(cast: Cast) -> None:
    clerk, coordinator = cast.actor("finance_clerk"), cast.actor("coordinator")
    case = a_case(cast, "RETURNED")
    revise_case(case=case, text=replace(text_of(case), effect="已缴清全部欠款。"), by=clerk)
    report_case(case=case, by=clerk)
    case = adopt_case(case=case, by=coordinator)
    assert (case.state, case.effect, case.adopted_by) == ("ADOPTED", "已缴清全部欠款。", cast.coordinator)
    assert list(case.moves.values_list("name", "to_state", "by__username", "reason")) == [
        ("draft", "DRAFT", "finance-clerk", ""),
        ("report", "REPORTED", "finance-clerk", ""),
        ("send_back", "RETURNED", "coordinator", "请补充成效"),
        ("revise", "RETURNED", "finance-clerk", ""),
        ("report", "REPORTED", "finance-clerk", ""),
        ("adopt", "ADOPTED", "coordinator", ""),
    ]
    assert refusal_of(lambda: revise_case(case=case, text=text_of(case), by=clerk)).code == "case_not_revisable"
    assert refusal_of(lambda: withdraw_case(case=case, by=clerk, reason="x")).code == "move_not_open"
    with pytest.raises(InternalError, match="adopted_text_stays"), transaction.atomic():
        CaseReport.objects.update(effect="改写")
    with pytest.raises(InternalError, match="is_never_deleted"), transaction.atomic():
        CaseReport.objects.all()._raw_delete("default")


LAWFUL = {
    ("DRAFT", "report"): (Role.CLERK, Role.REVIEWER),
    ("RETURNED", "report"): (Role.CLERK, Role.REVIEWER),
    ("DRAFT", "withdraw"): (Role.CLERK, Role.REVIEWER),
    ("REPORTED", "withdraw"): (Role.CLERK, Role.REVIEWER),
    ("RETURNED", "withdraw"): (Role.CLERK, Role.REVIEWER),
    ("REPORTED", "adopt"): (Role.COORDINATOR,),
    ("REPORTED", "send_back"): (Role.COORDINATOR,),
    ("ADOPTED", "send_back"): (Role.COORDINATOR,),
}


@pytest.mark.parametrize("role", list(Role))
def test_every_state_and_move_by_role(cast: Cast, role: Role) -> None:
    """Of a person in the case's own unit: the coordinator may be one of them."""
    cases = {state: a_case(cast, state, seed=seed) for seed, state in enumerate(CaseState.values[:5], 1)}
    withdrawn = a_case(cast, seed=9)
    withdraw_case(case=withdrawn, by=cast.actor("finance_clerk"), reason="另写")
    cases["WITHDRAWN"] = withdrawn
    actor = actor_of(make_user(f"as-{role}", cast.finance, role))
    for state, case in cases.items():
        for move in CASE:
            with transaction.atomic():
                if role in LAWFUL.get((state, move.name), ()):
                    assert move_case(case=case, name=move.name, by=actor, reason="理由").state == move.target
                else:
                    refused = refusal_of(lambda c=case, m=move: move_case(case=c, name=m.name, by=actor, reason="理由"))  # type: ignore[misc]
                    assert refused.code in {"move_not_open", "act_not_allowed", "not_found"}
                    assert CaseReport.objects.get(pk=case.pk).state == state
                transaction.set_rollback(True)


def test_who_wrote_or_reported_it_does_not_adopt_it(cast: Cast) -> None:
    both = actor_of(make_user("both", cast.finance, Role.CLERK, Role.COORDINATOR))
    execution = an_execution(cast)
    case = draft_case(execution=execution, text=prefilled(execution), by=cast.actor("finance_clerk"))
    report_case(case=case, by=both)
    assert refusal_of(lambda: adopt_case(case=case, by=both)).code == "own_work"
    assert adopt_case(case=case, by=cast.actor("coordinator")).state == "ADOPTED"
    with pytest.raises(IntegrityError, match="adopted_by_another_person"), transaction.atomic():
        CaseReport.objects.update(adopted_by=cast.finance_clerk)


def test_who_sees_a_case(cast: Cast) -> None:
    draft, reported = a_case(cast, seed=1), a_case(cast, "REPORTED", seed=2)

    def seen(who: str) -> set[int]:
        return set(CaseReport.objects.visible_to(cast.actor(who)).values_list("pk", flat=True))

    assert seen("finance_clerk") == seen("auditor") == {draft.pk, reported.pk}
    assert seen("coordinator") == {reported.pk}
    for other in ("transport_clerk", "stranger", "clerk"):
        assert seen(other) == set()
    for call in (
        lambda: send_back_case(case=draft, by=cast.actor("coordinator"), reason="x"),
        lambda: report_case(case=draft, by=cast.actor("transport_clerk")),
        lambda: adopt_case(case=reported, by=cast.actor("transport_clerk")),
    ):
        assert refusal_of(call).code == "not_found"


@pytest.mark.parametrize("name", ["withdraw", "send_back"])
def test_a_reason_is_needed_where_the_table_says_so(cast: Cast, name: str) -> None:
    case = a_case(cast, "REPORTED")
    by = cast.actor("finance_clerk" if name == "withdraw" else "coordinator")
    assert refusal_of(lambda: move_case(case=case, name=name, by=by, reason=" ")).code == "reason_missing"


# What takes it back


def test_a_cancelled_execution_takes_the_case_back(cast: Cast) -> None:
    case = a_case(cast, "REPORTED")
    cancel_execution(execution=case.execution, by=cast.actor("finance_clerk"), reason="误填")
    assert flaw_of(case) == "CANCELLED"
    assert refusal_of(lambda: adopt_case(case=case, by=cast.actor("coordinator"))).code == "case_flawed"


@pytest.mark.parametrize(("exit_reason", "is_offered"), [("LISTED_IN_ERROR", False), ("REPAIRED", True)])
def test_a_case_is_offered_unless_the_entry_was_wrong(cast: Cast, exit_reason: str, is_offered: bool) -> None:
    execution = an_execution(cast)
    assert execution.entry is not None
    removed(cast, execution.entry, ExitReason(exit_reason))
    assert executions_for_cases(cast.actor("finance_clerk")).exists() is is_offered


@pytest.mark.parametrize(
    ("exit_reason", "flaw"),
    [("OBJECTION_UPHELD", "WRONG"), ("LISTED_IN_ERROR", "WRONG"), ("BASIS_CHANGED", "WRONG"), ("REPAIRED", "")],
)
def test_an_entry_removed_as_wrong_takes_the_case_back(cast: Cast, exit_reason: str, flaw: str) -> None:
    case = a_case(cast, "REPORTED")
    if exit_reason == "OBJECTION_UPHELD":
        removed(cast, case.entry)
    elif exit_reason == "REPAIRED":
        removed(cast, case.entry, ExitReason.REPAIRED)
    else:
        order = Order("（2026）测撤1号", "测试上级法院", clock.today())
        more = {"order": order, "learned_on": clock.today()} if exit_reason == "BASIS_CHANGED" else {}
        reason = ExitReason(exit_reason)
        decided(
            cast,
            propose_removal(entry=case.entry, exit_reason=reason, by=cast.actor("clerk"), reason="误列", **more),  # type: ignore[arg-type]
        )
    assert flaw_of(case) == flaw
    if flaw:
        assert refusal_of(lambda: adopt_case(case=case, by=cast.actor("coordinator"))).code == "case_flawed"
    else:
        assert adopt_case(case=case, by=cast.actor("coordinator")).state == "ADOPTED"


def test_a_corrected_entry_takes_the_case_back_until_it_is_written_anew(cast: Cast) -> None:
    clerk, coordinator = cast.actor("finance_clerk"), cast.actor("coordinator")
    case = a_case(cast, "REPORTED")
    corrected(cast, case.entry)
    assert flaw_of(case) == "CORRECTED"
    refused = refusal_of(lambda: adopt_case(case=case, by=coordinator))
    assert refused.code == "case_flawed"
    send_back_case(case=case, by=coordinator, reason="条目已更正")
    assert refusal_of(lambda: report_case(case=case, by=clerk)).code == "case_flawed"
    revise_case(case=case, text=text_of(case), by=clerk)
    report_case(case=case, by=clerk)
    assert adopt_case(case=case, by=coordinator).state == "ADOPTED"


def test_a_stay_takes_the_case_back_as_long_as_it_lasts(cast: Cast) -> None:
    case = a_case(cast, "REPORTED")
    order = Order("（2026）测停1号", "测试复议机关", clock.today())
    decided(cast, propose_stay(entry=case.entry, order=order, by=cast.actor("clerk"), reason="复议"))
    assert flaw_of(case) == "STAYED"


# What stays of it


def test_a_withdrawn_case_is_emptied_when_its_time_is_over(cast: Cast) -> None:
    kept, case = a_case(cast, seed=1), a_case(cast, seed=2)
    withdraw_case(case=case, by=cast.actor("finance_clerk"), reason="李某测要求")
    with time_machine.travel(clock.now() + timedelta(days=365), tick=False):
        assert purge()["cases"] == 0
    with time_machine.travel(clock.now() + timedelta(days=367), tick=False):
        assert purge()["cases"] == 1
        assert purge()["cases"] == 0
    case.refresh_from_db()
    assert (case.state, case.title, case.findings, case.effect) == ("WITHDRAWN", "", "", "")
    assert not case.moves.exclude(reason="").exists()
    kept.refresh_from_db()
    assert kept.title


def test_with_the_entry_goes_what_was_written_about_it(cast: Cast) -> None:
    returned, circulated = a_case(cast, "RETURNED", seed=1, name=COMPANY), a_case(cast, "IN_BULLETIN", seed=2)
    for case in (returned, circulated):
        removed(cast, case.entry, ExitReason.REPAIRED)
    with time_machine.travel(clock.now() + timedelta(days=6 * 366), tick=False):
        assert purge()["entries"] == 2
        for case in (returned, circulated):
            case.refresh_from_db()
            assert (case.title, case.findings, case.response, case.effect) == ("", "", "", "")
            assert flaw_of(case) == "DELETED"
            assert not case.moves.exclude(reason="").exists()
        text = CaseText("标题", COMPANY, "措施", "成效")
        refused = refusal_of(lambda: revise_case(case=returned, text=text, by=cast.actor("finance_clerk")))
        assert refused.code == "entry_deleted"
    assert circulated.bulletin is not None


def test_the_figures_of_a_period(cast: Cast) -> None:
    today, yesterday = clock.today(), clock.today() - timedelta(days=1)
    cases = [a_case(cast, state, seed=seed) for seed, state in enumerate(("DRAFT", "REPORTED", "ADOPTED"), 1)]
    issued(cast, cases[2])
    figures = case_report_figures(since=today, until=today)
    assert (figures.reported, figures.adopted, figures.bulletins) == (2, 1, 1)
    assert case_report_figures(since=today, until=today, unit=cast.transport).reported == 0
    assert case_report_figures(since=yesterday, until=yesterday).bulletins == 0
