"""Random lives of an entry against a small model of the law: what may happen happens, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalog.selectors import work_calendar
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import EntryState, ExitReason
from lists.models import Change, DefenceStatement, Entry
from lists.services.defence import answer_statement, notices_to_serve, notify_entries, record_service, record_statement
from lists.services.entries import discard_entries, draft_entry, return_entries, revise_draft, submit_entries
from lists.services.proposals import approve_proposal, propose_lift, propose_removal, propose_stay
from lists.services.publications import publish_entries
from lists.services.removals import expire_entries
from tests.cast import Cast, company_values
from tests.lists.steps import R, order

MONDAY = datetime(2026, 3, 2, 9, tzinfo=clock.now().tzinfo)
TERM = timedelta(days=60)
DEFENCE_DAYS = 5


@dataclass
class Model:
    """An entry as the regulation sees it, without a database."""

    state: str = "DRAFT"
    term_to: date = MONDAY.date() + TERM
    heard_until: date | None = None
    open_statement: bool = False
    adopted: bool = False
    is_fed: bool = False
    version: int = 0
    grounds: int = 0

    def may_be_reviewed(self, today: date) -> bool:
        heard = self.heard_until is not None and self.heard_until < today
        return heard and not self.open_statement and not self.adopted

    def is_in_force(self, today: date) -> bool:
        return self.state == "PUBLISHED" and today <= self.term_to

    def tell(self, state: str, *, is_fed: bool) -> None:
        self.state, self.is_fed, self.version = state, is_fed, self.version + 1


class Life(RuleBasedStateMachine):
    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.clock = time_machine.travel(MONDAY, tick=False)
        self.time = self.clock.start()
        self.model = Model()
        self.clerk, self.reviewer = self.cast.actor("clerk"), self.cast.actor("reviewer")

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(at=st.sampled_from(["DRAFT", "IN_REVIEW", "PUBLISHED", "STAYED", "RETURNED"]))
    def begin(self, at: str) -> None:
        """Some way into a life, so that its later part is tried as often as its beginning."""
        self.entry = draft_entry(credit_list=self.cast.black, values=self.values(), by=self.clerk)
        self.mine = Entry.objects.filter(pk=self.entry.pk)
        if at == "DRAFT":
            return
        for step in (self.notify, self.serve, lambda: self.days_pass(8), self.submit):
            step()
        if at == "RETURNED":
            self.return_it()
        if at in ("PUBLISHED", "STAYED"):
            self.publish()
        if at == "STAYED":
            self.stay()

    def values(self) -> dict[str, object]:
        return company_values(
            Random(1),
            document_on=MONDAY.date(),
            decided_on=MONDAY.date(),
            term_to=MONDAY.date() + TERM,
            grounds=f"事由{self.model.grounds}",
        )

    def try_(self, is_lawful: bool, act) -> bool:
        self.time.shift(timedelta(seconds=1))
        with transaction.atomic():
            try:
                act()
                code = ""
            except DomainError as refusal:
                code = refusal.code
                transaction.set_rollback(True)
        assert (code == "") == is_lawful, f"{code or 'not refused'} in {self.model}"
        return is_lawful

    @property
    def today(self) -> date:
        return clock.today()

    @rule(days=st.sampled_from([1, 4, 8, 16]))
    def days_pass(self, days: int) -> None:
        self.time.shift(timedelta(days=days))

    @rule()
    def notify(self) -> None:
        may = self.model.state in ("DRAFT", "RETURNED")
        if self.try_(may, lambda: notify_entries(entries=self.mine, by=self.clerk)):
            self.model.state, self.model.heard_until = "NOTIFIED", None

    @rule()
    def serve(self) -> None:
        may = self.model.state == "NOTIFIED" and self.model.heard_until is None
        given = {"served_on": self.today, "how": "直接送达", "by": self.clerk}
        if self.try_(may, lambda: record_service(notices=notices_to_serve(self.mine), **given)):
            self.model.heard_until = work_calendar().due_on(self.today, DEFENCE_DAYS).on

    @rule()
    def state_a_defence(self) -> None:
        may = self.model.state in ("NOTIFIED", "IN_REVIEW") or (
            self.model.state == "RETURNED" and self.entry.notices.exists()
        )
        given = {"entry": self.entry, "received_on": self.today, "content": "已还清", "by": self.clerk}
        if self.try_(may, lambda: record_statement(**given)):
            self.model.open_statement = True

    @rule(is_adopted=st.booleans())
    def answer(self, is_adopted: bool) -> None:
        for statement in DefenceStatement.objects.filter(entry=self.entry, is_adopted=None):
            answer_statement(statement=statement, is_adopted=is_adopted, answer=R, by=self.clerk)
            self.model.adopted |= is_adopted
        self.model.open_statement = False

    @rule()
    def revise(self) -> None:
        self.model.grounds += 1
        may = self.model.state in ("DRAFT", "NOTIFIED", "RETURNED")
        if self.try_(may, lambda: revise_draft(entry=self.entry, values=self.values(), by=self.clerk)):
            if self.model.state == "NOTIFIED" or self.model.heard_until is not None:
                self.model.state, self.model.heard_until = "DRAFT", None
            self.model.adopted &= self.model.state != "DRAFT"

    @rule()
    def submit(self) -> None:
        may = self.model.state in ("DRAFT", "NOTIFIED", "RETURNED") and self.model.may_be_reviewed(self.today)
        if self.try_(may, lambda: submit_entries(entries=self.mine, by=self.clerk)):
            self.model.state = "IN_REVIEW"

    @rule()
    def return_it(self) -> None:
        may = self.model.state == "IN_REVIEW"
        if self.try_(may, lambda: return_entries(entries=self.mine, by=self.reviewer, reason=R)):
            self.model.state = "RETURNED"

    @rule()
    def publish(self) -> None:
        may = (
            self.model.state == "IN_REVIEW"
            and self.model.may_be_reviewed(self.today)
            and self.today <= self.model.term_to
        )
        given = {"credit_list": self.cast.black, "entries": self.mine, "by": self.reviewer}
        if self.try_(may, lambda: publish_entries(**given)):
            self.model.tell("PUBLISHED", is_fed=True)

    @rule(odds=st.integers(0, 4))
    def discard(self, odds: int) -> None:
        if odds:
            return
        may = self.model.state in ("DRAFT", "NOTIFIED", "RETURNED")
        if self.try_(may, lambda: discard_entries(entries=self.mine, by=self.clerk, reason=R)):
            self.model.state = "DISCARDED"

    @rule()
    def stay(self) -> None:
        def act() -> None:
            proposal = propose_stay(entry=self.mine.get(), order=order(), by=self.clerk, reason=R)
            approve_proposal(proposal=proposal, by=self.reviewer)

        if self.try_(self.model.state == "PUBLISHED", act):
            self.model.tell("STAYED", is_fed=False)

    @rule()
    def lift(self) -> None:
        def act() -> None:
            proposal = propose_lift(entry=self.mine.get(), order=order(), by=self.clerk, reason=R)
            approve_proposal(proposal=proposal, by=self.reviewer)

        if self.try_(self.model.state == "STAYED" and self.today <= self.model.term_to, act):
            self.model.tell("PUBLISHED", is_fed=True)

    @rule(odds=st.integers(0, 4))
    def remove(self, odds: int) -> None:
        if odds:
            return

        def act() -> None:
            proposal = propose_removal(
                entry=self.mine.get(), exit_reason=ExitReason.LISTED_IN_ERROR, by=self.clerk, reason=R
            )
            approve_proposal(proposal=proposal, by=self.reviewer)

        if self.try_(self.model.state in ("PUBLISHED", "STAYED"), act):
            self.model.tell("REMOVED", is_fed=False)

    @rule()
    def the_nightly_job(self) -> None:
        leaves = self.model.state in ("PUBLISHED", "STAYED") and self.model.term_to < self.today
        assert expire_entries() == leaves
        if leaves:
            self.model.tell("REMOVED", is_fed=False)

    @invariant()
    def the_entry_is_what_the_model_says(self) -> None:
        entry = self.mine.get()
        assert (entry.state, entry.version) == (self.model.state, self.model.version)
        assert self.mine.in_force().exists() == self.model.is_in_force(self.today)
        assert (entry.exit_on is not None) == (entry.state == EntryState.REMOVED)

    @invariant()
    def the_feed_tells_the_same_without_a_gap(self) -> None:
        told = list(Change.objects.filter(entry=self.entry).order_by("version").values_list("version", "op"))
        assert [version for version, _op in told] == list(range(1, self.model.version + 1))
        assert (bool(told) and told[-1][1] == "upsert") == self.model.is_fed

    @invariant()
    def the_log_is_a_chain(self) -> None:
        steps = list(self.entry.moves.order_by("pk").values_list("from_state", "to_state"))
        assert steps[0][0] == ""
        assert steps[-1][1] == self.model.state
        assert all(before[1] == after[0] for before, after in pairwise(steps))


@pytest.mark.django_db
def test_random_lives_of_an_entry(cast: Cast) -> None:
    cast.black.notice_required = True
    cast.black.save()
    life = type("LifeInThisCity", (Life,), {"cast": cast})
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
