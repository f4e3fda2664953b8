"""The auditor is told when no seal comes, and when a verification finds something; tasks may run twice."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from jinan_credit.accounts.models import StaffMessage, Unit
from jinan_credit.kernel import clock
from jinan_credit.oversight import tasks
from jinan_credit.oversight.models import Seal, Verification
from jinan_credit.oversight.services.history_watch import watch_history
from jinan_credit.oversight.workbench import history_counters
from tests.oversight.history import run_sql, triggers_off

pytestmark = pytest.mark.django_db


TO_THE_COMMISSION = [("history.unsealed", "commission")]


@pytest.fixture
def auditor(cast):
    """Of a unit, so that messages reach him."""
    cast.auditor.unit = cast.commission
    cast.auditor.save()
    return cast.auditor


def told() -> list[tuple[str, str]]:
    messages = StaffMessage.objects.filter(kind__startswith="history.").order_by("pk")
    return list(messages.values_list("kind", "unit__code"))


def test_two_hours_without_a_seal_are_told_once_a_day(auditor, seals, time_machine):
    time_machine.move_to("2026-05-06 09:00+08:00")
    tasks.seal_history()
    assert not watch_history()
    assert told() == []

    time_machine.shift(timedelta(hours=2, minutes=1))
    tasks.watch_history()
    tasks.watch_history()
    assert told() == TO_THE_COMMISSION

    time_machine.shift(timedelta(days=1))
    tasks.watch_history()
    assert len(told()) == 2
    tasks.seal_history()
    assert not watch_history()


def test_a_house_that_never_seals_is_told_of(auditor, settings):
    settings.SEALS_FOLDER = None
    tasks.seal_history()
    tasks.verify_history()

    assert watch_history()
    assert told() == TO_THE_COMMISSION


def test_a_finding_is_told_to_whoever_sees_the_audit(auditor, seals):
    tasks.seal_history()
    tasks.verify_history()
    assert told() == []
    with triggers_off():
        run_sql("DELETE FROM accounts_unitevent")

    tasks.verify_history(newest_only=True)

    assert told() == [("history.differs", "commission")]


def test_the_commands_say_what_they_did(cast, seals, capsys):
    call_command("seal_history")
    call_command("verify_history")
    assert "intact up to seal 1" in capsys.readouterr().out
    event = Unit._meta.get_field("events").related_model.objects.latest("pk")
    with triggers_off():
        run_sql("UPDATE accounts_unitevent SET name = 'Another' WHERE pgh_id = %s", event.pk)

    with pytest.raises(CommandError):
        call_command("verify_history", "--newest")

    out = capsys.readouterr().out
    assert f"CHANGED · accounts_unitevent {event.pk} · seal 1 of " in out
    assert [one.scope for one in Verification.objects.order_by("pk")] == ["WHOLE", "NEWEST"]


def test_an_order_needs_its_reason(seals):
    for order in (["--after-restore"], ["--anew", "accounts_unitevent"]):
        with pytest.raises(CommandError, match="Give the reason"):
            call_command("seal_history", *order)


def test_a_run_with_nothing_new_is_a_seal_all_the_same(cast, seals):
    tasks.seal_history()
    tasks.seal_history()

    assert [(seal.number, seal.at <= clock.now()) for seal in Seal.objects.order_by("number")] == [(1, True), (2, True)]


def test_an_auditor_without_a_unit_reads_it_on_his_first_page(cast, seals, sign_in, time_machine):
    time_machine.move_to("2026-05-06 09:00+08:00")
    tasks.seal_history()
    tasks.verify_history()
    actor = cast.actor("auditor")
    assert [counter.count for counter in history_counters(actor)] == [0, 0]
    assert history_counters(cast.actor("coordinator")) == []

    with triggers_off():
        run_sql("DELETE FROM accounts_unitevent")
    tasks.verify_history()
    time_machine.shift(timedelta(hours=3, minutes=1))

    assert [counter.count for counter in history_counters(actor)] == [3, 1]
    assert "/audit/seals/" in sign_in(cast.auditor).get(reverse("workbench")).content.decode()
