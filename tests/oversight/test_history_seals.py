"""The history is sealed outside of the database, and what differs from the seals is found and named."""

import json
import threading
from datetime import timedelta

import pghistory
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from catalog.models import Division
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.models import Erasure, Seal
from jinan_credit.oversight.services import sealing
from jinan_credit.oversight.services.history_verifying import verify_history
from jinan_credit.oversight.services.sealing import seal_after_restore, seal_history
from lists.models import NumberReveal, Subject
from lists.services.erasure import delete, empty
from tests.oversight.history import new_key, run_sql, triggers_off

pytestmark = pytest.mark.django_db

DivisionEvent = Division._meta.get_field("events").related_model
UnitEvent = Unit._meta.get_field("events").related_model


@pytest.fixture
def events(seals):
    """Twenty rows of history of twenty units, sealed."""
    for number in range(20):
        Unit.objects.create(code=f"u{number}", name=f"Unit {number}", is_city_unit=False)
    ids = sorted(UnitEvent.objects.values_list("pk", flat=True))[-20:]
    seal_history()
    return ids


def found() -> list[tuple[str, str, int | None]]:
    return [(finding["kind"], finding["table"], finding["row"]) for finding in verify_history().findings]


def test_an_untouched_history_is_intact(events):
    verified = verify_history()

    assert verified.is_intact
    assert verified.rows >= 20
    assert verified.seal_number == 1


def test_a_changed_row_is_named_with_its_seal(events):
    with triggers_off():
        run_sql("UPDATE accounts_unitevent SET name = 'Another' WHERE pgh_id IN (%s, %s)", events[7], events[9])

    (finding,) = verify_history().findings

    assert (finding["kind"], finding["table"], finding["row"]) == ("CHANGED", "accounts_unitevent", events[7])
    assert finding["seal"] == 1
    assert finding["sealed_at"] == Seal.objects.get().at.isoformat()


def test_a_missing_row_is_named(events):
    with triggers_off():
        run_sql("DELETE FROM accounts_unitevent WHERE pgh_id = %s", events[7])

    assert found() == [("MISSING", "accounts_unitevent", events[7])]


def test_the_last_row_is_missed_too(events):
    with triggers_off():
        run_sql("DELETE FROM accounts_unitevent WHERE pgh_id = %s", events[-1])

    assert found() == [("MISSING", "accounts_unitevent", events[-1])]


def test_a_row_added_in_the_middle_is_named(seals, events):
    with triggers_off():
        run_sql("DELETE FROM accounts_unitevent WHERE pgh_id = %s", events[7])
    for path in (seals / "leaves").iterdir():
        path.unlink()
    (seals / "seals.jsonl").unlink()
    with triggers_off():
        run_sql("DELETE FROM oversight_seal")
    seal_history()
    assert found() == []
    with triggers_off():
        run_sql(
            "INSERT INTO accounts_unitevent SELECT (jsonb_populate_record(event, jsonb_build_object('pgh_id', %s))).* "
            "FROM accounts_unitevent event WHERE pgh_id = %s",
            events[7],
            events[8],
        )

    assert found() == [("ADDED", "accounts_unitevent", events[7])]


def test_who_did_it_is_sealed_with_what_was_done(seals):
    with pghistory.context(user=1):
        Unit.objects.create(code="u", name="Unit", is_city_unit=False)
    event = UnitEvent.objects.latest("pk")
    seal_history()
    run_sql("""UPDATE pghistory_context SET metadata = '{"user": 2}' WHERE id = %s""", event.pgh_context_id)

    assert found() == [("CHANGED", "accounts_unitevent", event.pk)]


def test_new_rows_are_no_finding_and_are_sealed_next(events):
    Unit.objects.create(code="new", name="New", is_city_unit=False)
    assert verify_history().is_intact
    seal = seal_history()

    assert seal.number == 2
    assert seal.rows >= 1
    assert verify_history().is_intact


def test_the_newest_part_alone_is_compared(events, time_machine):
    with triggers_off():
        run_sql("UPDATE accounts_unitevent SET name = 'Another' WHERE pgh_id = %s", events[7])
    time_machine.move_to(clock.now() + timedelta(days=3))
    Unit.objects.create(code="new", name="New", is_city_unit=False)
    newest = UnitEvent.objects.latest("pk")
    seal_history()
    assert verify_history(newest_only=True).is_intact

    with triggers_off():
        run_sql("UPDATE accounts_unitevent SET name = 'Another' WHERE pgh_id = %s", newest.pk)
    (finding,) = verify_history(newest_only=True).findings

    assert finding["row"] == newest.pk


# Lawful erasures ------------------------------------------------------------------------------------------------


def test_what_the_law_deletes_leaves_the_history_intact(events):
    unit = Unit.objects.get(code="u7")
    empty(Unit.objects.filter(pk=unit.pk), name="—")

    erasure = Erasure.objects.get(table="accounts_unitevent")
    assert (erasure.kind, erasure.rows) == ("DELETED", [events[7]])
    assert verify_history().is_intact
    seal_history()
    assert verify_history().is_intact


def test_a_log_that_is_emptied_is_sealed_as_it_is_then(cast, seals):
    person = Subject.objects.first() or Subject.objects.create(kind="ORGANISATION", name="A", code="91370100MA3C000003")
    reveal = NumberReveal.objects.create(
        subject=person, by=cast.clerk, unit=cast.court, reason="asked", at="2026-01-01T00:00Z"
    )
    seal_history()
    empty(NumberReveal.objects.filter(pk=reveal.pk), reason="")
    assert verify_history().is_intact

    seal_history()
    assert verify_history().is_intact
    with triggers_off():
        run_sql("UPDATE lists_numberreveal SET reason = 'never asked' WHERE id = %s", reveal.pk)
    assert found() == [("CHANGED", "lists_numberreveal", reveal.pk)]


def test_an_erasure_that_was_made_up_is_found(events):
    Unit.objects.filter(code="u3").update(name="Renamed")
    delete(UnitEvent.objects.filter(pk=events[0]))
    delete(UnitEvent.objects.filter(pk=events[1]))
    seal_history()
    with triggers_off():
        run_sql("UPDATE oversight_erasure SET rows = rows || %s", [events[7]])
        run_sql("DELETE FROM accounts_unitevent WHERE pgh_id = %s", events[7])

    kind, table, _row = found()[0]

    assert (kind, table) == ("CHANGED", "oversight_erasure")


def test_a_row_cannot_be_laundered_by_writing_it_again(seals, events):
    with triggers_off():
        run_sql("DELETE FROM accounts_unitevent WHERE pgh_id = %s", events[7])
    delete(UnitEvent.objects.filter(pk=events[8]))
    with triggers_off():
        run_sql(
            "INSERT INTO accounts_unitevent SELECT (jsonb_populate_record(event, jsonb_build_object('pgh_id', %s))).* "
            "FROM accounts_unitevent event WHERE pgh_id = %s",
            events[0] - 1_000_000,
            events[9],
        )
        run_sql(
            'INSERT INTO oversight_erasure ("table", kind, at, role, rows) '
            "VALUES ('accounts_unitevent', 'REWRITTEN', now(), 'postgres', ARRAY[%s])",
            events[0] - 1_000_000,
        )
    seal_history()

    assert ("ADDED", "accounts_unitevent", events[0] - 1_000_000) in found()


# The file -------------------------------------------------------------------------------------------------------


def _detail() -> str:
    (finding,) = verify_history().findings
    assert finding["kind"] == "SEALS"
    return str(finding["detail"])


def test_a_shortened_file_is_found(seals, events):
    Unit.objects.create(code="new", name="New", is_city_unit=False)
    seal_history()
    lines = (seals / "seals.jsonl").read_text().splitlines(keepends=True)
    (seals / "seals.jsonl").write_text(lines[0])

    assert "the file was shortened" in _detail()
    with pytest.raises(DomainError) as refusal:
        seal_history()
    assert refusal.value.code == "seals_missing"


def test_a_line_that_was_changed_is_found(seals, events):
    told = json.loads((seals / "seals.jsonl").read_text())
    told["seal"]["tables"]["accounts_unitevent"]["settled"] += 1
    (seals / "seals.jsonl").write_text(json.dumps(told) + "\n")

    assert "is not signed by a known key" in _detail()


def test_a_file_that_was_replaced_is_found_even_with_the_right_key(seals, events):
    for path in (seals / "leaves").iterdir():
        path.unlink()
    (seals / "seals.jsonl").unlink()
    before = Seal.objects.get()
    with triggers_off():
        run_sql("DELETE FROM oversight_seal")
    seal_history()
    with triggers_off():
        run_sql("DELETE FROM oversight_seal")
        before.save(force_insert=True)

    assert "is not the one told of" in _detail()


def test_a_file_signed_by_another_key_is_found(seals, events, settings):
    settings.SEAL_KEY = new_key()

    assert "is not signed by a known key" in _detail()


def test_an_older_key_still_verifies(seals, events, settings):
    settings.SEAL_KEY = new_key() + (seals / "public_key.pem").read_text()
    seal_history()

    assert verify_history().is_intact


def test_leaves_that_were_changed_are_found(seals, events):
    path = seals / "leaves" / "accounts_unitevent"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")

    assert "is not what seal 1 fixed" in _detail()


def test_leaves_that_were_cut_off_are_found(seals, events):
    path = seals / "leaves" / "accounts_unitevent"
    path.write_bytes(path.read_bytes()[:-40])

    assert "is shorter than seal 1 says" in _detail()


def test_a_seal_taken_out_of_the_database_is_found(events):
    Unit.objects.create(code="new", name="New", is_city_unit=False)
    seal_history()
    Unit.objects.create(code="newer", name="Newer", is_city_unit=False)
    seal_history()
    with triggers_off():
        run_sql("DELETE FROM oversight_seal WHERE number > 1")

    assert "it was restored, or lost some" in _detail()


def test_a_line_that_a_crash_left_alone_is_taken_up(events):
    Unit.objects.create(code="new", name="New", is_city_unit=False)
    seal_history()
    with triggers_off():
        run_sql("DELETE FROM oversight_seal WHERE number = 2")
    assert verify_history().is_intact

    assert seal_history().number == 3
    assert verify_history().is_intact


def test_a_torn_line_is_no_line(seals, events):
    with (seals / "seals.jsonl").open("a") as file:
        file.write('{"seal": {"num')
    with (seals / "leaves" / "accounts_unitevent").open("ab") as file:
        file.write(b"x" * 7)
    assert verify_history().is_intact
    Unit.objects.create(code="new", name="New", is_city_unit=False)
    seal_history()

    assert verify_history().is_intact


def test_a_restored_database_goes_on_from_its_last_seal(events):
    for code in ("new", "newer"):
        Unit.objects.create(code=code, name=code, is_city_unit=False)
        seal_history()
    with triggers_off():
        run_sql("DELETE FROM oversight_seal WHERE number > 1")
        run_sql("DELETE FROM accounts_unitevent WHERE pgh_id > %s", events[-1])
    with pytest.raises(DomainError) as refusal:
        seal_history()
    assert refusal.value.code == "database_behind_seals"

    seal_after_restore(reason="The disk failed on the first of May.")

    assert verify_history().is_intact
    with triggers_off():
        run_sql("DELETE FROM accounts_unitevent WHERE pgh_id = %s", events[3])
    assert found() == [("MISSING", "accounts_unitevent", events[3])]


def test_a_table_that_lost_a_column_is_sealed_anew_on_order_only(events):
    run_sql("ALTER TABLE accounts_unitevent RENAME COLUMN name TO title")
    with pytest.raises(DomainError) as refusal:
        seal_history()
    run_sql("ALTER TABLE accounts_unitevent RENAME COLUMN title TO name")

    assert refusal.value.code == "columns_gone"
    seal_history(anew="accounts_unitevent", reason="A column went.")
    assert verify_history().is_intact


# Settled ids ----------------------------------------------------------------------------------------------------


def test_nothing_is_sealed_without_a_key(settings, db):
    settings.SEALS_FOLDER = None
    with pytest.raises(DomainError) as refusal:
        seal_history()
    assert refusal.value.code == "seals_not_configured"
    with pytest.raises(CommandError):
        call_command("verify_history")


def _write(code: str) -> None:
    Division.objects.create(code=code, name=code, valid_from=clock.today())


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_under_a_lower_id_is_sealed_and_is_no_finding(seals, monkeypatch):
    """A writer draws an id, waits; another draws the next and commits; the seal comes in between."""
    monkeypatch.setattr(sealing, "PATIENCE_SECONDS", 0.3)
    has_drawn, may_commit = threading.Event(), threading.Event()

    def write_late() -> None:
        try:
            with transaction.atomic():
                _write("late")
                has_drawn.set()
                assert may_commit.wait(30)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write_late)
    writer.start()
    assert has_drawn.wait(30)
    _write("soon")
    seal_history()
    may_commit.set()
    writer.join()
    late, soon = (DivisionEvent.objects.get(code=code).pk for code in ("late", "soon"))
    assert late < soon
    assert verify_history().is_intact

    assert seal_history().rows >= 1
    assert verify_history().is_intact
    with transaction.atomic(), triggers_off():
        run_sql("DELETE FROM catalog_divisionevent WHERE pgh_id = %s", late)
    assert found() == [("MISSING", "catalog_divisionevent", late)]


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_seal_waits_for_short_writers_and_then_all_is_settled(seals):
    has_drawn = threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                _write("slow")
                has_drawn.set()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.5)")
        finally:
            connections.close_all()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert has_drawn.wait(30)
    _write("soon")
    seal_history()
    writer.join()

    (seals_line,) = (json.loads(line)["seal"] for line in (seals / "seals.jsonl").read_text().splitlines())
    told = seals_line["tables"]["catalog_divisionevent"]
    assert told["settled"] == DivisionEvent.objects.latest("pk").pk
    assert told["segments"][0]["rows"] == 2


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_one_seal(seals):
    _write("one")
    with transaction.atomic():
        seal_history()
        done = []

        def seal_too() -> None:
            done.append(seal_history())
            connections.close_all()

        other = threading.Thread(target=seal_too)
        other.start()
        other.join()

    assert done == [None]
    assert Seal.objects.count() == 1
