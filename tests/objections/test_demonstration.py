"""The demonstration shows the desk of tip-offs at work."""

import json

import pytest
from django.core.management import call_command

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.models import ApplicantMessage, User
from jinan_credit.accounts.workbench import counters_for
from lists.services.demonstration import staff_of
from objections.enums import TipOffState
from objections.models import TipOff, TipOffReporter


def test_it_has_tip_offs_in_every_state_that_makes_no_draft(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_demo", "--entries=10", "--units=1")
    made = json.loads(capsys.readouterr().out)
    assert sum(one["entries"] for one in made["lists"]) == 10
    states = TipOff.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == sorted(set(TipOffState) - {TipOffState.VERIFIED})
    assert TipOffReporter.objects.get().tip_off.state == TipOffState.ASSIGNED
    assert not ApplicantMessage.objects.exists()
    unit = TipOff.objects.get(state=TipOffState.ASSIGNED).unit
    assert unit is not None
    officer, clerk = User.objects.get(username="tip-off-officer"), staff_of(unit)[0]
    for user, counted in ((officer, [1, 2, 0, 0]), (clerk, [1, 0, 0])):
        counters = counters_for(actor_of(user))
        assert [one.count for one in counters if "tip-offs" in one.url] == counted
