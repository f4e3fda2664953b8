"""Was he listed on that day, as known at that time: from what the feed had said by then, and never a wrong clear."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lists.enums import ExitReason, PersonRole
from lists.models import Entry
from lists.services.entry_stubs import leave_stubs
from lists.services.proposals import approve_proposal, propose_correction
from lists.services.removals import expire_entries, remove_entry
from lists.services.synthetic import citizen_number, uscc
from sanctions.models import Hit
from sanctions.rules import Party
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import organisation, person, screened

MARCH, APRIL, MAY, JUNE = (datetime(2026, month, 2, 2, tzinfo=UTC) for month in (3, 4, 5, 6))
Ask = Callable[..., str]


@pytest.fixture
def ask(cast: Cast) -> Ask:
    def result(party: Party, **more: Any) -> str:
        with time_machine.travel(JUNE, tick=False):
            said = screened(party, cast.actor("finance_clerk"), **more)
        return said.unknown_reason or said.result

    return result


def correct(cast: Cast, entry: Entry, **new_values: Any) -> None:
    proposal = propose_correction(entry=entry, new_values=new_values, by=cast.actor("clerk"), reason="笔误")
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))


def test_a_related_person_is_one_while_the_feed_said_so(cast: Cast, code: str, ask: Ask) -> None:
    before, after = citizen_number(Random(1)), citizen_number(Random(2))
    role: dict[str, Any] = {"role": PersonRole.ACTUAL_CONTROLLER, "name": "王小明", "document_type": "CITIZEN"}
    with time_machine.travel(MARCH, tick=False):
        entry = publish_one(cast, code=code, related_persons=[{**role, "number": before}])
    with time_machine.travel(MAY, tick=False):
        known = entry.related_persons.get(name="王小明").pk
        kept = [{"id": one.pk, "role": one.role, "name": one.name} for one in entry.related_persons.exclude(pk=known)]
        correct(cast, Entry.objects.get(pk=entry.pk), related_persons=[*kept, {**role, "number": after}])
    said = [(ask(person(number)), ask(person(number), known_at=APRIL)) for number in (before, after)]
    assert said == [("CLEAR", "HIT"), ("HIT", "CLEAR")]
    assert ask(person(after), known_at=datetime(2026, 5, 3, tzinfo=UTC)) == "HIT"
    assert Hit.objects.latest("pk").matched_as == "RELATED_PERSON"


def test_a_corrected_term_counts_from_when_it_was_known(cast: Cast, code: str, ask: Ask) -> None:
    with time_machine.travel(MARCH, tick=False):
        entry = publish_one(cast, code=code)
    day = entry.term_to
    with time_machine.travel(MAY, tick=False):
        correct(cast, Entry.objects.get(pk=entry.pk), term_to="2026-04-15")
    assert day > date(2026, 5, 1)
    assert ask(organisation(code), as_of=date(2026, 4, 20), known_at=datetime(2026, 4, 21, tzinfo=UTC)) == "HIT"
    assert ask(organisation(code), as_of=date(2026, 4, 20), known_at=datetime(2026, 5, 3, tzinfo=UTC)) == "CLEAR"
    assert ask(organisation(code), as_of=date(2026, 4, 20)) == "CLEAR"
    assert ask(organisation(code), as_of=date(2026, 4, 15)) == "HIT"


def test_what_was_deleted_since_cannot_be_told(cast: Cast, code: str, ask: Ask) -> None:
    with time_machine.travel(MARCH, tick=False):
        entry = publish_one(cast, code=code)
        publish_one(cast, code=uscc(Random(5)), seed=2)
    with time_machine.travel(MAY, tick=False):
        remove_entry(
            entry=entry,
            exit_reason=ExitReason.BASIS_CHANGED,
            made_by=cast.clerk,
            by=cast.actor("second_reviewer"),
            reason="依据撤销",
        )
        leave_stubs([entry.pk])
    assert ask(organisation(code), as_of=date(2026, 4, 1)) == "DELETED"
    assert ask(organisation(code), known_at=APRIL) == "DELETED"
    assert ask(organisation(uscc(Random(5))), as_of=date(2026, 4, 1)) == "HIT"
    assert ask(organisation(code), as_of=date(2026, 3, 1)) == "CLEAR"
    assert ask(organisation(code), as_of=date(2026, 5, 2)) == "CLEAR"
    assert ask(organisation(code)) == "CLEAR"


def test_a_deleted_one_that_ran_out_stood_to_its_last_day(cast: Cast, code: str, ask: Ask) -> None:
    with time_machine.travel(datetime(2025, 3, 3, 2, tzinfo=UTC), tick=False):
        entry = publish_one(cast, code=code)
    with time_machine.travel(MAY, tick=False):
        expire_entries()
        leave_stubs([entry.pk])
    assert ask(organisation(code), as_of=entry.term_to) == "DELETED"


def test_the_desk_asks_as_known_at_a_time(cast: Cast, code: str, client: Client) -> None:
    client.force_login(cast.finance_clerk)
    sent = {"kind": "ORGANISATION", "code": code, "matter": "政府采购", "purpose": "资格审查"}
    landed = client.post(reverse("screen"), {**sent, "known_at": "2026-03-02T10:30"}, follow=True)
    assert landed.context["screening"].known_at == datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    refused = client.post(reverse("screen"), {**sent, "known_at": "2126-03-02T10:30"})
    assert refused.context["form"].errors["known_at"]
