"""The demonstration shows the two platforms of P §四(五) as peers: they follow the lists, and one brings drafts."""

import json

import pytest
from django.core.management import call_command

from jinan_credit.accounts.models import Unit
from lists.models import Entry, Subscription
from lists.selectors import cooperating_units, lists_for_unit


def test_two_platforms_follow_the_lists_and_one_is_a_source(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_demo", "--entries=5", "--units=1")
    made = json.loads(capsys.readouterr().out)
    peers = [one["code"] for one in made["peers"]]
    assert peers == ["credit-platform", "supervision-platform"]
    followed = {one["code"] for one in made["lists"]}
    for peer in Unit.objects.filter(code__in=peers):
        assert {found.code for found in lists_for_unit(peer)} == followed
        assert not any(peer in cooperating_units(one.credit_list) for one in Subscription.objects.filter(unit=peer))
    brought = Entry.objects.filter(from_import__source__code="credit-platform")
    assert {(one.credit_list.code, one.unit.code, one.state) for one in brought} == {
        ("SPYP", "market-regulation", "DRAFT")
    }
