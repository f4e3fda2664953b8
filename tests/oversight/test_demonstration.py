"""The demonstration shows supervision notices and reports on key tasks, made by the same acts as any other."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from catalog.models import KeyTaskReport, KeyTaskRequest
from jinan_credit.kernel import clock
from jinan_credit.oversight.models import SupervisionNotice
from jinan_credit.oversight.services.supervision_days import keep_days
from sanctions.models import Execution, Hit, UnitTask


def test_it_has_notices_and_reports(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_demo", "--entries=10", "--units=1")
    assert Counter(SupervisionNotice.objects.values_list("state", flat=True)) == {
        "ISSUED": 2,
        "REPLIED": 1,
        "CLOSED": 1,
    }
    assert not SupervisionNotice.objects.filter(title__contains="督办单").exists(), "the letter says so itself"
    assert all(notice.moves.count() >= 2 for notice in SupervisionNotice.objects.all()), "by the same acts"
    assert not UnitTask.objects.filter(state="NOT_EXECUTED", unit__initiated_lists=None).exists()
    assert Counter(KeyTaskRequest.objects.values_list("state", flat=True)) == {"ASKED": 1, "ANSWERED": 1}
    assert KeyTaskReport.objects.get().answers == KeyTaskRequest.objects.get(state="ANSWERED")
    answered = Counter(UnitTask.objects.exclude(state="TO_SIGN").values_list("state", flat=True))
    assert {"SIGNED", "FED_BACK", "NOTHING_TO_FEED_BACK", "NOT_EXECUTED"} <= set(answered), answered
    assert UnitTask.objects.filter(state="TO_SIGN").exists()
    assert Execution.objects.filter(outcome="APPLIED").exists()
    assert Hit.objects.filter(state="ANSWERED").exists()
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        keep_days()
        assert SupervisionNotice.objects.overdue().get().state == "ESCALATED"


def test_without_entries_there_is_nothing_to_urge(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_demo", "--entries=0", "--units=0")
    assert not SupervisionNotice.objects.exists()
    assert KeyTaskReport.objects.exists()
