"""The message catalogue: complete, translated, with the same placeholders on both sides."""

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


def _collected(folder, monkeypatch, name, source):
    (folder / name).write_text(source)
    monkeypatch.setattr(catalogue, "ROOT", folder)
    monkeypatch.setattr(catalogue, "SOURCES", (".",))
    return {(message.id, message.context) for message in catalogue.collected() if message.id}
