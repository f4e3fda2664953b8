"""What a replica must hold before the public site may read from it changes with all that a visitor might still see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jinan_credit.portal.freshness import _STATE
from lists.enums import Disclosure, ExitReason
from lists.models import CreditList, Entry
from lists.services.removals import remove_entry
from tests.cast import Cast, publish_one


def _state() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return cursor.fetchone()


def _publish(cast: Cast, entry: Entry) -> None:
    publish_one(cast, seed=77)


def _remove(cast: Cast, entry: Entry) -> None:
    why = {"exit_reason": ExitReason.LISTED_IN_ERROR, "reason": "误列"}
    remove_entry(entry=entry, made_by=cast.clerk, by=cast.actor("second_reviewer"), **why)


def _hide_list(cast: Cast, entry: Entry) -> None:
    CreditList.objects.filter(pk=entry.credit_list_id).update(disclosure=Disclosure.GOVERNMENT)


@pytest.mark.parametrize("act", [_publish, _remove, _hide_list])
def test_it_changes_with_what_may_be_seen(cast: Cast, act: Callable[[Cast, Entry], None]) -> None:
    entry = publish_one(cast)
    before = _state()
    act(cast, entry)

    assert _state() != before


def test_it_stays_as_it_is_when_nothing_happens(cast: Cast) -> None:
    publish_one(cast)

    assert _state() == _state()
