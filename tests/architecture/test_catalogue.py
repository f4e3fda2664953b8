"""The message catalogue: complete, translated, with the same placeholders on both sides."""

import re
import sys

import pytest

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "bin" / "lib"))

import catalogue


def test_the_catalogue_is_complete():
    faults = catalogue.faults()

    assert not faults, "\n".join([f"{len(faults)} faults; bin/messages update collects", *faults[:20]])


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{% load i18n %}\n  <p>{% translate "Review queue" %}</p>', {("Review queue", None)}),
        ('{% translate "Open" context "an objection" %}', {("Open", "an objection")}),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", {("Hello %(name)s", None)}),
        (
            "{% blocktranslate trimmed count n=n %}\n {{ n }} unit\n {% plural %} {{ n }} units{% endblocktranslate %}",
            {(("%(n)s unit", "%(n)s units"), None)},
        ),
        ('{{ _("Sign in") }}', {("Sign in", None)}),
    ],
)
def test_templates_are_read(tmp_path, monkeypatch, template, expected):
    assert _collected(tmp_path, monkeypatch, "page.html", template) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('_("Review " "queue")', {("Review queue", None)}),
        ('ngettext("%(n)s unit", "%(n)s units", n)', {(("%(n)s unit", "%(n)s units"), None)}),
        ('pgettext_lazy("an objection", "Open")', {("Open", "an objection")}),
        ("_(name)", set()),
    ],
)
def test_code_is_read(tmp_path, monkeypatch, code, expected):
    assert _collected(tmp_path, monkeypatch, "page.py", code) == expected


def test_a_lost_placeholder_is_found():
    message = catalogue.Message("%(n)s units of {name}", string="{name}的单位")

    assert catalogue._placeholder_faults(message) == ["placeholder %(n)s is missing"]


COUNTED = re.compile(
    r"%\((count|counter|n|all|total|whole|units|entries|hits|rows|errors|changes|lists)\)[sd] "
    r"(entries|units|rows|drafts|changes|hits|parties|findings|tasks|releases|lists)\b"
)
ALWAYS_MANY = (
    "%(count)s entries cannot take this step",
    "%(count)s rows are chosen; at most",
    "The first %(shown)s of %(all)s rows",
    "The removal of %(n)s entries of this list, this one among them",
    "%(done)s of %(total)s rows (%(percent)s %%)",
)


def test_one_of_a_thing_is_not_told_in_the_plural():
    texts = [message.id for message in catalogue.collected() if message.id and not message.pluralizable]

    wrong = [text for text in texts if COUNTED.search(text) and not text.startswith(ALWAYS_MANY)]

    assert not wrong, "give it a singular, or let the number stand behind a colon"


def _collected(folder, monkeypatch, name, source):
    (folder / name).write_text(source)
    monkeypatch.setattr(catalogue, "ROOT", folder)
    monkeypatch.setattr(catalogue, "SOURCES", (".",))
    return {(message.id, message.context) for message in catalogue.collected() if message.id}
