"""File names and who may write what, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PACKAGES = ("jinan_credit", "catalog", "lists", "sanctions", "objections", "repair")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base_utils", "shared", "stuff"}


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _writes_moves(path: Path) -> bool:
    if _short(path) == "jinan_credit/accounts/moves.py":
        return True
    source = path.read_text()
    return "services" in path.parts and any(word in source for word in ("write_move(", "make_move(", "Move("))


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_has_a_vague_name():
    vague = [
        _short(path)
        for package in (*PACKAGES, "tests", "bin", "examples", "bench", "templates")
        for path in (ROOT / package).rglob("*")
        if path.stem in VAGUE and "node_modules" not in path.parts
    ]

    assert not vague


def test_only_workflow_services_write_a_state():
    """`something.state = …` stands in accounts/moves.py, and in services that write the row of the move beside it."""
    written = [
        f"{_short(path)}:{node.lineno}"
        for path in _sources()
        if not _writes_moves(path)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]

    assert not written, "a job's condition is called status; a state changes by a move"


def test_states_are_updated_in_bulk_by_services_only():
    """`.update(state=…)` writes many rows at once; beside it stand the rows of the log, so it belongs to a service."""
    written = [
        f"{_short(path)}:{node.lineno}"
        for path in _sources()
        if "services" not in path.parts and path.stem != "moves"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("update", "bulk_update")
        and any(keyword.arg == "state" for keyword in node.keywords)
    ]

    assert not written


def test_legal_acts_take_their_arguments_by_name():
    """A public service function names its actor `by`, and whatever it takes by name."""
    wrong = []
    for path in _sources():
        if "services" not in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if ("by" in names or "reason" in names) and not node.name.startswith(("require_", "lock")):
                wrong.append(f"{_short(path)}:{node.lineno} {node.name}")

    assert not wrong, "by= and reason= are keyword-only"


def test_views_and_tasks_stay_outside_the_log():
    """Nothing but moves.py and services makes rows of a move log."""
    wrong = [
        f"{_short(path)}:{number}"
        for path in _sources()
        if {"views", "api"} & set(path.parts) or path.stem in ("views", "tasks", "admin", "forms")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "Move.objects.create" in line or "make_move(" in line or "write_move(" in line
    ]

    assert not wrong


def test_templates_carry_no_code_of_their_own():
    """The content security policy allows no inline script or style; a page with one would be broken."""
    wrong = [
        f"{_short(path)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if " style=" in line
        or " onclick=" in line
        or " onchange=" in line
        or "javascript:" in line
        or ("<script" in line and "src=" not in line)
    ]

    assert not wrong
