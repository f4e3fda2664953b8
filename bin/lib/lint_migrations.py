"""Runs in `.venv`: may these migrations be applied while the program is used? Fails for one that may not.

A new column without a default in the database, a dropped or renamed column, an index that locks a large table: the
program that still runs beside the new one would fail, or wait.
"""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "catalog", "lists", "exchange", "sanctions", "objections", "repair", "oversight")
BEFORE_THE_RULE = (
    "0009_messages_by_source",
    "0012_planned_successions",
    "0008_key_task_reports_and_information_catalogue",
    "0019_figures_by_day",
    "0015_figures_by_day",
)
"""Migrations of before this check. None is added: a new one is written so that it passes, or in two releases."""

LOCKS_A_SMALL_TABLE = ("0014_single_sign_on", "0026_saved_filters_of_a_page", "0007_urging_on_fallen_bases")
"""The linter knows no sizes: a unique constraint on some thousands of rows is there in milliseconds."""


def main() -> int:
    sys.path[0] = str(ROOT)
    import django

    django.setup()
    linter = _linter()
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


def _linter() -> Any:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django_migration_linter import MigrationLinter

    class Linter(MigrationLinter):
        """Reads the statements where migrations replace others, which `sqlmigrate` does not."""

        def get_sql(self, app_label: str, migration_name: str) -> list[str]:
            loader = MigrationLoader(connection)
            migration = loader.graph.nodes[app_label, migration_name]
            return [str(line) for line in loader.collect_sql([(migration, False)])]

    return Linter(
        no_cache=True,
        include_apps=list(APPS),
        ignore_initial_migrations=True,
        ignore_name=[*BEFORE_THE_RULE, *LOCKS_A_SMALL_TABLE],
        warnings_as_errors_tests=["CREATE_INDEX"],
        quiet=["ok", "ignore"],
    )


if __name__ == "__main__":
    sys.exit(main())
