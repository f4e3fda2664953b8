"""Two people at the same moment, on connections of their own: one act takes place, the other is told."""

import pytest

from catalog.models import InformationCatalog, KeyTask, KeyTaskReport, KeyTaskRequest
from catalog.services.information_catalog import (
    ItemField,
    ItemText,
    add_item,
    change_item,
    open_edition,
    remove_item,
    review_edition,
)
from catalog.services.key_tasks import ask_for_report, draft_report, send_report
from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from tests.at_once import at_once
from tests.cast import make_user
from tests.catalog.test_key_tasks import a_task, says

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(code="commission", name="测试发改委")


@pytest.fixture
def task(unit: Unit) -> KeyTask:
    return a_task(1, unit)


@pytest.fixture
def one(unit: Unit) -> Actor:
    return actor_of(make_user("one", unit, Role.COORDINATOR))


@pytest.fixture
def other(unit: Unit) -> Actor:
    return actor_of(make_user("other", unit, Role.COORDINATOR))


def test_a_report_is_asked_for_once(task: KeyTask, one: Actor, other: Actor) -> None:
    today = clock.today()
    results = at_once(
        lambda: ask_for_report(key_task=task, due_on=today, by=one),
        lambda: ask_for_report(key_task=task, due_on=today, by=other),
    )
    assert sorted(results) == ["already_asked", "done"]


def test_a_report_is_sent_once_and_a_request_answered_once(task: KeyTask, one: Actor, other: Actor) -> None:
    request = ask_for_report(key_task=task, due_on=clock.today(), by=one)
    same, second = (draft_report(key_task=task, says=says(), by=one) for _time in range(2))
    results = at_once(
        lambda: send_report(report=same, by=one),
        lambda: send_report(report=same, by=other),
        lambda: send_report(report=second, by=other),
    )
    assert sorted(results) == ["done", "done", "move_not_open"]
    assert KeyTaskReport.objects.filter(answers=request).count() == 1
    assert list(KeyTaskRequest.objects.get().moves.values_list("name", flat=True)) == ["ask", "answer"]


def test_one_edition_is_opened_and_it_is_reviewed_as_it_was_read(unit: Unit, one: Actor, other: Actor) -> None:
    results = at_once(
        lambda: open_edition(title="目录", note="", by=one), lambda: open_edition(title="目录", note="", by=other)
    )
    assert sorted(results) == ["done", "edition_in_preparation"]
    edition = InformationCatalog.objects.get()
    maker, checker = (one, other) if edition.made_by == one.user else (other, one)
    text = ItemText("信息", unit, [ItemField("名称")], "PUBLIC", "UNCONDITIONAL", "MONTHLY", "法")
    add_item(edition=edition, code="A-1", says=text, by=maker)
    results = at_once(
        lambda: review_edition(edition=edition, by=checker),
        lambda: add_item(edition=edition, code="A-2", says=text, by=checker),
    )
    # Whoever has written an item does not review; what is reviewed gets no item more.
    assert sorted(results) in (["done", "edition_is_settled"], ["done", "own_work"])


def test_an_item_is_taken_out_once_and_then_changed_no_more(unit: Unit, one: Actor, other: Actor) -> None:
    edition = open_edition(title="目录", note="", by=one)
    text = ItemText("信息", unit, [ItemField("名称")], "PUBLIC", "UNCONDITIONAL", "MONTHLY", "法")
    item = add_item(edition=edition, code="A-1", says=text, by=one)
    results = at_once(lambda: remove_item(item=item, by=one), lambda: remove_item(item=item, by=other))
    assert sorted(results) == ["done", "not_found"]
    assert at_once(lambda: change_item(item=item, says=text, by=other)) == ["not_found"]
    assert edition.moves.count() == 3, "opened, added, taken out"
