"""The pages of a cooperating unit, walked through with forms; what others see of them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext, ngettext

from catalog.selectors import due_soon_until
from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from lists.enums import ExitReason
from lists.models import Publication
from lists.services.removals import remove_entry
from lists.services.synthetic import uscc
from sanctions.deadlines import SOURCES
from sanctions.enums import TaskState
from sanctions.filters import ScreeningFilter
from sanctions.models import Execution, Screening, UnitTask
from sanctions.services.claims import claim_task
from sanctions.services.executions import answer_hit, feed_back
from sanctions.services.unit_tasks import sign_task
from sanctions.views import tasks
from tests.cast import Cast, make_user, publish_many, publish_one
from tests.sanctions.conftest import organisation, screened, task_of
from tests.sanctions.test_executions import applied, not_applied

SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_the_inbox_filters_and_its_counters_equal_its_lists(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast, seed=1)
    entry = publish_one(cast, seed=2)
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    sign_task(task=UnitTask.objects.filter(unit=cast.finance).earliest("pk"), by=cast.actor("finance_clerk"))
    page = sign_in(cast.finance_clerk)
    ours = [counter for counter in counters_for(cast.actor("finance_clerk")) if "/tasks/" in counter.url]
    assert [counter.count for counter in ours] == [1, 0, 2, 1, 1, 0]
    for counter in ours:
        response = page.get(counter.url)
        assert response.context["total"] == counter.count, counter.url
    assert page.get("/tasks/?list=TRED").context["total"] == 0


def test_due_soon_is_what_the_mail_of_the_morning_calls_so(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast, seed=1)
    signed = sign_task(task=task_of(cast.finance), by=cast.actor("finance_clerk"))
    publish_one(cast, seed=2)
    to_sign = task_of(cast.finance, state=TaskState.TO_SIGN)
    assert signed.feedback_due_on is not None
    days = (clock.today(), to_sign.due_on, signed.feedback_due_on, signed.feedback_due_on + timedelta(days=1))
    assert [_due_soon(cast, sign_in, day) for day in days] == [1, 1, 1, 0]


def _due_soon(cast: Cast, sign_in: SignIn, day: date) -> int:
    """The counter of a day; the list that it opens and the mail say the same."""
    with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
        (counter,) = [one for one in counters_for(cast.actor("finance_clerk")) if one.url == "/tasks/?soon=yes"]
        assert sign_in(cast.finance_clerk).get(counter.url).context["total"] == counter.count
        owed = [source.count(due_soon_until()).get(cast.finance.pk) for source in SOURCES]
        assert sum(one.soon for one in owed if one) == counter.count
    return counter.count


def test_after_the_last_step_of_a_task_comes_the_next_one(cast: Cast, sign_in: SignIn) -> None:
    """In the filter and the order of the list from which it was opened; then the list, which says that it is done."""
    for seed in range(3):
        publish_one(cast, seed=seed)
    first, second, third = UnitTask.objects.filter(unit=cast.finance).order_by("pk")
    claim_task(task=third, by=actor_of(make_user("finance-colleague", cast.finance, Role.CLERK)))
    page = sign_in(cast.finance_clerk)
    inbox = "/tasks/?kind=SIGN&sort=made_at"
    queue = f"?{urlencode({'queue': 'kind=SIGN&sort=made_at'})}"
    assert f'href="/tasks/{first.pk}/{queue}"' in text_of(page.get(f"{inbox}&page=1"))

    shown = text_of(page.get(f"/tasks/{first.pk}/{queue}"))
    assert f'action="/tasks/{first.pk}/move/{queue}"' in shown
    assert f'href="{escape(inbox)}"' in shown
    stays = page.post(f"/tasks/{first.pk}/move/{queue}", {"move": "sign"})
    assert stays["Location"] == f"/tasks/{first.pk}/{queue}", "feedback is owed"
    nothing = {"move": "declare_nothing_to_feed_back"}
    goes_on = page.post(f"/tasks/{first.pk}/move/{queue}", nothing, follow=True)
    assert goes_on.redirect_chain == [(f"/tasks/{second.pk}/{queue}", 302)], "and not to what a colleague has taken on"
    assert f'<a href="/tasks/{first.pk}/{queue}">{first.number}</a>' in text_of(goes_on)

    page.post(f"/tasks/{second.pk}/move/{queue}", {"move": "sign"})
    ends = page.post(f"/tasks/{second.pk}/move/{queue}", nothing, follow=True)
    assert ends.redirect_chain == [(inbox, 302)]
    assert gettext("Nothing else waits for you in this list.") in text_of(ends)


def test_without_a_filter_the_inbox_is_gone_through_in_its_order(cast: Cast, sign_in: SignIn) -> None:
    for seed in range(3):
        publish_one(cast, seed=seed)
    _first, second, third = UnitTask.objects.filter(unit=cast.finance).order_by("pk")
    sign_task(task=second, by=cast.actor("finance_clerk"))
    page = sign_in(cast.finance_clerk)
    report = {"outcome": "NOT_APPLIED", "performed_on": clock.today().isoformat(), "reason": "无业务往来"}
    assert page.post(f"/tasks/{second.pk}/feedback/", report)["Location"] == f"/tasks/{third.pk}/"
    again = page.post(f"/tasks/{second.pk}/feedback/", report)
    assert again["Location"] == f"/tasks/{second.pk}/", "it did not wait for anybody"


def test_who_feeds_back_entry_by_entry_stays_with_the_task(cast: Cast, sign_in: SignIn) -> None:
    publish_many(cast, 2)
    task = sign_task(task=task_of(cast.finance), by=cast.actor("finance_clerk"))
    assert task.publication is not None
    change = task.publication.changes.earliest("pk")
    report = {"outcome": "NOT_APPLIED", "performed_on": clock.today().isoformat(), "reason": "无业务往来"}
    done = sign_in(cast.finance_clerk).post(f"/tasks/{task.pk}/feedback/?entry={change.entry_id}", report)
    assert done["Location"] == f"/tasks/{task.pk}/"


def test_what_stands_in_the_queue_leads_nowhere_else(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    task = sign_task(task=task_of(cast.finance), by=cast.actor("finance_clerk"))
    queue = urlencode({"queue": "https://elsewhere.example/?a=b\r\nX: y&state=nonsense&sort=nonsense"})
    done = sign_in(cast.finance_clerk).post(f"/tasks/{task.pk}/move/?{queue}", {"move": "declare_nothing_to_feed_back"})
    assert done["Location"].startswith("/tasks/?")
    assert "\n" not in done["Location"]


def test_an_inbox_with_nothing_to_sign_offers_nothing_to_choose(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    page = sign_in(cast.finance_clerk)
    assert 'name="task"' in text_of(page.get("/tasks/"))
    sign_task(task=task_of(cast.finance), by=cast.actor("finance_clerk"))
    assert "chosen" not in page.get("/tasks/").context["table"].columns.names()
    assert "data-select-all" not in text_of(page.get("/tasks/"))


@pytest.mark.parametrize("address", ["screenings", "screening-batches", "portfolios"])
def test_the_pages_about_parties_belong_to_the_desk_in_the_menu(cast: Cast, sign_in: SignIn, address: str) -> None:
    shown = text_of(sign_in(cast.finance_clerk).get(f"/{address}/"))
    assert re.search(r'href="/screenings/new/" aria-current="page"', shown)


def test_a_batch_is_previewed_then_signed(cast: Cast, sign_in: SignIn) -> None:
    for seed in range(3):
        publish_one(cast, seed=seed)
    page = sign_in(cast.finance_clerk)
    ids = list(UnitTask.objects.filter(unit=cast.finance).values_list("pk", flat=True))
    foreign = task_of(cast.transport, publication=Publication.objects.earliest("pk")).pk
    preview = page.post("/tasks/sign/", {"scope": "page", "task": [*ids[:2], foreign]})
    assert _ids(preview) == set(ids[:2])
    assert not UnitTask.objects.filter(state="SIGNED").exists()
    everything = page.post("/tasks/sign/", {"scope": "all", "query": "state=TO_SIGN"})
    assert _ids(everything) == set(ids)
    done = page.post("/tasks/sign/", {"confirmed": "yes", "tasks": f"{preview.context['ids']},{foreign}"})
    assert done.url == "/tasks/", "so that going back or anew signs nothing twice"
    said = ngettext("%(total)s publication is signed.", "%(total)s publications are signed.", 2) % {"total": 2}
    assert said in text_of(page.get("/tasks/"))
    assert set(UnitTask.objects.filter(state="SIGNED").values_list("pk", flat=True)) == set(ids[:2])


def test_a_batch_says_before_and_after_what_is_not_signed_and_why(cast: Cast, sign_in: SignIn) -> None:
    for seed in range(3):
        publish_one(cast, seed=seed)
    colleague = make_user("finance-colleague", cast.finance, Role.CLERK)
    signed, taken, free = UnitTask.objects.filter(unit=cast.finance).order_by("pk")
    sign_task(task=signed, by=cast.actor("finance_clerk"))
    claim_task(task=taken, by=actor_of(colleague))
    page = sign_in(cast.finance_clerk)
    preview = page.post("/tasks/sign/", {"scope": "all", "query": ""})
    assert _ids(preview) == {free.pk}
    assert {task.pk: sentence for task, sentence in preview.context["refused"]}.keys() == {signed.pk, taken.pk}
    shown = text_of(preview)
    assert "finance-colleague" in shown
    assert str(TaskState.SIGNED.label) in shown
    claim_task(task=free, by=actor_of(colleague))  # between the preview and the confirmation
    done = page.post("/tasks/sign/", {"confirmed": "yes", "tasks": preview.context["ids"]})
    assert [task.pk for task, _why in done.context["refused"]] == [free.pk]
    assert UnitTask.objects.filter(unit=cast.finance, state="SIGNED").count() == 1
    assert page.post("/tasks/sign/", {"confirmed": "yes", "tasks": "x,,99999999999999999999"}).status_code == 302


def test_a_thousand_and_more_are_signed_in_one_step(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    task = task_of(cast.finance)
    page = sign_in(cast.finance_clerk)
    ids = ",".join(str(pk) for pk in range(task.pk, task.pk + 3_000))
    assert page.post("/tasks/sign/", {"confirmed": "yes", "tasks": ids}).status_code == 302
    assert task_of(cast.finance).state == "SIGNED"


def _ids(preview: Any) -> set[int]:
    return {int(pk) for pk in preview.context["ids"].split(",")}


def test_a_task_is_signed_and_fed_back_on_its_page(cast: Cast, code: str, sign_in: SignIn) -> None:
    entry = publish_one(cast, code=code)
    task = task_of(cast.finance)
    page = sign_in(cast.finance_clerk)
    shown = text_of(page.get(f"/tasks/{task.pk}/"))
    assert cast.ban.content in shown
    assert cast.warning.content not in shown  # a unit sees its own measures only
    page.post(f"/tasks/{task.pk}/move/", {"move": "sign"})
    form = f"/tasks/{task.pk}/feedback/?entry={entry.pk}"
    refused = page.post(form, {"outcome": "APPLIED", "performed_on": str(clock.today())})
    assert refused.context["form"].errors["measures"]
    sent = {"outcome": "APPLIED", "measures": [cast.ban.pk], "performed_on": str(clock.today()), "note": "已限制"}
    assert page.post(form, sent).status_code == 302
    assert (task_of(cast.finance).state, Execution.objects.get().entry) == ("FED_BACK", entry)
    assert "已限制" in text_of(page.get(f"/tasks/{task.pk}/"))
    page.post(f"/tasks/{task.pk}/move/", {"move": "sign"})
    assert task_of(cast.finance).state == "FED_BACK"


def test_the_desk_finds_answers_and_closes(cast: Cast, code: str, sign_in: SignIn) -> None:
    publish_one(cast, code=code)
    page = sign_in(cast.finance_clerk)
    assert page.get("/screenings/new/").status_code == 200
    sent = {
        "kind": "ORGANISATION",
        "code": code,
        "matter": "政府采购",
        "purpose": "资格审查",
        "document_type": "CITIZEN",
    }
    wrong = page.post("/screenings/new/", {**sent, "code": "91370100MA3C000000"})
    assert wrong.context["form"].errors["code"]
    assert "政府采购" in text_of(wrong)
    found = page.post("/screenings/new/", sent, follow=True)
    screening = Screening.objects.get()
    hit = screening.hits.get()
    assert str(hit.get_match_display()) in text_of(found)
    answer = f"/hits/{hit.pk}/answer/"
    prefix = f"hit-{hit.pk}"
    typed = {f"{prefix}-outcome": "NOT_APPLIED", f"{prefix}-performed_on": str(clock.today()), f"{prefix}-note": "备注"}
    refused = page.post(answer, typed)
    assert refused.status_code == 422
    assert "备注" in text_of(refused)
    page.post(f"/screenings/{screening.pk}/close/")
    screening.refresh_from_db()
    assert screening.state == "OPEN"
    asked = "由经办人决定"
    assert asked in text_of(page.get(f"/screenings/{screening.pk}/"))
    page.post(answer, {**typed, f"{prefix}-reason": "没有对应事项"})
    page.post(f"/screenings/{screening.pk}/close/")
    screening.refresh_from_db()
    assert screening.state == "CLOSED"
    for path in ("", "receipt/"):
        shown = text_of(page.get(f"/screenings/{screening.pk}/{path}"))
        assert f"<dd>{cast.black.name}</dd>" in shown
        assert asked not in shown, "it is answered"
    assert screening.receipt in text_of(page.get(f"/screenings/{screening.pk}/receipt/"))
    checked = page.post("/verify/receipt/", {"receipt": screening.receipt})
    assert checked.context["payload"]["id"] == str(screening.pk)
    late = page.post(answer, {**typed, f"{prefix}-reason": "又一次"}, follow=True)
    assert late.redirect_chain[-1][0] == f"/screenings/{screening.pk}/"
    assert gettext("This hit has been answered. Cancel that answer first, with a reason.") in text_of(late)
    execution = Execution.objects.get()
    page.post(f"/executions/{execution.pk}/cancel/", {"reason": "误填", "back": "https://evil.example/"})
    assert "误填" in text_of(page.get(f"/screenings/{screening.pk}/"))
    assert "误填" in text_of(page.get("/executions/"))


def test_a_refused_answer_leads_back_to_the_screening(cast: Cast, code: str, sign_in: SignIn) -> None:
    """The page that shows the refusal stands at an address that is only posted to."""
    for seed in (1, 2):
        publish_one(cast, code=code, seed=seed)
    clerk, page = cast.actor("finance_clerk"), sign_in(cast.finance_clerk)
    screening = screened(organisation(code), clerk)
    first, second = screening.hits.order_by("pk")
    answer_hit(hit=first, report=not_applied(), by=clerk)
    refused = page.post(f"/hits/{second.pk}/answer/", {})
    assert refused.status_code == 422
    assert f'name="back" value="/screenings/{screening.pk}/"' in text_of(refused)


def test_the_screening_says_that_an_entry_left_since(cast: Cast, code: str, sign_in: SignIn) -> None:
    entry, page = publish_one(cast, code=code), sign_in(cast.finance_clerk)
    address = f"/screenings/{screened(organisation(code), cast.actor('finance_clerk')).pk}/"
    left = gettext("Left the list since")
    assert left not in text_of(page.get(address))
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.LISTED_IN_ERROR,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="列入有误",
    )
    shown = text_of(page.get(address))
    assert left in shown
    assert str(ExitReason.LISTED_IN_ERROR.label) in shown


@pytest.mark.parametrize("result", ["CLEAR", "HIT", "UNKNOWN"])
def test_the_result_is_said_in_words(cast: Cast, code: str, sign_in: SignIn, result: str) -> None:
    if result == "HIT":
        publish_one(cast, code=code)
    party = organisation(name="某公司") if result == "UNKNOWN" else organisation(code)
    screening = screened(party, cast.actor("finance_clerk"))
    shown = text_of(sign_in(cast.finance_clerk).get(f"/screenings/{screening.pk}/"))
    assert re.search(rf"<strong>{screening.get_result_display()}</strong>", shown)


def test_a_person_is_shown_masked_only(cast: Cast, number: str, sign_in: SignIn) -> None:
    from tests.sanctions.conftest import person

    publish_one(cast, kind="NATURAL_PERSON", name="王小明", document_type="CITIZEN", number=number)
    screening = screened(person(number), cast.actor("finance_clerk"))
    page = sign_in(cast.finance_clerk)
    for path in ("", "receipt/"):
        shown = text_of(page.get(f"/screenings/{screening.pk}/{path}"))
        assert number not in shown
        assert screening.masked_number in shown


def test_strangers_get_the_same_answer_as_for_nothing(cast: Cast, code: str, sign_in: SignIn) -> None:
    publish_one(cast, code=code)
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    task, hit = task_of(cast.finance), screening.hits.get()
    page = sign_in(cast.transport_clerk)
    for method, path in (
        ("get", f"/tasks/{task.pk}/"),
        ("post", f"/tasks/{task.pk}/move/"),
        ("get", f"/tasks/{task.pk}/feedback/"),
        ("get", f"/screenings/{screening.pk}/"),
        ("get", f"/screenings/{screening.pk}/receipt/"),
        ("post", f"/screenings/{screening.pk}/close/"),
        ("post", f"/hits/{hit.pk}/answer/"),
        ("post", "/executions/123456/cancel/"),
    ):
        assert getattr(page, method)(path).status_code == 404, path
    assert sign_in(cast.coordinator).get(f"/tasks/{task.pk}/").status_code == 200
    assert sign_in(cast.coordinator).post(f"/tasks/{task.pk}/move/", {"move": "sign"}).status_code == 403
    assert Client().get("/tasks/").status_code == 302


def test_the_initiating_unit_sees_the_response_matrix_and_the_executions(
    cast: Cast, code: str, sign_in: SignIn
) -> None:
    entry = publish_one(cast, code=code)
    finance, page = sign_in(cast.finance_clerk), sign_in(cast.clerk)
    finance.post(f"/tasks/{task_of(cast.finance).pk}/move/", {"move": "sign"})
    finance.post(
        f"/tasks/{task_of(cast.finance).pk}/feedback/?entry={entry.pk}",
        {"outcome": "NOT_APPLIED", "reason": "没有对应事项", "performed_on": str(clock.today())},
    )
    matrix = text_of(page.get(reverse("publication", args=[entry.last_publication_id])))
    assert cast.finance.name in matrix
    assert cast.transport.name in matrix
    assert "没有对应事项" in text_of(page.get(reverse("entry", args=[entry.pk])))
    assert "没有对应事项" not in text_of(sign_in(cast.transport_clerk).get(reverse("entry", args=[entry.pk])))


def test_the_pages_cost_the_same_for_one_row_and_for_many(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.finance_clerk)
    publication = publish_many(cast, 1, seed=1)
    task = task_of(cast.finance, publication=publication)

    def cost(path: str) -> int:
        page.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(path).status_code == 200
        return len(captured)

    few = cost("/tasks/"), cost(f"/tasks/{task.pk}/")
    for seed in range(2, 9):
        publication = publish_many(cast, 12, seed=seed)
    many = cost("/tasks/"), cost(f"/tasks/{task_of(cast.finance, publication=publication).pk}/")
    assert many == few


def test_a_task_page_says_how_many_reports_there_are_and_where(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST_REPORTS", 2)
    publish_one(cast, seed=1)
    task, clerk = task_of(cast.finance), cast.actor("finance_clerk")
    sign_task(task=task, by=clerk)
    publish_one(cast, seed=2)
    other = UnitTask.objects.filter(unit=cast.finance).latest("pk")
    sign_task(task=other, by=clerk)
    feed_back(task=other, report=applied(cast.ban), by=clerk)
    page, every = sign_in(cast.finance_clerk), f"{reverse('executions')}?task={task.pk}"
    for count in range(1, 4):
        feed_back(task=task, report=applied(cast.ban), by=clerk)
        shown = page.get(f"/tasks/{task.pk}/")
        assert (every in text_of(shown)) == (count > 2)
        assert len(shown.context["executions"]) == min(count, 2)
    assert [row.record.task for row in page.get(every).context["table"].rows] == [task] * 3
    assert page.get(f"{reverse('executions')}?task={10**18}").context["total"] == 0
    assert sign_in(cast.transport_clerk).get(every).context["total"] == 0


def test_an_empty_list_tells_nothing_yet_from_nothing_that_matches(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.finance_clerk)
    for name, query in (
        ("tasks", "overdue=yes"),
        ("screenings", "result=HIT"),
        ("executions", "outcome=APPLIED"),
        ("executions_by_entry", "unsettled=yes"),
        ("promises", "overdue=yes"),
        ("cases", "state=RETURNED"),
        ("bulletins", "state=ISSUED"),
    ):
        nothing, filtered = (text_of(page.get(f"{reverse(name)}{end}")) for end in ("", f"?{query}"))
        clear = f'<a class="btn btn-primary" href="{reverse(name)}">'
        assert 'class="empty-state"' in nothing
        assert clear not in nothing, name
        assert clear in filtered, name


def test_the_days_of_a_filter_are_days_of_jinan_asked_as_a_span_of_time(cast: Cast) -> None:
    """Whoever asks of millions of screenings for a few days is answered from the index of their times."""
    for moment in ("2026-03-02T15:59:59Z", "2026-03-02T16:00:00Z", "2026-03-03T15:59:59Z", "2026-03-03T16:00:00Z"):
        with time_machine.travel(moment, tick=False):
            screened(organisation(uscc(Random(1))), cast.actor("finance_clerk"))
    chosen = ScreeningFilter({"since": "2026-03-03", "until": "2026-03-03"}, queryset=Screening.objects.all())
    times = chosen.qs.order_by("pk").values_list("screened_at", flat=True)
    assert [f"{at:%d %H:%M:%S}" for at in times] == ["02 16:00:00", "03 15:59:59"]
    assert "::date" not in str(chosen.qs.query)
