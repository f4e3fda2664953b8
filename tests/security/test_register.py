"""The cases of `docs/attacks.md` are tested by what it names."""

import ast
import re

from tests.conftest import ROOT

FEWEST_CASES = 40


def test_each_named_test_is_there() -> None:
    lines = [
        line for line in (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "
    ]
    cases = [line for line in lines if re.match(r"\| \d+ \|", line)]
    assert len(cases) >= FEWEST_CASES

    for case in cases:
        named = re.findall(r"`(tests/[^`]*?)::([^`]*)`", case)
        assert named or "access.md" in case, f"no test is named: {case}"
        for path, name in named:
            assert name in _tests_of(path), f"docs/attacks.md names {path}::{name}, which is not there"


def _tests_of(path: str) -> set[str]:
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return found
