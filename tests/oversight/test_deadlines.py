"""What is named in the mail of the morning besides tasks and cases: reports, updates and replies that are owed."""

from datetime import date, timedelta

from catalog import deadlines as of_catalogue
from catalog.enums import KeyTaskGroup
from catalog.models import KeyTask
from catalog.services.key_tasks import ask_for_report
from jinan_credit.accounts.deadlines import Owed, due_sources
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.oversight import deadlines as of_oversight
from jinan_credit.oversight.services.supervision import urge_units
from tests.cast import Cast
from tests.oversight.supervising import in_days, issued, overdue_of, publish_long_ago, replied

_RECEIPTS, REPORTS, UPDATES = of_catalogue.SOURCES
[REPLIES] = of_oversight.SOURCES
NUMBERS = iter(range(1, 1_000))


def asked(cast: Cast, day: date, *leads: Unit) -> None:
    number = next(NUMBERS)
    task = KeyTask.objects.create(number=number, group=KeyTaskGroup.values[0], content=f"任务{number}", source="测试")
    task.lead_units.set(leads)
    ask_for_report(key_task=task, due_on=day, by=cast.actor("coordinator"))


def succeeded(unit: Unit, successor: Unit) -> None:
    ended = {"valid_to": clock.today() - timedelta(days=1), "successor": successor}
    Unit.objects.filter(pk=unit.pk).update(**ended)


def test_the_mail_of_the_morning_asks_them() -> None:
    assert {REPORTS, UPDATES, REPLIES} <= set(due_sources())


def test_reports_on_key_tasks_are_owed_by_who_reports(cast: Cast) -> None:
    """Lead units; their successors; the coordinator where there is no unit."""
    asked(cast, clock.today(), cast.finance, cast.transport)
    asked(cast, in_days(3), cast.finance)
    asked(cast, in_days(4), cast.finance)
    asked(cast, in_days(2))
    succeeded(cast.transport, cast.court)
    assert REPORTS.count(in_days(3)) == {
        cast.finance.pk: Owed(0, 2),
        cast.court.pk: Owed(0, 1),
        cast.commission.pk: Owed(0, 1),
    }


def test_replies_are_owed_by_the_urged_unit_or_its_successor(cast: Cast) -> None:
    publish_long_ago(cast)
    notice = issued(cast)
    urge_units(
        choice=overdue_of(cast.transport), title="x", request="x", due_on=in_days(9), by=cast.actor("coordinator")
    )
    assert REPLIES.count(notice.due_on) == {cast.finance.pk: Owed(0, 1)}
    succeeded(cast.finance, cast.transport)
    assert REPLIES.count(in_days(9)) == {cast.transport.pk: Owed(0, 2)}


def test_what_was_replied_is_owed_no_more(cast: Cast) -> None:
    publish_long_ago(cast)
    replied(cast)
    assert REPLIES.count(in_days(30)) == {}
