"""The clocks of a repair application: silence has its consequence, provisional days are counted anew."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalog.models import CalendarDay
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.workdays import last_known_year
from lists.enums import DishonestyClass
from repair.enums import RepairState
from repair.models import RepairApplication, RepairEscalation
from repair.services.applications import accept_repair, ask_supplement
from repair.services.days import keep_days, settle_days
from tests.cast import publish_one

JINAN = ZoneInfo("Asia/Shanghai")


def on(month: int, day: int, year: int = 2026) -> time_machine.travel:
    return time_machine.travel(datetime(year, month, day, 10, tzinfo=JINAN), tick=False)


@pytest.fixture
def case(cast, submit_now) -> RepairApplication:
    with on(11, 2):
        return submit_now()


@pytest.fixture
def submit_now(cast, submit):
    def make(seed: int = 31) -> RepairApplication:
        return submit(of=publish_one(cast, seed=seed, dishonesty_class=DishonestyClass.MINOR))

    return make


def test_a_missed_acceptance_and_a_missed_decision_are_escalated_each(cast, case):
    with on(11, 6):
        keep_days()
        keep_days()
        assert list(case.escalations.values_list("step", "due_on")) == [("UNIT_HEAD", date(2026, 11, 5))]
        accept_repair(application=case, by=cast.actor("clerk"))
        assert not RepairEscalation.objects.standing().exists()
    with on(11, 19):  # three days after the decision's last day
        keep_days()
    steps = case.escalations.filter(due_on=date(2026, 11, 16)).values_list("step", flat=True)
    assert set(steps) == {"UNIT_HEAD", "COORDINATOR"}


def test_the_database_refuses_a_second_row(case):
    with on(11, 6):
        keep_days()
    row = case.escalations.get()
    with pytest.raises(IntegrityError, match="repair_is_escalated_once_a_missed_day_and_step"), transaction.atomic():
        RepairEscalation.objects.create(of=case, due_on=row.due_on, step=row.step, at=row.at)


def test_no_supplement_by_its_last_day_is_no_acceptance(cast, case):
    with on(11, 2):
        ask_supplement(application=case, by=cast.actor("clerk"), reason="请补充")
    with on(11, 16):
        keep_days()
        case.refresh_from_db()
        assert (case.state, case.supplement_due_on) == (RepairState.SUPPLEMENT_ASKED, date(2026, 11, 16))
    with on(11, 17):
        keep_days()
    case.refresh_from_db()
    last = case.moves.order_by("-pk").first()
    assert (case.state, last.name, last.by) == (RepairState.NOT_ACCEPTED, "lapse", None)
    assert "重新申请" in last.reason
    with pytest.raises(IntegrityError, match="repair_supplement_asked_has_a_last_day"), transaction.atomic():
        RepairApplication.objects.filter(pk=case.pk).update(supplement_due_on=None)


def test_a_missed_day_is_not_made_good_by_asking_for_a_supplement(cast, case):
    with on(11, 6), pytest.raises(DomainError) as refused:
        ask_supplement(application=case, by=cast.actor("clerk"), reason="请补充")
    assert refused.value.code == "day_has_passed"
    with on(11, 5):
        assert ask_supplement(application=case, by=cast.actor("clerk"), reason="请补充").supplement_asked_on


def test_the_head_sees_what_was_escalated(cast, client, case):
    with on(11, 6):
        keep_days()
        client.force_login(cast.reviewer, backend="django.contrib.auth.backends.ModelBackend")
        page = reverse("repairs")
        shown = [c for c in counters_for(cast.actor("reviewer")) if c.url.startswith(page) and "escalated" in c.url]
        assert [counter.count for counter in shown] == [1]
        assert client.get(shown[0].url).context["total"] == 1


def test_provisional_days_are_counted_anew_when_the_calendar_is_known(submit_now):
    year = last_known_year()
    with on(12, 30, year):
        case = submit_now(seed=2)
        assert case.due_is_provisional
        assert settle_days() == 0
        days = [date(year + 1, 1, 1) + timedelta(days=n) for n in range(60)]
        CalendarDay.objects.bulk_create(
            CalendarDay(on=day, is_working=day >= date(year + 1, 1, 21), source="test") for day in days
        )
        assert settle_days() == 1
    before, case = case, RepairApplication.objects.get(pk=case.pk)
    assert not case.due_is_provisional
    assert case.accept_due_on >= date(year + 1, 1, 21) > before.accept_due_on
    assert (case.decide_due_on - case.accept_due_on).days == 7
