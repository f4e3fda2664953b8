"""The role of the programs adds to the history, and PostgreSQL refuses it everything else."""

from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction

from catalog.models import Division
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.selectors.history import sealed_models, tables
from jinan_credit.oversight.services.rights import grant_rights
from lists.models import Change
from objections.models import TipOffReporter
from tests.oversight.history import run_sql

pytestmark = pytest.mark.django_db
ROLE = "jinan_credit_app_of_tests"
LOGS = (
    "lists_numberreveal",
    "lists_numbersearch",
    "lists_numberhandout",
    "lists_entrymove",
    "objections_reporterlook",
    "sanctions_screeningmove",
    "sanctions_screeningevent",
    "oversight_seal",
    "oversight_erasure",
    "oversight_verification",
    "django_admin_log",
)


@pytest.fixture
def granted():
    grant_rights(role=ROLE, password="a password; with 'quotes'")


@contextmanager
def as_programs():
    run_sql(f"SET LOCAL ROLE {ROLE}")
    yield
    run_sql("RESET ROLE")


def is_refused(statement: str) -> bool:
    try:
        with transaction.atomic(), as_programs():
            run_sql(statement)
    except ProgrammingError as refusal:
        return "permission denied" in str(refusal) or "must be owner" in str(refusal)
    return False


def test_history_cannot_be_touched(granted):
    touched = [
        f"{act} {name}"
        for name in [*(model._meta.db_table for model in sealed_models()), Change._meta.db_table]
        for act in ("DELETE FROM", "TRUNCATE", "ALTER TABLE")
        if not is_refused(f"{act} {name}" + (" DISABLE TRIGGER ALL" if act == "ALTER TABLE" else ""))
    ]

    assert not touched


def test_history_cannot_be_written_again(granted):
    written = [
        model._meta.db_table
        for model in [*sealed_models(), Change, TipOffReporter]
        for column in [model._meta.concrete_fields[-1].column]
        if not is_refused(f'UPDATE {model._meta.db_table} SET "{column}" = "{column}"')
    ]

    assert not written


def test_the_logs_that_count_are_among_them():
    assert set(LOGS) <= {model._meta.db_table for model in sealed_models()}


def test_every_event_and_every_move_is_among_them():
    kept = {model for model in tables() if hasattr(model, "pgh_tracked_model") or model.__name__.endswith("Move")}

    assert kept <= set(sealed_models())


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE theirs (id int)",
        "DROP TABLE lists_entry",
        "ALTER TABLE lists_entry DISABLE TRIGGER ALL",
        "CREATE TRIGGER theirs BEFORE INSERT ON lists_entry FOR EACH ROW EXECUTE FUNCTION history_tells_of_erasure()",
        "CREATE OR REPLACE FUNCTION history_tells_of_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        "SET session_replication_role = replica",
        "DELETE FROM accounts_user",
        "DELETE FROM sanctions_screening",
        "DELETE FROM pghistory_context",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
        "SELECT setval(pg_get_serial_sequence('lists_entrymove', 'id'), 1)",
        """INSERT INTO oversight_erasure ("table", kind, at, role, rows) VALUES ('t', 'DELETED', now(), 'r', '{1}')""",
    ],
)
def test_what_the_owner_alone_may_do(granted, statement):
    assert is_refused(statement)


def test_what_programs_do_all_day_is_allowed_and_leaves_its_history(granted):
    with as_programs():
        division = Division.objects.create(code="370199", name="New", valid_from=clock.today())
        division.name = "Newer"
        division.save()
        division.delete()

    events = Division._meta.get_field("events").related_model.objects.filter(code="370199").order_by("pgh_id")
    assert list(events.values_list("pgh_label", flat=True)) == ["insert", "update", "delete"]


def test_no_program_lifts_a_trigger(granted):
    """By a setting of its own connection it would write rows that leave no history."""
    division = Division.objects.create(code="370199", name="New", valid_from=clock.today())
    lift = """
        SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true)
        FROM pg_trigger WHERE tgrelid = 'catalog_division'::regclass AND NOT tgisinternal
    """
    with as_programs():
        run_sql(lift)
        Division.objects.filter(pk=division.pk).update(name="Forged")
    assert division.events.filter(name="Forged").exists()

    run_sql(lift)
    Division.objects.filter(pk=division.pk).update(name="By the owner")
    assert not division.events.filter(name="By the owner").exists()


def test_granting_again_takes_what_was_given_besides(granted):
    run_sql(f"GRANT DELETE ON lists_change TO {ROLE}")
    assert not is_refused("DELETE FROM lists_change")

    grant_rights(role=ROLE)

    assert is_refused("DELETE FROM lists_change")


def test_a_right_given_by_mistake_is_of_no_use_since_the_erasure_cannot_be_told(granted):
    run_sql(f"GRANT DELETE ON lists_entrymove TO {ROLE}")

    assert is_refused("DELETE FROM lists_entrymove")


def test_a_role_that_could_change_history_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]

    with pytest.raises(DomainError) as refusal:
        grant_rights(role=owner)

    assert refusal.value.code == "role_is_owner"
