"""A revision changes which lists concern a unit: cursors, pushes, screening and tasks follow on its first day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from catalog.models import Measure
from catalog.services.measures import Clause, change_measure
from catalog.services.memoranda import circulate_version, lapse_version, put_version_in_force, revise_memorandum
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from lists.selectors import lists_for_unit, measures_for_list
from sanctions.enums import Outcome, PartyKind, ScreeningResult
from sanctions.models import Execution, UnitTask
from sanctions.rules import Matter, Party
from sanctions.selectors.screenings import found_entries
from sanctions.services.executions import Report, answer_hit
from sanctions.services.screenings import screen
from tests.cast import Cast, publish_one
from tests.exchange.conftest import Peer, connect


def given_to(measure: Measure, unit: Unit) -> Clause:
    """What the measure says, for another unit."""
    return Clause(
        clause=measure.clause,
        content=measure.content,
        category=measure.category,
        severity=measure.severity,
        applies_to=measure.applies_to,
        bases=[(basis.title, basis.article) for basis in measure.bases.all()],
        units=[unit],
    )


def test_lists_cursors_pushes_screening_and_tasks_follow_a_revision(
    cast: Cast, make_peer: Callable[..., Peer], time_machine: Any
) -> None:
    """The ban passes from finance to the stranger in five days; finance keeps the red list alone."""
    finance, stranger = make_peer(), make_peer()
    connect(finance, cast.finance)
    connect(stranger, cast.stranger_unit)
    entry = publish_one(cast)
    push()
    coordinator, clerk = cast.actor("coordinator"), cast.actor("finance_clerk")
    party = Party(kind=PartyKind.ORGANISATION, code=entry.subject.code or "")
    screening = screen(party=party, matter=Matter("政府采购"), purpose="资格审查", by=clerk)
    (found,) = found_entries(screening, DataProfile.FULL)
    report = Report(outcome=Outcome.APPLIED, performed_on=clock.today(), measures=[cast.ban.pk])
    execution = answer_hit(hit=found.hit, report=report, by=clerk)

    revision = revise_memorandum(cast.ban.version.memorandum, note="职责调整", by=coordinator)
    ban = revision.measures.get(code=cast.ban.code)
    change_measure(measure=ban, clause=given_to(cast.ban, cast.stranger_unit), by=coordinator)
    circulate_version(revision, by=coordinator)
    first_day = clock.today() + timedelta(days=5)
    put_version_in_force(revision, by=coordinator, valid_from=first_day)

    make_cursors()
    assert list(measures_for_list(cast.black, cast.finance)) == [cast.ban]
    assert not Cursor.objects.filter(unit=cast.stranger_unit).exists()

    time_machine.move_to(clock.start_of(first_day))
    make_cursors()
    push()
    assert list(measures_for_list(cast.black, cast.stranger_unit)) == [ban]
    assert not lists_for_unit(cast.finance).filter(pk=cast.black.pk).exists()
    assert finance.got[-1].body["type"] == "list.ended"
    assert stranger.got[-1].body["data"]["changes"][0]["id"] == str(entry.pk)
    assert Cursor.objects.get(unit=cast.finance, credit_list=cast.black).ended_at is not None

    after = screen(party=party, matter=Matter("政府采购"), purpose="资格审查", by=clerk)
    assert after.result == ScreeningResult.CLEAR
    assert cast.black.code not in after.positions
    by_stranger = screen(party=party, matter=Matter("入会"), purpose="资格审查", by=cast.actor("stranger"))
    (found,) = found_entries(by_stranger, DataProfile.FULL)
    assert [measure.id for measure in found.measures] == [ban.pk]
    listed = publish_one(cast, seed=2)
    asked = UnitTask.objects.filter(publication=listed.last_publication_id).values_list("unit__code", flat=True)
    assert set(asked) == {"stranger", "transport"}
    # What was done keeps the version under which it was done.
    kept = Execution.objects.get(pk=execution.pk).measures.get()
    assert (kept, kept.version.number) == (cast.ban, 1)


def test_a_memorandum_that_lapses_takes_its_lists_from_the_units(
    cast: Cast, make_peer: Callable[..., Peer], time_machine: Any
) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    lapse_version(cast.ban.version, last_day=clock.today(), by=cast.actor("coordinator"), reason="国家备忘录废止")
    make_cursors()
    assert Cursor.objects.filter(unit=cast.finance, ended_at=None).count() == 2
    time_machine.move_to(clock.start_of(clock.today() + timedelta(days=1)))
    make_cursors()
    assert not Cursor.objects.filter(unit=cast.finance, ended_at=None).exists()
    push()
    assert {got.body["type"] for got in peer.got[-2:]} == {"list.ended"}
