"""The cases of `docs/access.md` are tested by what it names."""

import ast
import re

from tests.conftest import ROOT


def test_each_named_test_is_there() -> None:
    named = re.findall(r"`(tests/[^`]*)::([^`]*)`", (ROOT / "docs" / "access.md").read_text(encoding="utf-8"))
    assert len(named) > 20

    for path, name in named:
        functions = [node.name for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body if _is_test(node)]
        assert name in functions, f"docs/access.md names {path}::{name}, which is not there"


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
