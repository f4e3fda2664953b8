"""Triggers by which a table of history tells of each of its rows that is deleted or written again.

They follow from the models like the rights do, so that no table is forgotten: put in place after every migration.
"""

from django.db import connection, transaction

from jinan_credit.oversight.enums import ErasureKind
from jinan_credit.oversight.selectors.history import DELETE, UPDATE, sealed_models
from jinan_credit.oversight.selectors.history_rows import key_of

_NAMES = {DELETE: "history_tells_of_deletion", UPDATE: "history_tells_of_rewriting"}
_KINDS = {DELETE: ErasureKind.DELETED, UPDATE: ErasureKind.REWRITTEN}
_FUNCTION = """
    CREATE OR REPLACE FUNCTION history_tells_of_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format(
            'INSERT INTO oversight_erasure ("table", kind, at, role, rows) '
            'SELECT %L, %L, clock_timestamp(), current_user, array_agg(%I::bigint ORDER BY %I) '
            'FROM erased HAVING count(*) > 0',
            TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1], TG_ARGV[1]
        );
        RETURN NULL;
    END $$
"""


@transaction.atomic
def put_erasure_triggers() -> int:
    """Put the triggers where they are missing. Returns how many were."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTION)
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname = ANY(%s)", [list(_NAMES.values())]
        )
        there = {(table.removeprefix("public."), name) for table, name in cursor.fetchall()}
        missing = [
            (model, operation)
            for model in sealed_models()
            for operation in _NAMES
            if (model._meta.db_table, _NAMES[operation]) not in there
        ]
        for model, operation in missing:
            cursor.execute(
                f'CREATE TRIGGER {_NAMES[operation]} AFTER {operation} ON "{model._meta.db_table}" '
                f"REFERENCING OLD TABLE AS erased FOR EACH STATEMENT "
                f"EXECUTE FUNCTION history_tells_of_erasure('{_KINDS[operation].value}', '{key_of(model)}')"
            )
    return len(missing)
