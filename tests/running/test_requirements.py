"""The locks: hashed, without an index address, complete; and each dependency says why it is there."""

import re

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "requirements"
NAMES = [path.stem for path in sorted(FOLDER.glob("*.in"))]


def _wanted(name):
    return [line for line in (FOLDER / f"{name}.in").read_text().splitlines() if line and line[0] not in "#-"]


def _locked(name):
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+)", (FOLDER / f"{name}.txt").read_text(), re.MULTILINE))


def _plain(requirement):
    return re.split(r"[\[<>=~! #]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("name", NAMES)
def test_every_dependency_says_why(name):
    assert all("#" in line for line in _wanted(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_dependency_is_locked(name):
    assert {_plain(line) for line in _wanted(name)} <= set(_locked(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_lock_is_hashed_and_names_no_address(name):
    text = (FOLDER / f"{name}.txt").read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)

    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
    assert not re.search(r"https?://|--index|--find-links", text)


def test_the_locks_agree():
    versions = {}
    for name in NAMES:
        for package, version in _locked(name).items():
            assert versions.setdefault(package, version) == version, package


def test_the_front_end_lock_names_no_address():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
