"""Each change of what is counted marks its day, in the same transaction: for every day but the present one.

What is written today is counted today anyway, and tomorrow: those days are not kept yet. So the tables that are
written most cost nothing more, and an old transaction has a whole day to end before its day can be kept.
Screenings, hits and batches are marked when they change or go, not when they are written: they bear the moment at
which they are.
"""

from django.db import migrations

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
DAY_OF = "({moment} AT TIME ZONE 'Asia/Shanghai')::date"

# table: (tallies, the day of a changed row, what it is joined with, operations)
COUNTED = {
    "sanctions_unittask": (("TASKS", "RELEASES"), DAY_OF.format(moment="changed.made_at"), "", "INSERT UPDATE DELETE"),
    "sanctions_execution": (("EXECUTIONS", "MEASURES"), "changed.performed_on", "", "INSERT UPDATE DELETE"),
    "sanctions_screening": (("SCREENINGS", "HITS"), DAY_OF.format(moment="changed.screened_at"), "", "UPDATE DELETE"),
    "sanctions_hit": (
        ("HITS",),
        DAY_OF.format(moment="screening.screened_at"),
        "JOIN sanctions_screening screening ON screening.id = changed.screening_id",
        "UPDATE DELETE",
    ),
    "lists_entry": (("EXPIRY",), "changed.term_to", "", "UPDATE"),
}
TABLES = {"INSERT": ("new_rows",), "UPDATE": ("old_rows", "new_rows"), "DELETE": ("old_rows",)}
REFERENCING = {"old_rows": "OLD TABLE AS old_rows", "new_rows": "NEW TABLE AS new_rows"}


def _function(table: str, operation: str) -> str:
    tallies, day, joined, _operations = COUNTED[table]
    only = f"{day} < {TODAY}" if table == "lists_entry" else f"{day} <> {TODAY}"
    changed = " UNION ".join(
        f"SELECT DISTINCT {day} AS day FROM {rows} changed {joined} WHERE {only}" for rows in TABLES[operation]
    )
    name = f"oversight_mark_{table}_{operation.lower()}"
    return f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO oversight_figuremark (tally, day)
            SELECT tally, marked.day FROM ({changed}) marked CROSS JOIN unnest(ARRAY{list(tallies)}) tally;
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER mark_figures_{operation.lower()} AFTER {operation} ON {table}
        REFERENCING {" ".join(REFERENCING[rows] for rows in TABLES[operation])}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
    """


EACH = [(table, operation) for table, (*_rest, operations) in COUNTED.items() for operation in operations.split()]
MARK = "".join(_function(table, operation) for table, operation in EACH)
NO_MARK = "".join(f"DROP FUNCTION oversight_mark_{table}_{operation.lower()}() CASCADE;" for table, operation in EACH)


class Migration(migrations.Migration):

    dependencies = [
        ('lists', '0019_figures_by_day'),
        ('oversight', '0001_kept_figures'),
        ('sanctions', '0015_figures_by_day'),
    ]

    operations = [migrations.RunSQL(MARK, NO_MARK)]
