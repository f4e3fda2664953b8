"""When an entry leaves a list: what the unit took against it, and what became of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from catalog.enums import MeasureCategory, MeasureKind
from catalog.models import LegalBasis, Measure, MeasureResponsibility
from jinan_credit.kernel import clock
from lists.enums import ExitReason
from lists.models import Entry, Publication
from lists.services.removals import remove_entry
from sanctions.enums import TaskState
from sanctions.models import Execution, Hit, Lifting, UnitTask
from sanctions.selectors.releases import measures_to_lift
from sanctions.services.executions import answer_hit, cancel_execution, enforce, feed_back
from sanctions.services.liftings import Settlement
from sanctions.services.unit_tasks import confirm_release, settle_measures, sign_task
from tests.cast import Cast, publish_many, publish_one
from tests.lists.browser import signed_in
from tests.sanctions.conftest import organisation, screened, task_of
from tests.sanctions.test_api import Connect, error_of
from tests.sanctions.test_executions import applied, not_applied, refusal_of


@pytest.fixture
def entry(cast: Cast, code: str) -> Entry:
    return publish_one(cast, code=code)


@pytest.fixture
def fine(cast: Cast) -> Measure:
    """A second measure of the finance bureau: one that is not taken back."""
    made = Measure.objects.create(
        version=cast.ban.version,
        code="t-fine",
        clause="9",
        content="罚款",
        kind=MeasureKind.SANCTION,
        category=MeasureCategory.ADMINISTRATIVE,
        source="test",
    )
    made.bases.add(LegalBasis.objects.get())
    MeasureResponsibility.objects.create(measure=made, unit=cast.finance)
    return made


def leave(cast: Cast, entry: Entry) -> Publication:
    return remove_entry(
        entry=Entry.objects.get(pk=entry.pk),
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )


def release_of(cast: Cast, entry: Entry) -> UnitTask:
    return task_of(cast.finance, publication=leave(cast, entry))


def lifted(execution: Execution, measure: Measure) -> Settlement:
    return Settlement(execution.pk, measure.pk, lifted_on=clock.today())


def stays(execution: Execution, measure: Measure) -> Settlement:
    return Settlement(execution.pk, measure.pk, reason="罚款已缴，不退")


def test_each_measure_is_lifted_on_a_day_or_stays_with_a_reason(cast: Cast, entry: Entry, fine: Measure) -> None:
    clerk = cast.actor("finance_clerk")
    made = enforce(entry=entry, report=applied(cast.ban, fine), by=clerk)
    enforce(entry=entry, report=not_applied(), by=clerk)
    task = release_of(cast, entry)
    refusal = refusal_of(lambda: confirm_release(task=task, by=clerk))
    assert (refusal.code, refusal.status) == ("measures_not_settled", 409)
    half = [lifted(made, cast.ban)]
    assert refusal_of(lambda: confirm_release(task=task, by=clerk, settlements=half)).code == "measures_not_settled"
    assert not Lifting.objects.exists()
    confirm_release(task=task, by=clerk, settlements=[*half, stays(made, fine)])
    assert task_of(cast.finance, pk=task.pk).state == TaskState.CONFIRMED
    assert set(Lifting.objects.values_list("measure", "lifted_on", "reason", "made_by")) == {
        (cast.ban.pk, clock.today(), "", cast.finance_clerk.pk),
        (fine.pk, None, "罚款已缴，不退", cast.finance_clerk.pk),
    }


def test_what_was_not_taken_is_not_lifted(cast: Cast, entry: Entry, fine: Measure) -> None:
    clerk = cast.actor("finance_clerk")
    made = enforce(entry=entry, report=applied(cast.ban), by=clerk)
    gone = enforce(entry=entry, report=applied(fine), by=clerk)
    cancel_execution(execution=gone, by=clerk, reason="误填")
    foreign = enforce(entry=entry, report=applied(cast.warning), by=cast.actor("transport_clerk"))
    other = enforce(entry=publish_one(cast, seed=9), report=applied(cast.ban), by=clerk)
    task = release_of(cast, entry)
    day, before = clock.today(), clock.today() - timedelta(1)
    ban = cast.ban.pk
    cases = [
        (lifted(gone, fine), "measure_not_taken"),
        (lifted(foreign, cast.warning), "measure_not_taken"),
        (lifted(other, cast.ban), "measure_not_taken"),
        (lifted(made, fine), "measure_not_taken"),
        (Settlement(made.pk, ban), "day_or_reason"),
        (Settlement(made.pk, ban, reason="  "), "day_or_reason"),
        (Settlement(made.pk, ban, lifted_on=day, reason="x"), "day_or_reason"),
        (Settlement(made.pk, ban, lifted_on=day + timedelta(1)), "day_in_future"),
        (Settlement(made.pk, ban, lifted_on=before), "lifted_too_early"),
    ]
    for settlement, code in cases:
        refusal = refusal_of(lambda one=settlement: confirm_release(task=task, by=clerk, settlements=[one]))
        assert refusal.code == code, settlement
    settle_measures(task=task, settlements=[lifted(made, cast.ban)], by=clerk)
    again = [lifted(made, cast.ban)]
    assert refusal_of(lambda: settle_measures(task=task, settlements=again, by=clerk)).code == "measure_settled"
    assert confirm_release(task=task, by=clerk).state == TaskState.CONFIRMED
    late = refusal_of(lambda: settle_measures(task=task, settlements=again, by=clerk))
    assert late.code == "move_not_open"


@pytest.mark.parametrize("who", ["transport_clerk", "stranger", "clerk", "coordinator"])
def test_another_unit_settles_nothing(cast: Cast, entry: Entry, who: str) -> None:
    made = enforce(entry=entry, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    task = release_of(cast, entry)
    sent = [lifted(made, cast.ban)]
    assert refusal_of(lambda: settle_measures(task=task, settlements=sent, by=cast.actor(who))).status == 404
    page = signed_in(getattr(cast, who)).get(f"/tasks/{task.pk}/release/")
    assert page.status_code == (403 if who == "coordinator" else 404)


def test_what_was_reported_on_the_whole_publication_counts_for_each_who_leaves(cast: Cast) -> None:
    publication, clerk = publish_many(cast, 2), cast.actor("finance_clerk")
    listing = task_of(cast.finance, publication=publication)
    sign_task(task=listing, by=clerk)
    made = feed_back(task=listing, report=applied(cast.ban), by=clerk)
    assert made.entry is None
    for entry in Entry.objects.filter(changes__publication=publication):
        task = release_of(cast, entry)
        assert measures_to_lift(task).count() == 1
        confirm_release(task=task, by=clerk, settlements=[lifted(made, cast.ban)])
    assert Lifting.objects.count() == 2


def test_a_report_on_the_whole_publication_opens_the_releases_of_those_who_left(cast: Cast) -> None:
    publication, clerk = publish_many(cast, 3), cast.actor("finance_clerk")
    listing = task_of(cast.finance, publication=publication)
    sign_task(task=listing, by=clerk)
    first, second, _stays = Entry.objects.filter(changes__publication=publication)
    releases = [release_of(cast, first), release_of(cast, second)]
    elsewhere = release_of(cast, publish_one(cast, seed=9))
    for release in (releases[0], elsewhere):
        confirm_release(task=release, by=clerk)
    made = feed_back(task=listing, report=applied(cast.ban), by=clerk)
    for release in releases:
        assert task_of(cast.finance, pk=release.pk).state == TaskState.TO_CONFIRM
        confirm_release(task=release, by=clerk, settlements=[lifted(made, cast.ban)])
    assert task_of(cast.finance, pk=elsewhere.pk).state == TaskState.CONFIRMED


def test_feedback_on_a_publication_of_one_entry_is_about_that_entry(cast: Cast, entry: Entry) -> None:
    clerk, task = cast.actor("finance_clerk"), task_of(cast.finance)
    sign_task(task=task, by=clerk)
    assert feed_back(task=task, report=applied(cast.ban), by=clerk).entry == entry


def test_a_successor_lifts_what_its_predecessor_took(cast: Cast, entry: Entry) -> None:
    made = enforce(entry=entry, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    cast.finance.valid_to, cast.finance.successor = clock.today() - timedelta(1), cast.transport
    cast.finance.save()
    task = task_of(cast.transport, publication=leave(cast, entry))
    sent = [lifted(made, cast.ban)]
    assert confirm_release(task=task, by=cast.actor("transport_clerk"), settlements=sent).state == "CONFIRMED"


def test_a_measure_reported_after_the_release_opens_it_again(cast: Cast, entry: Entry, code: str) -> None:
    clerk = cast.actor("finance_clerk")
    hit: Hit = screened(organisation(code), clerk).hits.get()
    task = release_of(cast, entry)
    confirm_release(task=task, by=clerk)
    made = answer_hit(hit=hit, report=applied(cast.ban), by=clerk)
    assert task_of(cast.finance, pk=task.pk).state == TaskState.TO_CONFIRM
    assert [move.name for move in task.moves.all()] == ["confirm_release", "reopen_release"]
    confirm_release(task=task, by=clerk, settlements=[lifted(made, cast.ban)])
    cancel_execution(execution=made, by=clerk, reason="误填")
    answer_hit(hit=hit, report=not_applied(), by=clerk)
    assert task_of(cast.finance, pk=task.pk).state == TaskState.CONFIRMED


def test_the_database_holds_what_the_service_holds(cast: Cast, entry: Entry) -> None:
    clerk = cast.actor("finance_clerk")
    made = enforce(entry=entry, report=applied(cast.ban), by=clerk)
    task = release_of(cast, entry)
    confirm_release(task=task, by=clerk, settlements=[lifted(made, cast.ban)])
    row = {"task": task, "execution": made, "made_by": cast.finance_clerk, "made_at": clock.now()}
    for values, name in (
        ({"measure": cast.ban, "lifted_on": clock.today()}, "measure_is_settled_once_a_release"),
        ({"measure": cast.warning}, "lifting_has_a_day_or_a_reason"),
        ({"measure": cast.warning, "lifted_on": clock.today(), "reason": "x"}, "lifting_has_a_day_or_a_reason"),
        ({"measure": cast.warning, "reason": "x", "made_by": None}, "lifting_is_by_a_person_or_a_client"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Lifting.objects.create(**{**row, **values})
    with pytest.raises(InternalError), transaction.atomic():
        Lifting.objects.update(reason="x")


def test_the_pages_say_what_is_to_be_lifted_and_what_became_of_it(cast: Cast, entry: Entry, fine: Measure) -> None:
    officer, initiator = signed_in(cast.finance_clerk), signed_in(cast.clerk)
    made = enforce(entry=entry, report=applied(cast.ban, fine, amount=Decimal("9.90")), by=cast.actor("finance_clerk"))
    task = release_of(cast, entry)
    shown = officer.get(f"/tasks/{task.pk}/")
    assert "9.90" in shown.content.decode()
    assert not shown.context["buttons"]
    form = officer.get(f"/tasks/{task.pk}/release/").context["form"]
    first, second = (one.pk for one in form.taken)
    sent: dict[str, Any] = {
        f"fate-{first}": "LIFTED",
        f"lifted_on-{first}": str(clock.today()),
        f"fate-{second}": "STAYS",
        f"lifted_on-{second}": str(clock.today()),
        f"reason-{second}": "",
    }
    refused = officer.post(f"/tasks/{task.pk}/release/", sent)
    assert refused.context["form"].errors == {f"reason-{second}": [gettext("Say why it stays.")]}
    early = {**sent, f"lifted_on-{first}": "2020-01-01", f"reason-{second}": "罚款已缴", f"fate-{'9' * 30}": "STAYS"}
    refused = officer.post(f"/tasks/{task.pk}/release/", early)
    assert set(refused.context["form"].errors) == {f"lifted_on-{first}"}
    answer = officer.post(f"/tasks/{task.pk}/release/", {**sent, f"reason-{second}": "罚款已缴"})
    assert answer["Location"] == f"/tasks/{task_of(cast.finance, kind='SIGN').pk}/", "what else waits"
    assert task_of(cast.finance, pk=task.pk).state == TaskState.CONFIRMED
    for page, path in (
        (officer, f"/tasks/{task.pk}/"),
        (initiator, f"/entries/{entry.pk}/"),
        (initiator, "/executions/entries/"),
    ):
        told = page.get(path).content.decode()
        assert "罚款已缴" in told, path
        assert str(clock.today()) in told
    assert made.liftings.count() == 2


def test_many_measures_are_settled_a_page_at_a_time(cast: Cast, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanctions.views import releases

    monkeypatch.setattr(releases, "PAGE", 2)
    for _ in range(3):
        enforce(entry=entry, report=applied(cast.ban), by=cast.actor("finance_clerk"))
    task, officer = release_of(cast, entry), signed_in(cast.finance_clerk)
    address = f"/tasks/{task.pk}/release/"
    for next_page in (address, f"/tasks/{task_of(cast.finance, kind='SIGN').pk}/"):
        rows = officer.get(address).context["form"].taken
        sent = {f"fate-{one.pk}": "LIFTED" for one in rows}
        sent |= {f"lifted_on-{one.pk}": str(clock.today()) for one in rows}
        assert officer.post(address, sent)["Location"] == next_page
    assert task_of(cast.finance, pk=task.pk).state == TaskState.CONFIRMED
    assert officer.get(address).status_code == 409


def test_where_nothing_was_taken_the_task_says_so_and_one_button_confirms(cast: Cast, entry: Entry) -> None:
    task, officer = release_of(cast, entry), signed_in(cast.finance_clerk)
    shown = officer.get(f"/tasks/{task.pk}/")
    assert shown.context["taken"] == []
    assert [move.name for move in shown.context["buttons"]] == ["confirm_release"]
    officer.post(f"/tasks/{task.pk}/move/", {"move": "confirm_release"})
    assert task_of(cast.finance, pk=task.pk).state == TaskState.CONFIRMED


def test_the_same_by_rest(cast: Cast, entry: Entry, fine: Measure, api: Connect) -> None:
    call = api(cast.finance)
    report = {"outcome": "applied", "measures": [cast.ban.pk, fine.pk], "performed_on": str(clock.today())}
    made = call("post", "executions/", {**report, "entry": str(entry.pk), "amount": "5"}).json()["id"]
    task = release_of(cast, entry)
    path = f"tasks/{task.pk}/confirm-release/"
    asked = call("get", f"tasks/{task.pk}/").json()["measures"]
    assert [(one["execution"], one["measure"], one["amount"]) for one in asked] == [
        (made, cast.ban.pk, "5.00"),
        (made, fine.pk, "5.00"),
    ]
    assert all(one["lifted_on"] is None and one["reason"] is None for one in asked)
    assert error_of(call("post", path)) == (409, "measures_not_settled", "measures")
    day = str(clock.today())
    sent = [
        {"execution": made, "measure": cast.ban.pk, "lifted_on": day},
        {"execution": made, "measure": fine.pk, "reason": "罚款已缴"},
    ]
    assert error_of(call("post", path, {"measures": [{**sent[0], "x": 1}]}))[:2] == (400, "unknown_field")
    confirmed = call("post", path, {"measures": sent}).json()
    assert confirmed["state"] == "CONFIRMED"
    assert [(one["lifted_on"], one["reason"]) for one in confirmed["measures"]] == [(day, ""), (None, "罚款已缴")]
    (seen,) = api(cast.court)("get", f"executions/?entry={entry.pk}").json()["results"]
    assert {(one["measure"], one["lifted_on"]) for one in seen["liftings"]} == {(cast.ban.pk, day), (fine.pk, None)}


def test_the_release_page_costs_the_same_for_one_measure_and_for_many(cast: Cast, entry: Entry) -> None:
    officer, clerk = signed_in(cast.finance_clerk), cast.actor("finance_clerk")
    many = publish_one(cast, seed=9)
    enforce(entry=entry, report=applied(cast.ban), by=clerk)
    for _ in range(8):
        enforce(entry=many, report=applied(cast.ban), by=clerk)

    def cost(task: UnitTask, page: str) -> int:
        path = f"/tasks/{task.pk}/{page}"
        officer.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(path).status_code == 200
        return len(captured)

    few, more = release_of(cast, entry), release_of(cast, many)
    for page in ("", "release/"):
        assert cost(few, page) == cost(more, page), page
