"""Every environment variable is read in one place, and documented."""

import re

from tests.conftest import ROOT

PACKAGES = ("jinan_credit", "catalog", "lists", "sanctions", "objections", "repair")
THE_ONE_PLACE = ROOT / "jinan_credit" / "settings" / "environment.py"
# Django's own variable, set before any settings exist.
DJANGO = re.compile(r'os\.environ\.setdefault\("DJANGO_SETTINGS_MODULE"')
READING = re.compile(r"os\.environ|os\.getenv|\bgetenv\(|environs")


def _variables() -> set[str]:
    calls = r'(?:_env\.\w+|_required|_file|os\.environ\.get)\(\s*"([A-Z_]+)"'
    return set(re.findall(calls, THE_ONE_PLACE.read_text()))


def test_variables_are_read_in_one_place():
    reading = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if path != THE_ONE_PLACE
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if READING.search(line) and not DJANGO.search(line)
    ]

    assert not reading


def test_every_variable_is_documented():
    documented = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))

    assert _variables() == documented
