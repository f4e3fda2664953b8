"""督办: every state × move × role; numbers; what is urged; silence; what the database refuses."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import SYSTEM, Actor, actor_of
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, StaffMessage
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.enums import Owed, SupervisionState
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.models import (
    SupervisionDocument,
    SupervisionEscalation,
    SupervisionNotice,
    SupervisionRow,
)
from jinan_credit.oversight.selectors.supervision import (
    SUPERVISION_FIGURES,
    choice_of,
    notices_behind,
    supervision_figures,
    urging,
    usual_day,
)
from jinan_credit.oversight.services import supervision as services
from jinan_credit.oversight.services.purging import purge_supervision_of
from jinan_credit.oversight.services.supervision import (
    close_notice,
    discard_notice,
    draft_notices,
    issue_notice,
    move_notice,
    reply_to_notice,
    return_reply,
    revise_notice,
    urge_units,
    withdraw_notice,
)
from jinan_credit.oversight.services.supervision_days import keep_days
from jinan_credit.oversight.workflow import SUPERVISION
from lists.enums import DishonestyClass, ExitReason
from lists.selectors import term_facts
from lists.services.days import keep_days as keep_days_of_lists
from lists.services.proposals import approve_proposal
from lists.services.purging import purge, purge_entries
from lists.services.removals import remove_entry
from lists.services.synthetic import citizen_number, uscc
from objections.services.days import keep_days as keep_days_of_objections
from objections.services.help import answer_help, ask_help
from objections.services.objections import accept_objection, not_accept_objection, submit_objection
from repair.services.applications import Plea, submit_repair
from repair.services.days import keep_days as keep_days_of_repairs
from sanctions.models import UnitTask
from sanctions.services.unit_tasks import declare_not_executed, declare_nothing_to_feed_back, sign_task
from tests.cast import Cast, make_cast, make_user, publish_one
from tests.lists.browser import signed_in
from tests.lists.marks import MARK, texts_with
from tests.lists.steps import withdraw
from tests.oversight.supervising import (
    IN_STATE,
    PAPER,
    drafted,
    escalated,
    in_days,
    issued,
    overdue_of,
    publish_long_ago,
    replied,
    returned,
    reviewer_of_finance,
)

JINAN = ZoneInfo("Asia/Shanghai")
APPLICANT = Applicant("申请企业", Relation.SELF, uscc(Random(5)), "0531-11112222")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def late(cast: Cast) -> Cast:
    publish_long_ago(cast)
    return cast


def refusal_of(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call()
    return refused.value


def on(month: int, day: int, year: int = 2026) -> time_machine.travel:
    return time_machine.travel(datetime(year, month, day, 10, tzinfo=JINAN), tick=False)


# The table

Act = Callable[[SupervisionNotice, Actor], object]
ACTS: dict[str, Act] = {
    "revise": lambda notice, by: revise_notice(notice=notice, title="改写", request="请办理", due_on=in_days(5), by=by),
    "issue": lambda notice, by: issue_notice(notice=notice, by=by),
    "discard": lambda notice, by: discard_notice(notice=notice, by=by, reason="不需要"),
    "reply": lambda notice, by: reply_to_notice(notice=notice, by=by, reason="已办理"),
    "return": lambda notice, by: return_reply(notice=notice, due_on=in_days(9), by=by, reason="请补充"),
    "settle": lambda notice, by: close_notice(notice=notice, settled=True, by=by, reason="已办结"),
    "close_unsettled": lambda notice, by: close_notice(notice=notice, settled=False, by=by, reason="未办结"),
    "withdraw": lambda notice, by: withdraw_notice(notice=notice, by=by, reason="有误"),
}
OF_THE_COORDINATOR = set(ACTS) - {"reply"}


def allowed(role: Role, *, urged: bool) -> set[str]:
    """What a role may do, in the urged unit or in another."""
    if role == Role.COORDINATOR:
        return OF_THE_COORDINATOR
    return {"reply"} if urged and role in (Role.CLERK, Role.REVIEWER) else set()


def test_the_acts_are_the_tables_moves() -> None:
    assert set(ACTS) == {move.name for move in SUPERVISION} - {"draft", "escalate"}
    assert set(IN_STATE) == set(SupervisionState.values)


@pytest.mark.parametrize("state", IN_STATE)
@pytest.mark.parametrize("urged", [True, False])
def test_every_state_and_move_by_role(late: Cast, state: str, urged: bool) -> None:
    notice = IN_STATE[state](late)
    unit = late.finance if urged else late.transport
    for role in Role:
        by = actor_of(make_user(f"as-{role}", unit, role))
        for name, act in ACTS.items():
            with transaction.atomic():
                if name in allowed(role, urged=urged) and state in SUPERVISION[name].sources:
                    act(notice, by)
                    moved = SupervisionNotice.objects.get(pk=notice.pk)
                    last = moved.moves.latest("pk")
                    assert (moved.state, last.name, last.by, last.unit) == (
                        SUPERVISION[name].target,
                        name,
                        by.user,
                        unit,
                    )
                    assert last.reason
                    transaction.set_rollback(True)
                    continue
                refused = refusal_of(lambda act=act, by=by: act(notice, by))
                assert refused.code in {"move_not_open", "act_not_allowed", "not_found"}, (role, name)
                if role != Role.COORDINATOR and not urged and refused.code != "act_not_allowed":
                    assert refused.status == 404
            assert SupervisionNotice.objects.get(pk=notice.pk).state == state


@pytest.mark.parametrize("name", ["discard", "reply", "return", "settle", "close_unsettled", "withdraw"])
def test_a_reason_is_needed(late: Cast, name: str) -> None:
    notice = IN_STATE[SUPERVISION[name].sources[-1]](late)
    coordinator, clerk = late.actor("coordinator"), late.actor("finance_clerk")
    acts: dict[str, Callable[[], object]] = {
        "discard": lambda: discard_notice(notice=notice, by=coordinator, reason=" "),
        "reply": lambda: reply_to_notice(notice=notice, by=clerk, reason=" "),
        "return": lambda: return_reply(notice=notice, due_on=in_days(9), by=coordinator, reason=" "),
        "settle": lambda: close_notice(notice=notice, settled=True, by=coordinator, reason=" "),
        "close_unsettled": lambda: close_notice(notice=notice, settled=False, by=coordinator, reason=" "),
        "withdraw": lambda: withdraw_notice(notice=notice, by=coordinator, reason=" "),
    }
    assert refusal_of(acts[name]).code == "reason_missing"


def test_silence_is_a_step_of_the_system_alone(late: Cast) -> None:
    notice = issued(late)
    for name in ("escalate", "draft", "revise", "reply", "return", "x"):
        for who in (late.actor("coordinator"), SYSTEM):
            assert refusal_of(lambda who=who, name=name: move_notice(notice=notice, name=name, by=who)).code == (
                "move_not_open"
            )


def test_who_replied_does_not_judge_the_reply(late: Cast) -> None:
    RoleGrant.objects.create(user=late.finance_clerk, role=Role.COORDINATOR)
    notice = replied(late)
    for act in (ACTS["return"], ACTS["settle"], ACTS["close_unsettled"], ACTS["withdraw"]):
        assert refusal_of(lambda act=act: act(notice, late.actor("finance_clerk"))).code == "own_work"
    with pytest.raises(IntegrityError, match="closed_by_another"), transaction.atomic():
        SupervisionNotice.objects.filter(pk=notice.pk).update(
            state="CLOSED", closed_by=late.finance_clerk, closed_at=clock.now(), is_settled=True
        )


def test_closing_says_whether_it_is_settled(late: Cast) -> None:
    assert close_notice(notice=replied(late), settled=True, by=late.actor("coordinator"), reason="是").is_settled
    silent = escalated(late)
    with pytest.raises(DomainError):
        close_notice(notice=silent, settled=True, by=late.actor("coordinator"), reason="是")
    closed = close_notice(notice=silent, settled=False, by=late.actor("coordinator"), reason="仍未办理")
    assert (closed.is_settled, closed.closed_by) == (False, late.coordinator)


# Making


def test_one_notice_for_each_unit(late: Cast) -> None:
    made = urge_units(
        choice=overdue_of(late.finance, late.transport),
        title="逾期签收",
        request="请签收",
        due_on=in_days(5),
        by=late.actor("coordinator"),
    )
    assert [(one.unit, one.rows.count(), one.state) for one in made] == [
        (late.finance, 2, "ISSUED"),
        (late.transport, 2, "ISSUED"),
    ]
    told = StaffMessage.objects.filter(kind="supervision.issued").order_by("pk")
    assert [(one.unit, one.values["number"]) for one in told] == [(one.unit, one.number) for one in made]
    task = UnitTask.objects.filter(unit=late.finance).earliest("pk")
    row = made[0].rows.get(task=task)
    assert (row.number, row.list_name, row.owed, row.due_on) == (task.number, late.black.name, Owed.SIGN, task.due_on)
    assert "济政字〔2017〕35号" in made[0].legal_basis
    assert list(made[0].moves.values_list("name", "by__username", "reason")) == [
        ("draft", "coordinator", "逾期签收"),
        ("issue", "coordinator", "逾期签收"),
    ]


def test_what_is_done_or_urged_is_left_out(late: Cast) -> None:
    tasks = list(UnitTask.objects.filter(unit=late.finance).order_by("pk"))
    sign_task(task=tasks[0], by=late.actor("finance_clerk"))
    declare_nothing_to_feed_back(task=tasks[0], by=late.actor("finance_clerk"))
    choice = choice_of(UnitTask.objects.filter(unit=late.finance))
    first = draft_notices(choice=choice, title="一", request="请办理", due_on=in_days(5), by=late.actor("coordinator"))
    assert [row.task for row in first[0].rows.all()] == [tasks[1]]
    again = refusal_of(
        lambda: draft_notices(
            choice=choice, title="二", request="请办理", due_on=in_days(5), by=late.actor("coordinator")
        )
    )
    assert again.code == "nothing_to_urge"
    assert [row.notice for row in urging(choice).urged_already] == first
    discard_notice(notice=first[0], by=late.actor("coordinator"), reason="另写")
    assert drafted(late).rows.count() == 1


def test_what_is_not_executed_is_urged(late: Cast) -> None:
    task = UnitTask.objects.filter(unit=late.finance).earliest("pk")
    clerk = late.actor("finance_clerk")
    sign_task(task=task, by=clerk)
    declare_not_executed(task=task, by=clerk, reason="无法执行")
    row = drafted_of(late, UnitTask.objects.filter(pk=task.pk)).rows.with_standing().get()
    assert (row.owed, row.due_on, row.is_done) == (Owed.EXECUTE, None, False)
    UnitTask.objects.filter(pk=task.pk).update(state="FED_BACK")
    assert SupervisionRow.objects.with_standing().get(pk=row.pk).is_done


def drafted_of(cast: Cast, tasks: Any) -> SupervisionNotice:
    return draft_notices(
        choice=choice_of(tasks),
        title="督办",
        request="请办理",
        due_on=in_days(5),
        by=cast.actor("coordinator"),
    )[0]


def test_rows_show_what_is_done_by_now(late: Cast) -> None:
    notice = issued(late)
    assert SupervisionNotice.objects.with_counts().values_list("row_count", "done_count").get() == (2, 0)
    first = UnitTask.objects.filter(unit=late.finance).earliest("pk")
    sign_task(task=first, by=late.actor("finance_clerk"))
    assert {row.task: row.is_done for row in notice.rows.with_standing()}[first]
    assert SupervisionNotice.objects.with_counts().values_list("row_count", "done_count").get() == (2, 1)
    assert notice.rows.get(task=first).owed == Owed.SIGN, "what was written stays"


def test_cases_that_came_to_the_coordinator_are_urged(cast: Cast) -> None:
    with on(11, 2):
        objections = [
            submit_objection(
                entry=publish_one(cast, seed=seed), applicant=APPLICANT, grounds="OTHER", statement="异议", by=SYSTEM
            ).objection
            for seed in (1, 2)
        ]
        accept_objection(objection=objections[1], by=cast.actor("clerk"))
        question = ask_help(objection=objections[1], unit=cast.finance, question="缴清？", by=cast.actor("clerk"))
        entry = publish_one(cast, seed=9, dishonesty_class=DishonestyClass.MINOR)
        repair = submit_repair(
            entry=entry, applicant=APPLICANT, plea=Plea("整改", "凭证", "承诺"), by=SYSTEM
        ).application
    cases = {"objection": [objections[0].pk], "help": [question.pk], "repair": [repair.pk]}
    with on(11, 5):
        assert urging(choice_of(UnitTask.objects.none(), cases)).count == 0, "nobody has told the coordinator"
    with on(11, 12):
        keep_days_of_objections()
        keep_days_of_repairs()
        assert urging(choice_of(UnitTask.objects.none(), {"help": [question.pk + 1]})).count == 0
        of_court, of_finance = draft_notices(
            choice=choice_of(UnitTask.objects.none(), cases),
            title="督办",
            request="请办理",
            due_on=in_days(5),
            by=cast.actor("coordinator"),
        )
        assert (of_court.unit, of_finance.unit) == (cast.court, cast.finance)
        assert [(row.number, row.owed, row.due_on, row.list_name) for row in of_court.rows.all()] == [
            (repair.receipt_number, Owed.DECIDE_REPAIR, repair.due_on, cast.black.name),
            (objections[0].receipt_number, Owed.DECIDE_OBJECTION, objections[0].due_on, cast.black.name),
        ]
        row = of_finance.rows.with_standing().get()
        assert (row.number, row.owed, row.is_done) == (objections[1].receipt_number, Owed.ANSWER_HELP, False)
        not_accept_objection(objection=objections[0], by=cast.actor("clerk"), reason="无关")
        answer_help(request=question, answer="已缴清", by=cast.actor("finance_clerk"))
        assert [row.is_done for row in of_court.rows.with_standing()] == [False, True]
        assert of_finance.rows.with_standing().get().is_done


def test_all_that_rests_on_a_fallen_document_is_urged_with_it(cast: Cast) -> None:
    with on(11, 2):
        first, second, third = [publish_one(cast, seed=seed) for seed in (1, 2, 3)]
        proposals = [withdraw(cast, entry) for entry in (first, second)]
    with on(11, 3):
        withdraw(cast, third)
    ticked = choice_of(UnitTask.objects.none(), {"basis": [proposals[0].pk]})
    with on(11, 6):
        keep_days_of_lists()
        assert urging(ticked).count == 0, "nobody has told the coordinator"
    with on(11, 12):
        keep_days_of_lists()
        (notice,) = draft_notices(
            choice=ticked, title="督办", request="请办理", due_on=in_days(5), by=cast.actor("coordinator")
        )
        assert notice.unit == cast.court
        assert {(row.proposal, row.number, row.owed, row.due_on) for row in notice.rows.all()} == {
            (proposal, proposal.entry.document_number, Owed.DECIDE_FALLEN_BASIS, proposal.due_on)
            for proposal in proposals
        }
        assert len(urging(ticked).urged_already) == 2
        approve_proposal(proposal=proposals[0], by=cast.actor("reviewer"))
        assert {row.proposal: row.is_done for row in notice.rows.with_standing()} == {
            proposals[0]: True,
            proposals[1]: False,
        }
        issue_notice(notice=notice, by=cast.actor("coordinator"))
        page = signed_in(cast.reviewer).get(f"/supervision/{notice.pk}/").content.decode()
        assert f"/proposals/{proposals[1].pk}/" in page
        purge_supervision_of(entry_ids=[first.pk], publication_ids=[])
        assert {move.reason for move in notice.moves.all()} == {""}


@pytest.mark.parametrize("who", ["clerk", "reviewer", "finance_clerk", "stranger", "auditor"])
def test_only_the_coordinator_makes_them(late: Cast, who: str) -> None:
    refused = refusal_of(
        lambda: draft_notices(
            choice=overdue_of(late.finance), title="x", request="x", due_on=in_days(5), by=late.actor(who)
        )
    )
    assert refused.code == "act_not_allowed"


@pytest.mark.parametrize("name", ["title", "request"])
def test_no_text_tells_a_citizen_number(late: Cast, name: str) -> None:
    told = {"title": "督办", "request": "请办理", name: f"请核对{citizen_number(Random(3))}"}
    coordinator, day = late.actor("coordinator"), in_days(5)
    tasks = choice_of(UnitTask.objects.filter(unit=late.finance))
    assert refusal_of(lambda: draft_notices(choice=tasks, **told, due_on=day, by=coordinator)).code == "number_told"
    draft = drafted(late)
    assert refusal_of(lambda: revise_notice(notice=draft, **told, due_on=day, by=coordinator)).code == "number_told"


def test_too_many_rows_and_days_that_passed_are_refused(late: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal_of(lambda: drafted(late, due_on=clock.today())).code == "day_to_come_wanted"
    draft = drafted(late, due_on=in_days(1))
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert refusal_of(lambda: issue_notice(notice=draft, by=late.actor("coordinator"))).code == "day_to_come_wanted"
    monkeypatch.setattr(services, "MOST_ROWS", 1)
    choice = overdue_of(late.finance)
    refused = refusal_of(
        lambda: draft_notices(choice=choice, title="x", request="x", due_on=in_days(5), by=late.actor("coordinator"))
    )
    assert refused.code == "too_many_rows"


def test_the_day_counts_in_working_days(cast: Cast) -> None:
    with on(9, 30):  # before the holiday of the National Day; the tenth of October is a make-up working day
        assert usual_day(RuleProfile.objects.for_case("supervision", clock.today())) == date(2026, 10, 13)


# Numbers, and what is never changed


def test_numbers_have_no_gaps_and_begin_anew_each_year(cast: Cast) -> None:
    with on(12, 1):
        publish_long_ago(cast)
    with time_machine.travel(datetime(2026, 12, 31, 23, 0, tzinfo=JINAN), tick=False):
        first = issued(cast)
        withdraw_notice(notice=first, by=cast.actor("coordinator"), reason="有误")
        discarded = discard_notice(notice=drafted(cast), by=cast.actor("coordinator"), reason="不需要")
        second = issued(cast)
        withdraw_notice(notice=second, by=cast.actor("coordinator"), reason="有误")
    with time_machine.travel(datetime(2027, 1, 1, 0, 30, tzinfo=JINAN), tick=False):
        third = issued(cast)
    assert [one.number for one in (first, second, third)] == ["督〔2026〕1号", "督〔2026〕2号", "督〔2027〕1号"]
    assert not discarded.number


@pytest.mark.django_db(transaction=True)
def test_two_issued_at_once_get_two_numbers() -> None:
    cast = make_cast()
    publish_long_ago(cast)
    coordinator = cast.actor("coordinator")
    drafts = draft_notices(
        choice=overdue_of(cast.finance, cast.transport),
        title="x",
        request="x",
        due_on=in_days(5),
        by=coordinator,
    )
    at_once(*(lambda one=one: issue_notice(notice=one, by=cast.actor("coordinator")) for one in drafts))
    assert sorted(SupervisionNotice.objects.values_list("serial", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_a_row_at_once_one_urges_it() -> None:
    cast = make_cast()
    publish_long_ago(cast)
    results = at_once(lambda: drafted(cast), lambda: drafted(cast))
    assert sorted(results) == ["done", "nothing_to_urge"]
    assert SupervisionRow.objects.count() == 2


def at_once(*acts: Callable[[], object]) -> list[str]:
    barrier, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        barrier.wait(10)
        try:
            act()
            results.append("done")
        except DomainError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_what_was_issued_is_never_changed(late: Cast) -> None:
    notice = issued(late)
    for change in ({"title": "改"}, {"request": "改"}, {"serial": 9}, {"unit": late.transport}, {"legal_basis": "x"}):
        with pytest.raises(InternalError, match="says_what_it_said"), transaction.atomic():
            SupervisionNotice.objects.filter(pk=notice.pk).update(**change)
    for rows in (notice.rows.all(), notice.moves.all()):
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            rows.update(number="x") if rows.model is SupervisionRow else rows.update(reason="x")
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            rows.delete()
    with pytest.raises(InternalError, match="is_never_deleted"), transaction.atomic():
        SupervisionNotice.objects.filter(pk=notice.pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("state", "change", "constraint"),
    [
        ("ISSUED", {"state": "DRAFT"}, "issued_has_number"),
        ("DRAFT", {"state": "ISSUED"}, "issued_has_number"),
        ("ISSUED", {"state": "REPLIED"}, "replied_has_person"),
        ("REPLIED", {"state": "CLOSED"}, "closed_has_person"),
        ("REPLIED", {"is_settled": True}, "closed_has_person"),
    ],
)
def test_the_database_refuses(late: Cast, state: str, change: dict[str, Any], constraint: str) -> None:
    notice = IN_STATE[state](late)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SupervisionNotice.objects.filter(pk=notice.pk).update(**change)


def test_a_row_is_of_one_thing(late: Cast) -> None:
    notice, task = issued(late), UnitTask.objects.filter(unit=late.transport).earliest("pk")
    lawful = {"notice": notice, "number": "x", "credit_list": late.black, "list_name": "x", "due_on": task.due_on}
    for wrong, constraint in (
        ({"owed": "SIGN"}, "about_what_is_owed"),
        ({"owed": "DECIDE_REPAIR", "task": task}, "about_what_is_owed"),
        ({"owed": "EXECUTE", "task": task}, "day_missed"),
        ({"owed": "SIGN", "task": notice.rows.earliest("pk").task}, "task_once"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            SupervisionRow.objects.create(**lawful, **wrong)


def test_every_change_is_in_the_history(late: Cast) -> None:
    notice = replied(late)
    assert list(notice.events.order_by("pgh_id").values_list("state", flat=True)) == ["DRAFT", "ISSUED", "REPLIED"]


# Replies and silence


def test_a_reply_keeps_its_documents(late: Cast) -> None:
    notice = replied(late)
    document = SupervisionDocument.objects.get()
    assert (document.reply.of, document.sha256, document.added_by) == (notice, PAPER.sha256, late.finance_clerk)
    assert document.download_name == f"{notice.number}-{document.pk}.pdf"
    assert notice.replied_by == late.finance_clerk
    for who, seen in (("coordinator", 1), ("finance_clerk", 1), ("transport_clerk", 0), ("clerk", 0)):
        assert SupervisionDocument.objects.visible_to(late.actor(who)).count() == seen


def test_silence_goes_to_the_head_and_once_to_the_coordinator(cast: Cast) -> None:
    with on(10, 20):
        publish_long_ago(cast)
    with on(11, 2):
        notice = issue_notice(notice=drafted(cast, due_on=date(2026, 11, 6)), by=cast.actor("coordinator"))
    with on(11, 6):
        assert keep_days() == 0, "the last day counts"
    with on(11, 7):
        assert keep_days() == 1
        assert keep_days() == 0
    notice.refresh_from_db()
    last = notice.moves.latest("pk")
    assert (notice.state, last.name, last.by, last.due_on) == ("ESCALATED", "escalate", None, date(2026, 11, 6))
    assert "2026-11-06" in last.reason
    with on(11, 9):
        assert keep_days() == 0
        assert not SupervisionNotice.objects.come_to_the_coordinator()
    with on(11, 10):
        assert keep_days() == 1
        assert keep_days() == 0
        assert list(SupervisionNotice.objects.come_to_the_coordinator()) == [notice]
        reply_to_notice(notice=notice, by=cast.actor("finance_clerk"), reason="迟复")
        assert not SupervisionNotice.objects.come_to_the_coordinator()
    assert list(SupervisionEscalation.objects.values_list("step", "due_on")) == [
        ("UNIT_HEAD", date(2026, 11, 6)),
        ("COORDINATOR", date(2026, 11, 6)),
    ]
    told = StaffMessage.objects.filter(kind__in=["supervision.late", "supervision.escalated", "cases.escalated"])
    assert [(one.kind, one.unit, clock.local_day(one.told_at)) for one in told.order_by("pk")] == [
        ("supervision.late", cast.finance, date(2026, 11, 7)),
        ("supervision.escalated", cast.commission, date(2026, 11, 10)),
    ]
    assert told.get(kind="supervision.escalated").link == "/supervision/?escalated=yes"


def test_what_an_outage_left_out_is_caught_up(late: Cast) -> None:
    silent, again = issued(late), None
    with time_machine.travel(clock.now() + timedelta(days=40)):
        assert keep_days() == 2
        assert keep_days() == 0
    silent.refresh_from_db()
    assert silent.state == "ESCALATED"
    assert silent.moves.filter(name="escalate").count() == 1
    withdraw_notice(notice=silent, by=late.actor("coordinator"), reason="另发")
    again = returned(late)
    with time_machine.travel(clock.now() + timedelta(days=40)):
        assert keep_days() == 2
    again.refresh_from_db()
    assert again.state == "ESCALATED"


# Figures


def test_figures_equal_their_rows(late: Cast) -> None:
    transport = late.actor("transport_clerk")
    coordinator = late.actor("coordinator")
    settled = close_notice(notice=replied(late), settled=True, by=coordinator, reason="已办结")
    in_time = urge_units(choice=overdue_of(late.transport), title="x", request="x", due_on=in_days(7), by=coordinator)[
        0
    ]
    with time_machine.travel(clock.now() + timedelta(days=9)):
        reply_to_notice(notice=in_time, by=transport, reason="迟复")
        withdrawn = withdraw_notice(notice=issued(late), by=coordinator, reason="有误")
        silent = issued(late)
        drafted(late_again(late))
    with time_machine.travel(clock.now() + timedelta(days=20)):
        scope = Scope(clock.today() - timedelta(days=90), clock.today())
        table = supervision_figures(scope)
        lines = {line.unit_code: line.figures for line in table.by_unit}
        found = lines["finance"]
        assert (found.issued, found.replied, found.replied_in_time, found.overdue) == (3, 1, 1, 1)
        assert (found.closed, found.settled, found.withdrawn) == (1, 1, 1)
        assert (lines["transport"].replied, lines["transport"].replied_in_time) == (1, 0)
        assert found.in_time_rate == 0.5
        for name in SUPERVISION_FIGURES:
            rows = notices_behind(name, SupervisionNotice.objects.all())
            assert rows.count() == getattr(table.total, name), name
        assert set(notices_behind("overdue", SupervisionNotice.objects.all())) == {silent}
        assert set(notices_behind("withdrawn", SupervisionNotice.objects.all())) == {withdrawn}
        assert set(notices_behind("settled", SupervisionNotice.objects.all())) == {settled}
        later = Scope(clock.today() - timedelta(days=2), clock.today())
        assert supervision_figures(later).by_unit == []
        assert supervision_figures(Scope(scope.since, scope.until, late.transport)).total.issued == 1
        assert supervision_figures(Scope(scope.since, scope.until, None, late.black)).total == table.total
        assert not supervision_figures(Scope(scope.since, scope.until, None, late.red)).total.issued


def test_a_second_reply_that_never_came_is_not_in_time(late: Cast) -> None:
    """The first one was; the coordinator wanted another, and closed without it."""
    notice = returned(late)
    with time_machine.travel(clock.now() + timedelta(days=12)):
        keep_days()
        close_notice(notice=notice, settled=False, by=late.actor("coordinator"), reason="未再答复")
        found = supervision_figures(Scope(clock.today() - timedelta(days=30), clock.today())).total
        assert (found.replied, found.replied_in_time, found.closed) == (1, 0, 1)
        assert not notices_behind("replied_in_time", SupervisionNotice.objects.all())


def late_again(cast: Cast) -> Cast:
    publish_long_ago(cast, [71])
    return cast


def test_figures_cost_one_query(late: Cast, django_assert_num_queries: Any) -> None:
    issued(late)
    scope = Scope(clock.today(), clock.today())
    with django_assert_num_queries(1):
        assert supervision_figures(scope).total.issued == 1


# What is deleted


def test_what_was_said_goes_when_its_time_is_over(late: Cast) -> None:
    notice = close_notice(notice=replied(late), settled=True, by=late.actor("coordinator"), reason="已办结")
    limit = RuleProfile.objects.for_case("retention", clock.today())["supervision_days"]
    with time_machine.travel(clock.now() + timedelta(days=limit)):
        assert purge()["supervision notices"] == 0
    path = Path(SupervisionDocument.objects.get().file.path)
    assert path.exists()
    with time_machine.travel(clock.now() + timedelta(days=limit + 1)):
        assert purge()["supervision notices"] == 1
        assert purge()["supervision notices"] == 0
    assert not path.exists()
    assert not SupervisionDocument.objects.exists()
    assert set(notice.moves.values_list("reason", flat=True)) == {""}
    notice.refresh_from_db()
    assert (notice.state, notice.rows.count()) == ("CLOSED", 2)


def test_what_was_said_goes_with_the_entry_that_it_was_about(cast: Cast, media: Path) -> None:
    with time_machine.travel(clock.now() - timedelta(days=30)):
        entry = publish_one(cast, seed=3)
    notice = issued(cast)
    reply_to_notice(notice=notice, by=cast.actor("finance_clerk"), reason=MARK, evidence=[PAPER])
    publication = remove_entry(
        entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=cast.actor("reviewer"), reason="x"
    )
    assert publication
    assert texts_with(MARK) == ["oversight_supervisionmove.reason"]
    entry.refresh_from_db()
    with time_machine.travel(clock.start_of(term_facts(entry).purge_on)):
        assert purge_entries() == 1
    assert texts_with(MARK) == []
    assert not list((media / "supervision").iterdir())
    assert (notice.rows.count(), notice.moves.count()) == (1, 3)


def test_the_head_is_the_reviewer(late: Cast) -> None:
    notice = escalated(late)
    reply_to_notice(notice=notice, by=actor_of(reviewer_of_finance(late)), reason="已督促")
    notice.refresh_from_db()
    assert notice.replied_by is not None
    assert notice.replied_by.username == "finance-reviewer"
