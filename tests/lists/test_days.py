"""Days that were counted before the holiday plan was known, and what follows when SD art. 40 is not kept."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from catalog.models import CalendarDay
from jinan_credit.accounts.enums import EscalationStep, Role
from jinan_credit.accounts.models import StaffMessage, Unit
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import last_known_year
from lists.models import Entry, EntryProposal, EntryProposalEscalation
from lists.services.days import escalate_overdue, keep_days, settle_days
from lists.services.entries import revise_draft
from lists.services.fallen_basis import report_fallen_basis
from lists.services.proposal_batches import approve_proposals
from lists.services.proposals import approve_proposal
from lists.touches import of_day
from tests.cast import Cast, make_user, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import R, fresh, notified, order, serve, values, withdraw

PROVISIONAL = "due-provisional"
# A Wednesday.
DAY = date(2026, 3, 4)
YEAR = last_known_year()
AT_THE_END = date(YEAR, 12, 30)


def plan_is_known(*, working_from: int) -> None:
    """January: nobody works before that day, everybody from it on."""
    january = [date(YEAR + 1, 1, 1) + timedelta(days=n) for n in range(31)]
    CalendarDay.objects.bulk_create(
        CalendarDay(on=day, is_working=day.day >= working_from, source="test") for day in january
    )


def section(cast: Cast, entry: Entry, name: str) -> str:
    """Of the entry's page; the days of its term are elsewhere on it."""
    page = signed_in(cast.clerk).get(f"/entries/{entry.pk}/").content.decode()
    return str(page.split(f'id="{name}"')[1].split("</section>")[0])


class TestProvisional:
    def test_the_days_for_the_defence_are_counted_anew(self, cast: Cast) -> None:
        with time_machine.travel(AT_THE_END, tick=False):
            entry = serve(cast, notified(cast))
            assert entry.defence_is_provisional
            assert PROVISIONAL in section(cast, entry, "hearing")
            notice = entry.notices.get()
            assert PROVISIONAL in signed_in(cast.clerk).get(f"/notices/{notice.pk}/").content.decode()
            assert settle_days() == 0  # nothing new is known
            plan_is_known(working_from=20)
            assert [touch.count for touch in of_day(CalendarDay.objects.earliest("on"), cast.actor("officer"))] == [1]
            assert settle_days() == 1
            counted = fresh(entry)
            assert (counted.defence_until, counted.defence_is_provisional) == (date(YEAR + 1, 1, 23), False)
            assert PROVISIONAL not in section(cast, entry, "hearing")
            assert settle_days() == 0

    def test_a_defence_never_ends_before_the_day_that_the_party_was_told(self, cast: Cast) -> None:
        with time_machine.travel(AT_THE_END, tick=False):
            entry = serve(cast, notified(cast))
            until = entry.defence_until
            plan_is_known(working_from=1)  # weekends too: five working days are over earlier
            assert settle_days() == 1
            counted = fresh(entry)
            assert (counted.defence_until, counted.defence_is_provisional) == (until, False)

    def test_with_the_day_its_being_provisional_goes(self, cast: Cast) -> None:
        with time_machine.travel(AT_THE_END, tick=False):
            entry = serve(cast, notified(cast))
            revised = revise_draft(entry=entry, values=values(grounds="另一事由"), by=cast.actor("clerk"))
            assert (revised.defence_until, fresh(entry).defence_is_provisional) == (None, False)

    def test_days_within_the_plan_are_not_provisional(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            assert not withdraw(cast, publish_one(cast)).due_is_provisional
            assert not serve(cast, notified(cast, 2)).defence_is_provisional

    @pytest.mark.parametrize("is_reported", [False, True])
    def test_the_limit_after_a_fallen_basis_is_counted_anew(self, cast: Cast, is_reported: bool) -> None:
        with time_machine.travel(AT_THE_END, tick=False):
            entry = publish_one(cast)
            if is_reported:
                given = {"order": order(), "learned_on": clock.today(), "by": cast.actor("clerk"), "reason": R}
                report_fallen_basis(document_number=entry.document_number, **given)
            else:
                withdraw(cast, entry)
            proposal = EntryProposal.objects.get()
            assert proposal.due_is_provisional
            page = signed_in(cast.reviewer)
            for address in (f"/proposals/{proposal.pk}/", "/review/?fallen=on"):
                assert PROVISIONAL in page.get(address).content.decode(), address
            assert PROVISIONAL in section(cast, entry, "proposals")
            plan_is_known(working_from=20)
            assert settle_days() == 1
            proposal.refresh_from_db()
            assert (proposal.due_on, proposal.due_is_provisional) == (date(YEAR + 1, 1, 21), False)

    def test_what_is_decided_keeps_its_day(self, cast: Cast) -> None:
        with time_machine.travel(AT_THE_END, tick=False):
            proposal = withdraw(cast, publish_one(cast))
            approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
            plan_is_known(working_from=20)
            assert settle_days() == 0


class TestEscalation:
    def test_the_head_learns_the_day_after_and_then_the_coordinator(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            proposal = withdraw(cast, publish_one(cast))  # due on Monday, 9 March
        for day, steps in ((9, []), (10, ["UNIT_HEAD"]), (11, ["UNIT_HEAD"]), (12, ["UNIT_HEAD", "COORDINATOR"])):
            with time_machine.travel(date(2026, 3, day), tick=False):
                keep_days()
                keep_days()
            assert list(proposal.escalations.values_list("step", flat=True)) == steps, day
        late = StaffMessage.objects.get(kind="basis.late")
        assert (late.unit, late.values) == (cast.court, {"count": 1, "day": "2026-03-09"})
        assert StaffMessage.objects.get(kind="cases.escalated").values == {"unit": cast.court.name, "count": 1}

    def test_a_unit_is_told_once_of_many_that_rest_on_one_document(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            many = [withdraw(cast, publish_one(cast, seed=seed)) for seed in (1, 2, 3)]
            decided = withdraw(cast, publish_one(cast, seed=4))
            approve_proposal(proposal=decided, by=cast.actor("reviewer"))
        with time_machine.travel(date(2026, 3, 16), tick=False):
            assert escalate_overdue() == 6
            assert escalate_overdue() == 0
            assert StaffMessage.objects.get(kind="basis.late").values["count"] == 3
            assert StaffMessage.objects.get(kind="cases.escalated").values["count"] == 3
            page = signed_in(cast.coordinator).get("/oversight/escalated/")
            (row,) = page.context["table"].rows
            assert (row.get_cell("unit"), row.get_cell("number")) == (cast.court.name, order().number)
            assert row.get_cell("days") == 7
            assert f'name="case" value="basis-{many[0].pk}"' in page.content.decode()
            counted = [one.count for one in counters_for(cast.actor("coordinator")) if "escalated" in one.url]
            assert counted[0] == 1
            approve_proposals(
                proposals=EntryProposal.objects.filter(pk__in=[one.pk for one in many]), by=cast.actor("reviewer")
            )
            assert signed_in(cast.coordinator).get("/oversight/escalated/").context["total"] == 0

    def test_each_unit_is_told_of_its_own(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            proposal = withdraw(cast, publish_one(cast))
            heir = Unit.objects.create(code="heir", name="测试新法院", kind=cast.court.kind)
            make_user("heir-head", heir, Role.REVIEWER)
            Entry.objects.filter(pk=proposal.entry_id).update(unit=heir)
            withdraw(cast, publish_one(cast, seed=2))
        with time_machine.travel(date(2026, 3, 10), tick=False):
            keep_days()
        assert set(StaffMessage.objects.filter(kind="basis.late").values_list("unit__code", flat=True)) == {
            "court",
            "heir",
        }

    def test_the_database_refuses_a_second_row(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            proposal = withdraw(cast, publish_one(cast))
        with time_machine.travel(date(2026, 3, 10), tick=False):
            keep_days()
            row = proposal.escalations.get()
            assert row.step == EscalationStep.UNIT_HEAD
            with pytest.raises(IntegrityError, match="escalated_once_a_missed_day_and_step"), transaction.atomic():
                EntryProposalEscalation.objects.create(of=proposal, due_on=row.due_on, step=row.step, at=row.at)

    def test_many_take_as_many_queries_as_one(self, cast: Cast, django_assert_max_num_queries) -> None:
        with time_machine.travel(DAY, tick=False):
            for seed in range(1, 9):
                withdraw(cast, publish_one(cast, seed=seed))
        with time_machine.travel(date(2026, 3, 16), tick=False), django_assert_max_num_queries(16):
            escalate_overdue()
