"""Reconsideration and suit: marks that a clerk sets and takes off, told to the units, without any effect of theirs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jinan_credit.kernel import clock
from lists.enums import EntryState, ExitReason, Mark, ProceedingKind, PublicationKind
from lists.models import Change, Entry, Notice, Proceeding, ProceedingMove, Publication
from lists.services.orders import Order
from lists.services.proceedings import end_proceeding, record_proceeding
from lists.services.removals import remove_entry
from sanctions.models import UnitTask
from tests.cast import Cast, publish_one
from tests.lists.steps import R, draft, fresh, lift, order, refused, stay

RECONSIDERATION, SUIT = ProceedingKind


def recorded(cast: Cast, entry: Entry, kind: ProceedingKind = RECONSIDERATION) -> Proceeding:
    return record_proceeding(entry=entry, kind=kind, order=order(days_ago=3), by=cast.actor("clerk"), reason=R)


def ended(cast: Cast, proceeding: Proceeding) -> Proceeding:
    return end_proceeding(proceeding=proceeding, ended_on=clock.today(), by=cast.actor("clerk"), reason="维持")


def told(entry: Entry) -> list[tuple[str, list[str]]]:
    changes = Change.objects.filter(entry=entry, body__isnull=False).order_by("version")
    return [(change.reason, change.body["marks"]) for change in changes if change.body is not None]


@pytest.mark.parametrize(
    ("kind", "mark", "code"),
    [(RECONSIDERATION, Mark.UNDER_RECONSIDERATION, "RECONSIDERATION"), (SUIT, Mark.UNDER_SUIT, "SUIT")],
)
def test_the_mark_comes_and_goes_and_the_units_are_told(
    cast: Cast, kind: ProceedingKind, mark: Mark, code: str
) -> None:
    entry = publish_one(cast)
    tasks = UnitTask.objects.count()
    proceeding = recorded(cast, entry, kind)
    assert fresh(entry).is_in_force
    ended(cast, proceeding)
    assert told(entry) == [("PUBLISHED", []), (f"{code}_OPENED", [mark]), (f"{code}_ENDED", [])]
    assert [publication.kind for publication in Publication.objects.order_by("pk")][1:] == [PublicationKind.MARK] * 2
    assert list(entry.moves.order_by("pk").values_list("name", "by", "reason"))[-2:] == [
        (f"{code.lower()}_opened", cast.clerk.pk, R),
        (f"{code.lower()}_ended", cast.clerk.pk, "维持"),
    ]
    assert list(proceeding.moves.values_list("name", "to_state")) == [("record", "OPEN"), ("end", "CLOSED")]
    assert UnitTask.objects.count() == tasks
    assert not Notice.objects.filter(publication__kind=PublicationKind.MARK).exists()


def test_both_stand_beside_each_other_and_one_of_a_kind_at_a_time(cast: Cast) -> None:
    entry = publish_one(cast)
    first = recorded(cast, entry)
    recorded(cast, entry, SUIT)
    assert fresh(entry).marks == [Mark.UNDER_RECONSIDERATION, Mark.UNDER_SUIT]
    with refused("proceeding_open"):
        recorded(cast, entry)
    ended(cast, first)
    assert fresh(entry).marks == [Mark.UNDER_SUIT]
    recorded(cast, entry)
    assert fresh(entry).marks == [Mark.UNDER_RECONSIDERATION, Mark.UNDER_SUIT]


def test_who_may_not_and_what_is_missing(cast: Cast) -> None:
    entry = publish_one(cast)
    given = {"entry": entry, "kind": SUIT, "order": order(), "by": cast.actor("clerk"), "reason": R}
    for code, wrong in (
        ("act_not_allowed", {"by": cast.actor("reviewer")}),
        ("not_your_unit", {"by": cast.actor("finance_clerk")}),
        ("reason_missing", {"reason": " "}),
        ("order_missing", {"order": None}),
        ("order_missing", {"order": Order("一号", "", clock.today())}),
        ("order_in_future", {"order": order(days_ago=-1)}),
        ("entry_not_published", {"entry": draft(cast, 7)}),
    ):
        with refused(code):
            record_proceeding(**{**given, **wrong})  # type: ignore[arg-type]
    assert not Proceeding.objects.exists()
    assert fresh(entry).marks == []


def test_an_end_is_refused_in_words(cast: Cast) -> None:
    proceeding = recorded(cast, publish_one(cast))
    given = {"proceeding": proceeding, "ended_on": clock.today(), "by": cast.actor("clerk"), "reason": R}
    for code, wrong in (
        ("act_not_allowed", {"by": cast.actor("reviewer")}),
        ("not_your_unit", {"by": cast.actor("finance_clerk")}),
        ("reason_missing", {"reason": ""}),
        ("ended_in_future", {"ended_on": clock.today() + timedelta(days=1)}),
        ("ended_before_order", {"ended_on": proceeding.order_on - timedelta(days=1)}),
    ):
        with refused(code):
            end_proceeding(**{**given, **wrong})  # type: ignore[arg-type]
    ended(cast, proceeding)
    with refused("move_not_open"):
        ended(cast, proceeding)


def test_during_a_stay_the_mark_waits_for_its_end(cast: Cast) -> None:
    entry = publish_one(cast)
    stay(cast, entry)
    recorded(cast, fresh(entry), SUIT)
    assert told(entry) == [("PUBLISHED", [])]
    lift(cast, entry)
    assert told(entry)[-1] == ("STAY_LIFTED", [Mark.UNDER_SUIT])


def test_what_has_left_its_list_is_marked_no_more_but_the_end_is_kept(cast: Cast) -> None:
    entry = publish_one(cast)
    proceeding = recorded(cast, entry)
    remove_entry(
        entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=cast.actor("reviewer"), reason=R
    )
    with refused("entry_not_published"):
        recorded(cast, fresh(entry), SUIT)
    count = Publication.objects.count()
    assert ended(cast, proceeding).state == "CLOSED"
    assert Publication.objects.count() == count
    assert fresh(entry).state == EntryState.REMOVED


def test_the_database_refuses_two_of_a_kind_and_an_end_without_a_day(cast: Cast) -> None:
    entry = publish_one(cast)
    proceeding = recorded(cast, entry)
    values = {"order_number": "一号", "order_by": "法院", "order_on": clock.today()}
    with pytest.raises(IntegrityError, match="entry_has_one_open_proceeding_of_a_kind"), transaction.atomic():
        Proceeding.objects.create(entry=entry, kind=RECONSIDERATION, **values)
    with pytest.raises(IntegrityError, match="closed_proceeding_has_its_day"), transaction.atomic():
        Proceeding.objects.filter(pk=proceeding.pk).update(state="CLOSED")
    assert ProceedingMove.objects.get(of=proceeding).name == "record"
