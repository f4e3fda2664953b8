"""`docs/workflows.md`, made from the tables of moves: what the page says is what the services ask."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.utils import translation

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.workflow import Move, Workflow

HEAD = """# Workflows

Made from the tables in each app's `workflow.py` by `manage.py write_workflows`; a test fails when it is out of date. A
move that is not here does not exist. Every move leaves a row: who, for which unit, when, from where, to where, why.

Who: the act that a role must include (`jinan_credit/accounts/roles.py`); *the system* takes a step when its day comes.
*Another person*: whoever made what is decided here may not take this step.
"""


def render() -> str:
    """The page, in English whatever the language of the process."""
    with translation.override("en"):
        return "\n".join([HEAD, *(section for module in _modules() for section in _sections(module))])


def _modules() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.workflow") is not None and not config.name.startswith("django"):
            yield import_module(f"{config.name}.workflow")


def _sections(module: ModuleType) -> Iterator[str]:
    tables = [value for value in vars(module).values() if isinstance(value, Workflow)]
    for table in tables:
        yield f"## {table.name.replace('_', ' ').capitalize()}\n"
        yield f"`{module.__name__}`\n"
        yield _diagram(table)
        yield _table(table)


def _diagram(table: Workflow) -> str:
    lines = [
        f"    {source or '[*]'} --> {move.target}: {move.name}"
        for move in table
        for source in map(str, move.sources)
        if source != move.target
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```", ""])


def _table(table: Workflow) -> str:
    lines = ["| move | | from | to | who | needs |", "|---|---|---|---|---|---|"]
    lines += [_line(move) for move in table]
    return "\n".join([*lines, ""])


def _line(move: Move) -> str:
    sources = ", ".join(str(source) or "(new)" for source in move.sources)
    who = str(Act(move.act).label) if move.act else "*the system*"
    needs = {"a reason": move.needs_reason, "a document": move.needs_document, "another person": move.other_person}
    asked = ", ".join(name for name, is_asked in needs.items() if is_asked)
    return f"| `{move.name}` | {move.label} | {sources} | {move.target} | {who} | {asked} |"
