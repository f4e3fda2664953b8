"""Units merge: what the preview counts passes on, nothing is lost, no copy has a gap, no task is there twice."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.enums import KeyTaskGroup, KeyTaskProgress
from catalog.events import MEMORANDUM_CIRCULATED
from catalog.models import KeyTask, MeasureResponsibility
from catalog.services.key_tasks import Progress, ask_for_report, draft_report, send_report
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role, UnitKind
from jinan_credit.accounts.models import ApiClient, PlannedSuccession, StaffMessage, Unit, UnitSuccession, User
from jinan_credit.accounts.moves import PASS_ON
from jinan_credit.accounts.rate import forget_calls
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.accounts.services.staff_messages import mark_read, tell_staff
from jinan_credit.accounts.services.succession import (
    carry_out_successions,
    plan_succession,
    repeat_successions,
    withdraw_succession,
)
from jinan_credit.accounts.touches import touches_of
from jinan_credit.exchange.enums import EndpointState, Via
from jinan_credit.exchange.models import Cursor, Endpoint, OfficeHook
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.models import SupervisionNotice
from jinan_credit.oversight.services.supervision import draft_notices, issue_notice, reply_to_notice, return_reply
from lists.enums import DishonestyClass, ExitReason
from lists.models import CreditList, Entry, Subscription
from lists.services.entries import draft_entry, submit_entries
from lists.services.publications import publish_entries
from lists.services.removals import remove_entry
from lists.services.synthetic import uscc
from objections.enums import ObjectionGrounds
from objections.models import Objection
from objections.services.help import ask_help
from objections.services.objections import accept_objection, submit_objection
from repair.models import RepairApplication
from repair.services.applications import Plea, submit_repair
from sanctions.enums import TaskKind, TaskState
from sanctions.models import Screening, UnitTask, UnitTaskMove
from sanctions.selectors.figures import task_counts
from sanctions.services.claims import claim_task
from sanctions.services.unit_tasks import confirm_release, sign_task
from tests.cast import Cast, company_values, make_cast, make_user, publish_one
from tests.oversight.conftest import SignIn
from tests.oversight.supervising import in_days, overdue_of, publish_long_ago
from tests.sanctions.conftest import organisation, screened

BY_RULE = {"measures", "subscriptions", "key_tasks", "asked", "items", "screenings", "supervision"}
"""What the successor answers for without any row being moved."""


@pytest.fixture(autouse=True)
def fresh_limits() -> Any:
    forget_calls()
    yield
    forget_calls()


@pytest.fixture
def guard(cast: Cast) -> User:
    return make_user("guard", cast.commission, Role.SECURITY_ADMIN)


def merge(unit: Unit, successor: Unit, guard: User, **given: Any) -> UnitSuccession:
    values = {"begins_on": clock.today(), "reason": "机构改革", **given}
    planned = plan_succession(unit=unit, successor=successor, by=Actor(user=guard), **values)
    assert carry_out_successions() == 1
    planned.refresh_from_db()
    assert planned.succession is not None
    unit.refresh_from_db()
    return planned.succession


def counts(unit: Unit) -> dict[str, int]:
    return {touch.code: touch.count for touch in touches_of(unit, SYSTEM)}


def a_busy_court(cast: Cast) -> Objection:
    """It decides an objection about which it asks finance, and a repair; it has a system of its own."""
    entry = publish_one(cast, dishonesty_class=DishonestyClass.MINOR)
    applicant = Applicant("测试企业", Relation.SELF, uscc(Random(5)), "0531-00000000")
    objection = submit_objection(
        entry=entry, applicant=applicant, grounds=ObjectionGrounds.WRONG_CONTENT, statement="有误", by=SYSTEM
    ).objection
    submit_repair(entry=entry, applicant=applicant, plea=Plea("已缴清", "凭证", "属实"), by=SYSTEM)
    accept_objection(objection=objection, by=cast.actor("clerk"))
    ask_help(objection=objection, unit=cast.finance, question="是否缴清？", by=cast.actor("clerk"))
    register_client(cast.court, "court system", ["entries:write"], by=SYSTEM)
    publish_one(cast, seed=2, credit_list=cast.red)
    return objection


def test_the_preview_is_what_passes_on_and_nothing_is_lost(cast: Cast, guard: User) -> None:
    a_busy_court(cast)
    heir = Unit.objects.create(code="heir", name="测试新法院")
    before, total = counts(cast.court), (Entry.objects.count(), User.objects.count(), UnitTask.objects.count())
    moved = merge(cast.court, heir, guard).moved

    assert {code: number for code, number in before.items() if code not in BY_RULE} == moved
    assert moved["entries"] == 2
    assert (moved["lists"], moved["objections"], moved["repairs"], moved["users"], moved["clients"]) == (2, 1, 1, 3, 1)
    assert (Entry.objects.count(), User.objects.count(), UnitTask.objects.count()) == total
    assert not {code: left for code, left in counts(cast.court).items() if left and code not in BY_RULE}
    held = counts(heir)
    assert {code: held[code] for code in moved} == moved


def test_the_successor_goes_on_with_what_passed_to_it(cast: Cast, guard: User) -> None:
    objection = a_busy_court(cast)
    heir = Unit.objects.create(code="heir", name="测试新法院")
    merge(cast.court, heir, guard)
    reviewer = cast.actor("reviewer")

    assert reviewer.unit == heir
    assert Objection.objects.visible_to(reviewer).get().moves.last().name == PASS_ON  # type: ignore[union-attr]
    assert RepairApplication.objects.visible_to(reviewer).get().unit == heir
    entry = Entry.objects.get(pk=objection.entry_id)
    assert entry.moves.last().name == PASS_ON  # type: ignore[union-attr]
    last = cast.black.versions.first()
    assert last is not None
    assert (last.content["initiating_units"], last.made_by) == (["heir"], None)
    publish_one(cast, seed=3)
    took_off = remove_entry(
        entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=reviewer, reason="依据撤销"
    )
    assert took_off.unit == heir


def test_maker_is_not_checker_after_the_merging_either(cast: Cast, guard: User) -> None:
    both = make_user("both", cast.court, Role.CLERK, Role.REVIEWER)
    entry = draft_entry(credit_list=cast.black, values=company_values(Random(9)), by=Actor(user=both))
    mine = Entry.objects.filter(pk=entry.pk)
    submit_entries(entries=mine, by=Actor(user=both))
    merge(cast.court, Unit.objects.create(code="heir", name="测试新法院"), guard)
    with pytest.raises(DomainError) as refused:
        publish_entries(credit_list=cast.black, entries=mine, by=Actor(user=User.objects.get(pk=both.pk)))
    assert refused.value.code == "own_work"


def test_the_successor_has_one_task_a_publication(cast: Cast, guard: User) -> None:
    publish_one(cast)
    only = MeasureResponsibility.objects.filter(unit=cast.transport)
    taken, _number = list(only), only.delete()
    publish_one(cast, seed=2)
    MeasureResponsibility.objects.bulk_create(taken)
    doubled, single = UnitTask.objects.filter(unit=cast.finance).order_by("pk")
    claim_task(task=single, by=cast.actor("finance_clerk"))
    merge(cast.finance, cast.transport, guard)

    doubled.refresh_from_db()
    single.refresh_from_db()
    assert (doubled.unit, doubled.state) == (cast.finance, TaskState.TAKEN_OVER)
    assert (single.unit, single.state, single.claimed_by) == (cast.transport, TaskState.TO_SIGN, None)
    assert [move.name for move in UnitTaskMove.objects.order_by("of_id")] == ["take_over", PASS_ON]
    assert max(Counter(UnitTask.objects.values_list("publication", "unit")).values()) == 1
    assert not UnitTask.objects.open().filter(unit=cast.finance).exists()
    assert sign_task(task=single, by=cast.actor("finance_clerk")).state == TaskState.SIGNED


def test_a_task_taken_over_is_counted_once(cast: Cast, guard: User) -> None:
    publish_one(cast)
    merge(cast.finance, cast.transport, guard)
    span = [(clock.today(), clock.today())]
    assert UnitTask.objects.count() == 2
    assert UnitTask.objects.aggregate(**task_counts(span))["tasks"] == 1


def test_a_release_confirmed_by_the_successor_alone_is_opened_again(cast: Cast, guard: User) -> None:
    entry = publish_one(cast)
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.LISTED_IN_ERROR,
        made_by=cast.clerk,
        by=cast.actor("reviewer"),
        reason="依据撤销",
    )
    release = UnitTask.objects.get(unit=cast.transport, kind=TaskKind.RELEASE)
    confirm_release(task=release, by=cast.actor("transport_clerk"))
    merge(cast.finance, cast.transport, guard)
    release.refresh_from_db()
    assert release.state == TaskState.TO_CONFIRM


def an_endpoint(unit: Unit) -> Endpoint:
    endpoint = Endpoint.objects.create(unit=unit, url=f"https://{unit.code}.example/", verified_at=clock.now())
    make_cursors()
    return endpoint


def positions(unit: Unit) -> dict[str, int]:
    return dict(Cursor.objects.current().filter(unit=unit).values_list("credit_list__code", "seq"))


def test_a_successor_without_an_address_goes_on_with_that_of_its_predecessor(cast: Cast, guard: User) -> None:
    publish_one(cast)
    endpoint = an_endpoint(cast.finance)
    Cursor.objects.filter(unit=cast.finance).update(seq=1)
    merge(cast.finance, cast.transport, guard)

    endpoint.refresh_from_db()
    assert endpoint.unit == cast.transport
    assert positions(cast.transport) == {"TBLACK": 1, "TRED": 1}
    assert positions(cast.finance) == {}


def test_a_successor_with_an_address_follows_from_the_start_what_it_did_not_follow(cast: Cast, guard: User) -> None:
    """Its system never had the list: the position of the other system would leave a gap."""
    MeasureResponsibility.objects.filter(unit=cast.transport, measure=cast.warning).delete()
    publish_one(cast)
    theirs, own = an_endpoint(cast.finance), an_endpoint(cast.transport)
    Cursor.objects.update(seq=1)
    assert positions(cast.transport) == {"TRED": 1}
    merge(cast.finance, cast.transport, guard)

    assert positions(cast.transport) == {"TRED": 1, "TBLACK": 0}
    assert {theirs.unit_id, own.unit_id} == set(Endpoint.objects.values_list("unit", flat=True))
    ended = Cursor.objects.filter(unit=cast.finance)
    assert {(one.ended_at is not None, one.told_ended_at) for one in ended} == {(True, None)}, "its system is told"
    assert not Cursor.objects.exclude(via=Via.PUSH).exists()


def test_the_successor_follows_what_the_unit_subscribed_to(cast: Cast, guard: User) -> None:
    """By rule, from the start; and it brings the data that the unit brought."""
    Subscription.objects.create(
        credit_list=cast.black, unit=cast.stranger_unit, basis="协议", valid_from=clock.today(), made_at=clock.now()
    )
    cast.black.sources.add(cast.stranger_unit)
    an_endpoint(cast.commission)
    assert positions(cast.commission) == {}
    merge(cast.stranger_unit, cast.commission, guard)
    assert positions(cast.commission) == {"TBLACK": 0}
    assert cast.black.sources.get() == cast.commission


def test_who_initiates_a_list_is_no_source_of_it(cast: Cast, guard: User) -> None:
    cast.black.sources.add(cast.stranger_unit)
    merge(cast.stranger_unit, cast.court, guard)
    assert not cast.black.sources.exists()


def test_another_profile_is_another_copy(cast: Cast, guard: User) -> None:
    publish_one(cast)
    an_endpoint(cast.finance)
    Cursor.objects.update(seq=1)
    Unit.objects.filter(pk=cast.transport.pk).update(data_profile="MASKED")
    merge(cast.finance, cast.transport, guard)
    assert set(positions(cast.transport).values()) == {0}


def test_screenings_and_what_is_done_stay_and_are_read(cast: Cast, guard: User) -> None:
    entry = publish_one(cast)
    found = screened(organisation(str(entry.subject.code)), cast.actor("finance_clerk"))
    task = sign_task(task=UnitTask.objects.get(unit=cast.finance), by=cast.actor("finance_clerk"))
    UnitTask.objects.filter(pk=task.pk).update(feedback_due_on=None)
    merge(cast.finance, cast.transport, guard)
    officer = cast.actor("transport_clerk")

    task.refresh_from_db()
    assert task.unit == cast.finance, "what was done is told of who did it"
    assert UnitTask.objects.visible_to(officer).filter(pk=task.pk).exists()
    assert Screening.objects.visible_to(officer).get(pk=found.pk).unit == cast.finance
    assert not UnitTask.objects.visible_to(cast.actor("stranger")).exists()


def an_office_system(unit: Unit) -> OfficeHook:
    now = clock.now()
    return OfficeHook.objects.create(
        unit=unit, url=f"https://{unit.code}.example/", verified_at=now, next_attempt_at=now
    )


def test_messages_that_nobody_has_read_pass_once(cast: Cast, guard: User) -> None:
    for seed in (1, 2):
        publish_one(cast, seed=seed)
    read, unread = StaffMessage.objects.filter(unit=cast.finance, kind="publication.to_sign").order_by("pk")
    mark_read(messages=StaffMessage.objects.filter(pk=read.pk), by=cast.actor("finance_clerk"))
    StaffMessage.objects.filter(unit=cast.transport, about=read.about).delete()
    merge(cast.finance, cast.stranger_unit, guard)
    assert [one.unit for one in StaffMessage.objects.filter(pk__in=[read.pk, unread.pk]).order_by("pk")] == [
        cast.finance,
        cast.stranger_unit,
    ]
    merge(cast.transport, cast.stranger_unit, guard)
    told = StaffMessage.objects.visible_to(cast.actor("stranger"))
    assert [one.about for one in told.filter(kind="publication.to_sign")] == [unread.about], "it is told once"
    assert repeat_successions() == 0


def test_a_contact_address_is_the_successors_where_it_has_none(cast: Cast, guard: User) -> None:
    Unit.objects.filter(pk__in=[cast.finance.pk, cast.transport.pk]).update(contact_email="office@example.org")
    assert merge(cast.finance, cast.stranger_unit, guard).moved["contact"] == 1
    Unit.objects.filter(pk=cast.stranger_unit.pk).update(contact_email="own@example.org")
    assert merge(cast.transport, cast.stranger_unit, guard).moved["contact"] == 0
    emails = dict(Unit.objects.exclude(contact_email="").values_list("code", "contact_email"))
    assert emails == {"stranger": "own@example.org", "transport": "office@example.org"}
    Unit.objects.filter(pk=cast.stranger_unit.pk).update(contact_email="")
    assert repeat_successions() == 0, "what the successor has taken out stays out"


def test_a_successor_without_an_office_system_goes_on_with_that_of_its_predecessor(cast: Cast, guard: User) -> None:
    hook = an_office_system(cast.finance)
    publish_one(cast)
    assert merge(cast.finance, cast.stranger_unit, guard).moved["office_hooks"] == 1
    hook.refresh_from_db()
    assert (hook.unit, hook.state) == (cast.stranger_unit, EndpointState.ACTIVE)
    assert [one.message.unit for one in hook.deliveries.waiting()] == [cast.stranger_unit]


def test_a_successor_with_an_office_system_is_sent_what_waits_for_the_other(cast: Cast, guard: User) -> None:
    ending, own = an_office_system(cast.finance), an_office_system(cast.transport)
    publish_one(cast)
    assert own.deliveries.count() == 1
    tell_staff(MEMORANDUM_CIRCULATED, units=[cast.finance], link="/", memorandum="测", version=1, day=clock.today())
    merge(cast.finance, cast.transport, guard)
    ending.refresh_from_db()
    assert (ending.state, ending.deliveries.count()) == (EndpointState.PAUSED, 0)
    kinds = [one.message.kind for one in own.deliveries.order_by("pk")]
    assert sorted(kinds) == ["memorandum.circulated", "publication.to_sign"], "each once"
    assert repeat_successions() == 0


def test_the_successor_writes_on_and_sends_what_the_unit_was_reporting(cast: Cast, guard: User) -> None:
    task = KeyTask.objects.create(
        number=901,
        group=KeyTaskGroup.MECHANISM,
        content="测试",
        lead_text="测试财政局",
        time_limit="持续",
        source="test",
    )
    task.lead_units.add(cast.finance)
    ask_for_report(key_task=task, due_on=clock.today(), by=cast.actor("coordinator"))
    says = Progress(KeyTaskProgress.UNDER_WAY, "已推进", clock.today(), clock.today())
    draft = draft_report(key_task=task, says=says, by=cast.actor("finance_clerk"))
    assert {code: counts(cast.finance)[code] for code in ("asked", "reports")} == {"asked": 1, "reports": 1}
    merge(cast.finance, cast.transport, guard)
    sent = send_report(report=draft, by=cast.actor("transport_clerk"))
    assert (sent.unit, sent.answers) == (cast.transport, task.requests.get())


def test_the_successor_replies_to_a_notice_that_was_issued(cast: Cast, guard: User, sign_in: SignIn) -> None:
    publish_long_ago(cast, seeds=(1,))
    notice = draft_notices(
        choice=overdue_of(cast.finance),
        title="逾期",
        request="请办理。",
        due_on=in_days(7),
        by=cast.actor("coordinator"),
    )[0]
    issue_notice(notice=notice, by=cast.actor("coordinator"))
    merge(cast.finance, cast.transport, guard)
    officer = cast.actor("transport_clerk")
    page = sign_in(cast.transport_clerk).get(reverse("supervision_notice", args=[notice.pk]))
    assert page.context["form"] is not None, "its page has the reply"
    assert SupervisionNotice.objects.to_unit(officer).get().unit == cast.finance
    reply_to_notice(notice=notice, reason="已办理，因交接延误。", by=officer)
    return_reply(notice=notice, due_on=in_days(9), reason="请补充", by=cast.actor("coordinator"))
    assert StaffMessage.objects.get(kind="supervision.returned").unit == cast.transport, "who replies is told"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda cast: {"successor": cast.finance}, "own_successor"),
        (lambda cast: Unit.objects.filter(pk=cast.finance.pk).update(valid_to="2020-01-01"), "unit_ended"),
        (lambda cast: Unit.objects.filter(pk=cast.transport.pk).update(valid_to="2020-01-01"), "successor_ended"),
        (lambda cast: Unit.objects.filter(pk=cast.transport.pk).update(successor=cast.finance), "successor_ended"),
        (
            lambda cast: Unit.objects.filter(pk=cast.transport.pk).update(kind=UnitKind.BANK, data_profile="MASKED"),
            "successor_no_authority",
        ),
        (lambda cast: {"begins_on": cast.finance.valid_from}, "day_before_start"),
        (lambda cast: Unit.objects.filter(pk=cast.transport.pk).update(valid_from=clock.today()), "day_before_start"),
        (lambda cast: {"reason": " "}, "reason_missing"),
    ],
)
def test_refusals(cast: Cast, guard: User, spoil: Callable[[Cast], Any], code: str) -> None:
    given = spoil(cast)
    given = given if isinstance(given, dict) else {"begins_on": clock.today() - timedelta(days=1)}
    values = {"unit": cast.finance, "successor": cast.transport, "begins_on": clock.today(), "reason": "改革", **given}
    with pytest.raises(DomainError) as refused:
        plan_succession(**values, by=Actor(user=guard))
    assert refused.value.code == code
    assert not UnitSuccession.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECURITY_ADMIN])
def test_nobody_else_merges_units(cast: Cast, sign_in: SignIn, role: Role) -> None:
    other = make_user("other", cast.commission, role)
    with pytest.raises(DomainError) as refused:
        merge(cast.finance, cast.transport, other)
    assert refused.value.code == "act_not_allowed"
    assert sign_in(other).get(reverse("admin:accounts_unit_succeed", args=[cast.finance.pk])).status_code in (
        302,
        403,
        404,
    )


def test_what_came_late_follows(cast: Cast, guard: User) -> None:
    """A publication that had read the units before the merging opens its task for the ended unit."""
    merge(cast.finance, cast.transport, guard)
    publish_one(cast)
    late = UnitTask.objects.get(unit=cast.transport)
    late.pk, late.unit = None, cast.finance
    late.save(force_insert=True)
    assert repeat_successions() == 1
    assert UnitTask.objects.get(unit=cast.finance).state == TaskState.TAKEN_OVER
    assert repeat_successions() == 0


def test_the_pages_preview_confirm_and_tell(cast: Cast, guard: User, sign_in: SignIn) -> None:
    publish_one(cast)
    client, address = sign_in(guard), reverse("admin:accounts_unit_succeed", args=[cast.finance.pk])
    page = client.get(address)
    shown = {touch.code: touch.count for touch in page.context["touches"]}
    assert (shown["tasks"], shown["users"]) == (1, 1)
    assert all(shown.values()), "of what there is nothing no line tells"
    form = {"successor": cast.transport.pk, "begins_on": clock.today(), "reason": "机构改革"}
    asked = client.post(address, form)
    assert not UnitSuccession.objects.exists()
    digest = asked.context["form"].digest()
    other = client.post(address, {**form, "reason": "另一个", "confirmed": digest})
    assert other.status_code == 200
    assert not UnitSuccession.objects.exists(), "what is confirmed is what was shown"
    assert client.post(address, {**form, "confirmed": digest}).status_code == 302
    waiting = client.get(address)
    assert waiting.context["plan"].is_due
    assert not UnitSuccession.objects.exists(), "a worker carries it out"
    assert carry_out_successions() == 1
    told = client.get(address)
    assert UnitSuccession.objects.get().moved["tasks"] == 1
    assert "机构改革" in told.content.decode()
    assert client.post(address, {**form, "confirmed": digest}).status_code == 422
    assert client.get(reverse("admin:accounts_unit_history", args=[cast.finance.pk])).context["versions"][0].differences


def plan(unit: Unit, successor: Unit, guard: User, *, days: int) -> PlannedSuccession:
    begins_on = clock.today() + timedelta(days=days)
    return plan_succession(unit=unit, successor=successor, begins_on=begins_on, by=Actor(user=guard), reason="机构改革")


def test_a_later_succession_takes_effect_on_its_day(cast: Cast, guard: User) -> None:
    planned = plan(cast.finance, cast.transport, guard, days=3)
    publish_one(cast)
    assert carry_out_successions() == 0
    cast.finance.refresh_from_db()
    assert (cast.finance.successor, cast.finance.valid_to) == (None, None), "until then it is as it was"
    guard.role_grants.all().delete()
    with time_machine.travel(clock.start_of(planned.begins_on) + timedelta(minutes=1), tick=False):
        publish_one(cast, seed=2)
        assert carry_out_successions() == 1
        assert carry_out_successions() == 0
    planned.refresh_from_db()
    cast.finance.refresh_from_db()
    assert (cast.finance.successor, cast.finance.valid_to) == (cast.transport, planned.begins_on - timedelta(days=1))
    succession = UnitSuccession.objects.get()
    assert (planned.succession, succession.begins_on, succession.by) == (succession, planned.begins_on, guard)
    assert succession.moved["tasks"] == 2, "counted on that day"
    assert not UnitTask.objects.open().filter(unit=cast.finance).exists()


def test_a_missed_day_is_caught_up(cast: Cast, guard: User) -> None:
    planned = plan(cast.finance, cast.transport, guard, days=3)
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        assert carry_out_successions() == 1
    cast.finance.refresh_from_db()
    assert cast.finance.valid_to == planned.begins_on - timedelta(days=1)


def test_until_it_is_carried_out_a_succession_is_withdrawn(cast: Cast, guard: User) -> None:
    planned = plan(cast.finance, cast.transport, guard, days=3)
    for again in (
        lambda: plan(cast.finance, cast.court, guard, days=5),
        lambda: merge(cast.finance, cast.court, guard),
    ):
        assert refusal_of(again) == "succession_planned"
    assert refusal_of(lambda: withdraw_succession(plan=planned, by=Actor(user=guard), reason=" ")) == "reason_missing"
    assert (
        refusal_of(lambda: withdraw_succession(plan=planned, by=cast.actor("coordinator"), reason="x"))
        == "act_not_allowed"
    )
    withdraw_succession(plan=planned, by=Actor(user=guard), reason="改革方案调整")
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        assert carry_out_successions() == 0
    assert refusal_of(lambda: withdraw_succession(plan=planned, by=Actor(user=guard), reason="x")) == "succession_over"
    plan(cast.finance, cast.court, guard, days=5)


def test_what_hinders_a_succession_on_its_day_is_said_and_tried_again(cast: Cast, guard: User) -> None:
    planned = plan(cast.finance, cast.transport, guard, days=3)
    Unit.objects.filter(pk=cast.transport.pk).update(valid_to=clock.today() + timedelta(days=30))
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert (carry_out_successions(), carry_out_successions()) == (0, 0)
        planned.refresh_from_db()
        assert planned.refusal
        assert not UnitSuccession.objects.exists()
        Unit.objects.filter(pk=cast.transport.pk).update(valid_to=None)
        assert carry_out_successions() == 1
    planned.refresh_from_db()
    assert planned.refusal == ""


def test_a_chain_that_begins_on_one_day_ends_with_the_last(cast: Cast, guard: User) -> None:
    plan(cast.finance, cast.transport, guard, days=3)
    plan(cast.transport, cast.court, guard, days=3)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert carry_out_successions() == 2
    assert cast.actor("finance_clerk").unit == cast.court


def test_a_unit_that_ends_on_the_day_before_is_succeeded(cast: Cast, guard: User) -> None:
    last_day = clock.today() + timedelta(days=2)
    Unit.objects.filter(pk=cast.finance.pk).update(valid_to=last_day)
    assert refusal_of(lambda: plan(cast.finance, cast.transport, guard, days=9)) == "unit_ended"
    plan(cast.finance, cast.transport, guard, days=3)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert carry_out_successions() == 1


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"withdrawn_at": "2026-01-01T00:00Z"}, "planned_succession_withdrawn_has_a_person_and_a_reason"),
        ({"reason": ""}, "planned_succession_has_a_reason"),
        ({"successor": "finance"}, "planned_succession_is_by_another_unit"),
    ],
)
def test_the_database_holds_what_is_planned(cast: Cast, guard: User, values: dict[str, Any], name: str) -> None:
    planned = plan(cast.finance, cast.transport, guard, days=3)
    given = {**values, "successor": cast.finance} if "successor" in values else values
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PlannedSuccession.objects.filter(pk=planned.pk).update(**given)


def test_a_unit_is_planned_to_be_succeeded_once_also_in_the_database(cast: Cast, guard: User) -> None:
    planned = plan(cast.finance, cast.transport, guard, days=3)
    planned.pk = None
    with pytest.raises(IntegrityError, match="succession_of_a_unit_is_planned_once"), transaction.atomic():
        planned.save(force_insert=True)
    with pytest.raises(InternalError, match="is_never_deleted"), transaction.atomic():
        PlannedSuccession.objects.all().delete()


def test_the_pages_say_what_is_planned_and_withdraw_it(cast: Cast, guard: User, sign_in: SignIn) -> None:
    client, address = sign_in(guard), reverse("admin:accounts_unit_succeed", args=[cast.finance.pk])
    form = {"successor": cast.transport.pk, "begins_on": clock.today() + timedelta(days=3), "reason": "机构改革"}
    asked = client.post(address, form)
    assert asked.context["is_later"]
    assert client.post(address, {**form, "confirmed": asked.context["form"].digest()}).status_code == 302
    page = client.get(address)
    assert page.context["successor"] == cast.transport
    assert not page.context["plan"].is_due
    assert client.get(reverse("admin:accounts_unit_change", args=[cast.finance.pk])).status_code == 200
    assert cast.transport.name in client.get(reverse("admin:accounts_plannedsuccession_changelist")).content.decode()
    PlannedSuccession.objects.update(refusal="承接单位已经终止")
    assert "承接单位已经终止" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "方案调整"}).status_code == 302
    assert client.get(address).context["plan"] is None


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def test_the_number_of_queries_does_not_grow(cast: Cast, guard: User, sign_in: SignIn) -> None:
    def of_preview() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            sign_in(guard).get(reverse("admin:accounts_unit_succeed", args=[cast.finance.pk]))
        return len(seen)

    of_preview()
    publish_one(cast)
    few = of_preview()
    for seed in range(2, 6):
        publish_one(cast, seed=seed)
    assert of_preview() == few


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crosswise", [False, True])
def test_two_merge_at_once(crosswise: bool) -> None:
    """Into two successors, or each into the other: one takes effect, the other does not, nobody waits for ever."""
    cast = make_cast()
    guards = [make_user(name, cast.commission, Role.SECURITY_ADMIN) for name in ("guard-1", "guard-2")]
    publish_one(cast)
    pairs = [
        (cast.finance, cast.transport),
        (cast.transport, cast.finance) if crosswise else (cast.finance, cast.court),
    ]
    barrier, refusals = threading.Barrier(2), []

    def run(pair: tuple[Unit, Unit], guard: User) -> None:
        try:
            barrier.wait(10)
            plan(*pair, guard, days=0)
            carry_out_successions()
        except DomainError as refusal:
            refusals.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=given) for given in zip(pairs, guards, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    carry_out_successions()  # of each other's plans the two may have left one
    assert UnitSuccession.objects.count() == 1
    left = PlannedSuccession.objects.filter(succession=None).values_list("refusal", flat=True)
    assert [bool(why) for why in left] == [True] * (1 - len(refusals)), "recorded and hindered, or not even recorded"


def test_clients_and_lists_are_all_there_afterwards(cast: Cast, guard: User) -> None:
    a_busy_court(cast)
    merge(cast.court, cast.finance, guard)
    assert ApiClient.objects.get(name="court system").unit == cast.finance
    assert all(one.initiating_units.get() == cast.finance for one in CreditList.objects.all())
    helps = Objection.objects.get().help_requests.all()
    assert [one.unit for one in helps] == [cast.finance]
