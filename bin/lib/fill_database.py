"""Runs in `.venv`: migrate, load the reference data, fill an empty database with the demonstration lists.

Lines that begin with "> " are for the person who waits.
"""

import argparse
import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEMONSTRATION = ("--entries=200", "--units=3", "--seed=1")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--demonstration", type=Path, help="where the answer of make_demo is kept")
    parser.add_argument("--only-empty", action="store_true", help="refuse a database that holds tables")
    options = parser.parse_args()
    sys.path[0] = str(ROOT)
    import django

    django.setup()
    if options.only_empty:
        _refuse_tables()
    _migrate()
    _answer_of("grant_rights")
    _load_reference()
    if options.demonstration:
        _make_demonstration(options.demonstration)
    _seal_history()


def _refuse_tables() -> None:
    from django.db import connection

    if connection.introspection.table_names():
        raise SystemExit("DATABASE_URL names a database that holds tables. A check needs an empty one.")


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    call_command("check", databases=["default"], verbosity=0)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        print(f"> {len(plan)} migrations", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def _load_reference() -> None:
    print("> reference data", flush=True)
    _answer_of("load_reference")


def _make_demonstration(kept: Path) -> None:
    from django.contrib.auth import get_user_model

    if get_user_model().objects.exists():
        return
    print("> demonstration lists", flush=True)
    answer = json.loads(_answer_of("make_demo", *DEMONSTRATION).strip().splitlines()[-1])
    draft = kept.with_name(kept.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(answer, file, ensure_ascii=False, indent=1)
    draft.replace(kept)


def _seal_history() -> None:
    """What was loaded, at once: else the first hour of a new house would be unsealed."""
    from django.core.management.base import CommandError

    try:
        _answer_of("seal_history")
    except CommandError as refusal:
        print(f"> the history is not sealed: {refusal}", flush=True)


def _answer_of(command: str, *arguments: Any) -> str:
    from django.core.management import call_command

    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        call_command(command, *arguments, stdout=written)
    return written.getvalue()


if __name__ == "__main__":
    main()
