"""Short words for the steps of an entry's life, as the tests of the workflow use them."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExitReason
from lists.models import CreditList, Entry, EntryProposal, EntryQuerySet, Notice, Publication
from lists.services.defence import notify_entries, record_service
from lists.services.entries import draft_entry, submit_entries
from lists.services.orders import Order
from lists.services.proposals import approve_proposal, propose_lift, propose_removal, propose_stay
from lists.services.publications import publish_entries
from lists.services.succession import pass_on_lists
from tests.cast import Cast, company_values

R = "因此"


def refused(code: str) -> Any:
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def only(entry: Entry) -> EntryQuerySet:
    return Entry.objects.filter(pk=entry.pk)


def fresh(entry: Entry) -> Entry:
    return only(entry).get()


def told(credit_list: CreditList) -> CreditList:
    """The list as one that is told of beforehand."""
    credit_list.notice_required = True
    credit_list.save()
    return credit_list


def values(seed: int = 1, **given: Any) -> dict[str, Any]:
    return company_values(Random(seed), **given)


def draft(cast: Cast, seed: int = 1, *, credit_list: CreditList | None = None, **given: Any) -> Entry:
    return draft_entry(credit_list=credit_list or cast.black, values=values(seed, **given), by=cast.actor("clerk"))


def notified(cast: Cast, seed: int = 1, **given: Any) -> Entry:
    entry = draft(cast, seed, credit_list=told(cast.black), **given)
    notify_entries(entries=only(entry), by=cast.actor("clerk"))
    return fresh(entry)


def serve(cast: Cast, entry: Entry, **given: Any) -> Entry:
    notices = Notice.objects.filter(entry=entry)
    act = {"served_on": clock.today(), "how": "直接送达", "by": cast.actor("clerk"), **given}
    record_service(notices=notices, **act)
    return fresh(entry)


def submit(cast: Cast, entry: Entry) -> Entry:
    submit_entries(entries=only(entry), by=cast.actor("clerk"))
    return fresh(entry)


def publish(cast: Cast, entry: Entry) -> Publication:
    return publish_entries(credit_list=entry.credit_list, entries=only(entry), by=cast.actor("reviewer"))


def succeed(predecessor: Unit, successor: Unit) -> None:
    """Since today the other unit answers for what this one did."""
    predecessor.valid_to, predecessor.successor = clock.today() - timedelta(days=1), successor
    predecessor.save()
    pass_on_lists(predecessor=predecessor, successor=successor, by=SYSTEM, reason=R)


def order(number: str = "（2026）测行1号", days_ago: int = 0) -> Order:
    return Order(number, "测试中级法院", clock.today() - timedelta(days=days_ago))


def stay(cast: Cast, entry: Entry) -> Publication:
    proposal = propose_stay(entry=fresh(entry), order=order(), by=cast.actor("clerk"), reason=R)
    return approve_proposal(proposal=proposal, by=cast.actor("reviewer"))


def lift(cast: Cast, entry: Entry) -> Publication:
    proposal = propose_lift(entry=fresh(entry), order=order("（2026）测行2号"), by=cast.actor("clerk"), reason=R)
    return approve_proposal(proposal=proposal, by=cast.actor("reviewer"))


def codes(outcome: Any) -> list[str]:
    return [row.code for row in outcome.left_out]


def withdraw(cast: Cast, entry: Entry, *, learned_on: date | None = None) -> EntryProposal:
    """The removal that follows when the entry's basis falls, proposed by the clerk."""
    return propose_removal(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        by=cast.actor("clerk"),
        reason=R,
        order=order(),
        learned_on=learned_on or clock.today(),
    )
