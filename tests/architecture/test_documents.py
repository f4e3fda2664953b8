"""The documents: links that lead somewhere, and names in docs/rules.md that exist."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for folder in ("docs", "deploy", "examples") for path in (ROOT / folder).rglob("*.md")),
]
DOCUMENTS = [path for path in DOCUMENTS if "node_modules" not in path.parts]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _anchors(text: str) -> set[str]:
    """The names under which a heading is reached, as Git's web pages make them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def _is_dead(document: Path, link: str) -> bool:
    if re.match("[a-z]+:", link):
        return False
    path, _hash, anchor = link.partition("#")
    target = document.parent / path if path else document
    if not target.exists():
        return True
    return bool(anchor) and anchor not in _anchors(target.read_text())


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_no_link_is_dead(document):
    dead = [link for link in LINK.findall(document.read_text()) if _is_dead(document, link)]

    assert not dead


def test_a_dead_link_is_found(tmp_path):
    document = tmp_path / "a.md"
    document.write_text("# One thing\n\n[a](#one-thing) [b](a.md#one-thing) [c](#two) [d](b.md) [e](https://x.test/)")

    assert [link for link in LINK.findall(document.read_text()) if _is_dead(document, link)] == ["#two", "b.md"]
