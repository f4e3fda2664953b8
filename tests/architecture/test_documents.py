"""The documents: links that lead somewhere, and names in docs/rules.md that exist."""

import re
from functools import reduce
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import get_commands

from catalog.services.load_reference import DATA
from jinan_credit.kernel.workflow import Workflow
from tests.conftest import ROOT

PACKAGES = ("jinan_credit", "catalog", "lists", "sanctions", "objections", "repair")
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


def test_every_picture_is_shown():
    shown = {
        (document.parent / link).resolve() for document in DOCUMENTS for link in LINK.findall(document.read_text())
    }

    assert not set((ROOT / "docs" / "pictures").glob("*.png")) - shown


FILES = [
    str(path.relative_to(ROOT))
    for folder in (*PACKAGES, "bench", "bin", "deploy", "examples", "locale", "templates", "tests")
    for path in (ROOT / folder).rglob("*.*")
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_files_and_commands_that_a_document_names_exist(document):
    text = document.read_text()
    named = re.findall(r"`((?:[\w-]+/)+[\w-]+\.(?:py|html|yaml|yml|conf|po))(?:::\w+)?`", text)
    gone = [file for file in named if not any(f"/{one}".endswith(f"/{file}") for one in FILES)]
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands())

    assert (gone, commands) == ([], set())


# docs/rules.md ---------------------------------------------------------------------------------------------------

RULES = (ROOT / "docs" / "rules.md").read_text()
NAMES = set(re.findall("`([^`]+)`", RULES.partition("\n## ")[2]))
OTHER_WORDS = {"visible_to"}


def _limits() -> set[str]:
    profiles = yaml.safe_load((DATA / "rule_profiles.yaml").read_text())
    return {f"{profile['code']}/{name}" for profile in profiles for name in profile["parameters"]}


def _refusals_of_the_database() -> set[str]:
    kept = [model._meta for model in apps.get_models()]
    return {one.name for meta in kept for one in (*meta.constraints, *getattr(meta, "triggers", ()))}


def _resolved(name: str) -> Any:
    """What stands under a dotted name: the longest part that is a module, then its attributes."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if _is_module(".".join(parts[:length])):
            found: Any = import_module(".".join(parts[:length]))
            return reduce(_part_of, parts[length:], found)
    raise AttributeError(name)


def _part_of(whole: Any, name: str) -> Any:
    """An attribute, or a field that a class only annotates."""
    if name in getattr(whole, "__annotations__", {}):
        return whole.__annotations__[name]
    return getattr(whole, name)


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _exists(name: str) -> bool:
    if name.split(".", maxsplit=1)[0] in PACKAGES:
        try:
            _resolved(name)
        except AttributeError:
            return False
        return True
    return name in _limits() | _refusals_of_the_database() | OTHER_WORDS


def test_every_name_of_the_rules_exists():
    assert not sorted(name for name in NAMES if not _exists(name))


def test_a_name_that_is_gone_is_found():
    assert _exists("lists.models.Entry")
    gone = ["lists.models.Entries", "lists.nothing.Entry", "objection/never_wd", "entry_is_anything"]
    assert not [name for name in gone if _exists(name)]


def test_the_rules_name_every_limit_and_workflow():
    workflows = {
        f"{config.name}.workflow.{name}"
        for config in apps.get_app_configs()
        if config.name.startswith(PACKAGES) and _is_module(f"{config.name}.workflow")
        for name, value in vars(import_module(f"{config.name}.workflow")).items()
        if isinstance(value, Workflow)
    }

    assert not (workflows | _limits()) - NAMES
