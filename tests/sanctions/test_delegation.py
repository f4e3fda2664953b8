"""Who acts for an absent colleague acts with his own rights: nobody checks by it what he has made himself."""

from random import Random

import pytest

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import Unit, User
from lists.models import Entry
from lists.services.entries import draft_entry, submit_entries
from lists.services.publications import publish_entries
from sanctions.models import UnitTask
from sanctions.services.claims import claim_task
from sanctions.services.unit_tasks import sign_task
from tests.cast import Cast, company_values, make_user, publish_one
from tests.sanctions.conftest import task_of
from tests.sanctions.test_claims import code_of, substitute


@pytest.fixture
def task(cast: Cast) -> UnitTask:
    publish_one(cast)
    return task_of(cast.finance)


@pytest.fixture
def both(cast: Cast) -> User:
    """A clerk of the initiating unit who is a reviewer, too."""
    return make_user("clerk-and-reviewer", cast.court, Role.CLERK, Role.REVIEWER)


def in_review(cast: Cast, maker: User) -> Entry:
    entry = draft_entry(credit_list=cast.black, values=company_values(Random(7)), by=actor_of(maker))
    submit_entries(entries=Entry.objects.filter(pk=entry.pk), by=actor_of(maker))
    return entry


def publish(cast: Cast, entry: Entry, by: User) -> None:
    publish_entries(credit_list=cast.black, entries=Entry.objects.filter(pk=entry.pk), by=actor_of(by))


def test_a_clerk_who_acts_for_a_reviewer_does_not_review(cast: Cast) -> None:
    entry = in_review(cast, cast.clerk)
    colleague = make_user("another-clerk", cast.court, Role.CLERK)
    substitute(cast.reviewer, colleague, by=cast.reviewer)

    assert code_of(publish, cast, entry, colleague) == "act_not_allowed"


def test_who_made_it_does_not_check_it_for_an_absent_reviewer(cast: Cast, both: User) -> None:
    entry = in_review(cast, both)
    substitute(cast.reviewer, both, by=cast.reviewer)

    assert code_of(publish, cast, entry, both) == "own_work"
    publish(cast, entry, cast.second_reviewer)


def test_a_substitute_who_left_the_unit_or_lost_the_role_does_not_act(cast: Cast, task: UnitTask) -> None:
    colleague = make_user("finance-colleague-2", cast.finance, Role.CLERK)
    claim_task(task=task, by=cast.actor("finance_clerk"))
    substitute(cast.finance_clerk, colleague, by=cast.finance_clerk)

    colleague.role_grants.all().delete()
    assert code_of(sign_task, task=task, by=actor_of(User.objects.get(pk=colleague.pk))) == "act_not_allowed"
    moved = User.objects.get(pk=colleague.pk)
    moved.unit = Unit.objects.get(pk=cast.transport.pk)
    moved.save()
    assert code_of(sign_task, task=task, by=actor_of(moved)) in ("act_not_allowed", "not_found")
    User.objects.filter(pk=colleague.pk).update(unit=cast.finance, is_active=False)
    assert code_of(sign_task, task=task, by=actor_of(User.objects.get(pk=colleague.pk))) == "act_not_allowed"
