"""Terms: the rule gives the last day, the cap, the day of repair and of deletion; a term ends without any job."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from catalog.models import RuleProfile
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import DishonestyClass, EntryState, ExitReason
from lists.models import Change, Entry, Publication
from lists.rules import TermRule, disclosed_until
from lists.selectors import ending_counts, reminder_days, term_facts
from lists.services.removals import expire_entries
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in

JINAN = ZoneInfo("Asia/Shanghai")
LISTED_ON = date(2026, 3, 2)


@pytest.fixture
def listed(cast: Cast) -> Iterator[Entry]:
    """An ordinary entry of 2 March 2026; its term of twelve months ends on 2 March 2027."""
    with at(LISTED_ON, 10):
        yield publish_one(cast, dishonesty_class=DishonestyClass.ORDINARY)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> Any:
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=JINAN), tick=False)


class TestRules:
    RULE = TermRule(
        {
            "default_months": {"MINOR": 3, "ORDINARY": 12, "SERIOUS": 36},
            "minor_max_months": 3,
            "ordinary_max_months": 12,
            "serious_max_months": 36,
            "repair_after_months": {"MINOR": 0, "ORDINARY": 3, "SERIOUS": 12},
        }
    )

    @pytest.mark.parametrize(
        ("name", "months"), [("MINOR", (3, 3, 0)), ("ORDINARY", (12, 12, 3)), ("SERIOUS", (36, 36, 12))]
    )
    def test_a_class_has_its_months(self, name: str, months: tuple[int, int, int]) -> None:
        assert self.RULE.months(name) == months

    def test_a_reward_knows_no_class_and_no_repair(self) -> None:
        rule = TermRule({"max_months": 36, "default_months": 12})
        assert not rule.has_classes
        assert rule.months("") == (12, 36, None)
        assert rule.repairable_on(LISTED_ON, "") is None

    def test_one_number_for_repair_is_that_of_every_class(self) -> None:
        rule = TermRule({"max_months": 12, "default_months": 12, "repair_after_months": 6})
        assert rule.months("SERIOUS") == (12, 12, 6)
        assert rule.repairable_on(date(2026, 3, 31), "") == date(2026, 9, 30)

    @pytest.mark.parametrize("parameters", [{"default_months": 12}, {"max_months": 12}])
    def test_without_a_term_or_a_cap_it_gives_no_term(self, parameters: dict[str, int]) -> None:
        rule = TermRule(parameters)
        assert not rule.gives_every_term
        with pytest.raises(DomainError, check=lambda error: error.code == "rule_parameter_missing"):
            rule.cap_on(rule.ends_on(LISTED_ON, "MINOR"), "MINOR")

    def test_a_term_that_begins_at_the_end_of_all_days_is_beyond_every_cap(self, cast: Cast) -> None:
        assert self.RULE.ends_on(date.max, "MINOR") == date.max
        with pytest.raises(DomainError, check=lambda error: error.code == "term_beyond_cap"):
            publish_one(cast, term_from=date.max)

    def test_months_end_with_the_month(self) -> None:
        assert self.RULE.repairable_on(date(2026, 11, 30), "ORDINARY") == date(2027, 2, 28)

    def test_an_entry_is_never_deleted_while_it_is_listed(self) -> None:
        assert disclosed_until(date(2020, 1, 1), 5, date(2030, 6, 1)) == date(2030, 6, 1)
        assert disclosed_until(date(2026, 1, 1), 5, date(2027, 1, 1)) == date(2031, 1, 1)


class TestFacts:
    def test_each_day_with_the_rule_that_gave_it(self, listed: Entry) -> None:
        facts = term_facts(listed)
        assert facts.rule == RuleProfile.objects.for_case("term-dishonesty", LISTED_ON)
        assert (facts.term_from, facts.term_to) == (LISTED_ON, date(2027, 3, 2))
        assert facts.cap_on == date(2027, 3, 2)
        assert facts.repairable_on == date(2026, 6, 2)
        assert facts.disclosure_rule.code == "disclosure"
        assert facts.purge_on == date(2031, 3, 3)
        assert facts.working_days_left > 200

    def test_the_disclosure_limit_counts_from_the_end_of_the_act(self, listed: Entry) -> None:
        listed.act_ended_on = date(2026, 5, 1)
        assert term_facts(listed).purge_on == date(2031, 5, 2)

    def test_beyond_the_known_holidays_the_days_are_provisional(self, listed: Entry) -> None:
        listed.term_to = date(2029, 3, 1)
        assert term_facts(listed).is_provisional
        listed.term_to = date(2026, 3, 6)
        facts = term_facts(listed)
        assert (facts.working_days_left, facts.is_provisional) == (4, False)

    def test_a_red_entry_is_not_repaired(self, cast: Cast) -> None:
        red = publish_one(cast, credit_list=cast.red, dishonesty_class="")
        facts = term_facts(red)
        assert facts.repairable_on is None
        assert facts.rule is not None
        assert facts.rule.code == "term-reward"


class TestEnd:
    def test_the_last_second_counts_and_the_next_does_not(self, listed: Entry) -> None:
        with at(listed.term_to, 23, 59, 59):
            assert Entry.objects.in_force().get() == listed
            assert Entry.objects.public().exists()
            assert expire_entries() == 0
        with at(listed.term_to + timedelta(days=1), 0, 0, 0):
            assert not Entry.objects.in_force().exists()
            assert not Entry.objects.public().exists()
            assert Entry.objects.get().state == EntryState.PUBLISHED  # no job has run

    def test_the_day_is_the_day_in_jinan(self, listed: Entry) -> None:
        with time_machine.travel(datetime(2027, 3, 2, 15, 59, 59, tzinfo=ZoneInfo("UTC")), tick=False):
            assert Entry.objects.in_force().exists()
        with time_machine.travel(datetime(2027, 3, 2, 16, 0, 0, tzinfo=ZoneInfo("UTC")), tick=False):
            assert not Entry.objects.in_force().exists()

    def test_an_outage_of_days_is_caught_up_once(self, listed: Entry) -> None:
        with at(listed.term_to + timedelta(days=6), 9):
            assert expire_entries() == 1
            assert expire_entries() == 0
        left = Entry.objects.get()
        assert (left.state, left.exit_on, left.exit_reason) == (EntryState.REMOVED, listed.term_to, ExitReason.EXPIRED)
        assert Publication.objects.filter(kind="REMOVAL").count() == 1
        assert list(Change.objects.filter(op="remove").values_list("reason", flat=True)) == ["EXPIRED"]


class TestReminders:
    def test_the_days_come_from_the_catalogue(self, cast: Cast) -> None:
        assert reminder_days() == [7, 30, 60]
        RuleProfile.objects.filter(code="term-reminder").update(code="of-another-name")
        assert reminder_days() == []
        assert ending_counts(cast.court, 10) == {}

    @pytest.mark.parametrize(
        ("days_left", "counts"), [(60, (0, 0, 1)), (30, (0, 1, 1)), (7, (1, 1, 1)), (0, (1, 1, 1))]
    )
    def test_an_end_is_announced(self, cast: Cast, listed: Entry, days_left: int, counts: tuple[int, ...]) -> None:
        with at(listed.term_to - timedelta(days=days_left), 9):
            assert tuple(ending_counts(cast.court, 10).values()) == counts
            assert set(ending_counts(cast.finance, 10).values()) == {0}
            shown = {one.url: one.count for one in counters_for(cast.actor("clerk")) if "ends_within" in one.url}
            assert shown == {
                f"{reverse('entries')}?unit=court&ends_within={days}": count
                for days, count in zip((7, 30, 60), counts, strict=True)
            }

    def test_the_list_it_opens_shows_as_many(self, cast: Cast, listed: Entry) -> None:
        with at(listed.term_to - timedelta(days=7), 9):
            client = signed_in(cast.clerk)
            for days in (7, 30, 60):
                page = client.get(reverse("entries"), {"ends_within": days}).content.decode()
                assert listed.subject_name in page
        with at(listed.term_to - timedelta(days=8), 9):
            assert (
                listed.subject_name
                not in signed_in(cast.clerk).get(reverse("entries"), {"ends_within": 7}).content.decode()
            )

    def test_what_has_ended_or_is_far_is_not_counted(self, cast: Cast, listed: Entry) -> None:
        for day in (listed.term_to - timedelta(days=61), listed.term_to + timedelta(days=1)):
            with at(day, 9):
                assert set(ending_counts(cast.court, 10).values()) == {0}

    def test_counting_stops_somewhere(self, cast: Cast) -> None:
        for seed in range(1, 4):
            publish_one(cast, seed=seed, dishonesty_class=DishonestyClass.MINOR, term_to=clock.today())
        assert ending_counts(cast.court, 1) == {7: 2, 30: 2, 60: 2}
