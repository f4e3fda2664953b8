"""The first line of a list from which one thing must be chosen: words, in every form of our own pages."""

from collections.abc import Iterator

from django import forms
from django.forms.forms import BaseForm
from django.urls import get_resolver

from jinan_credit.accounts.forms import CHOOSE

OURS = ("jinan_credit", "catalog", "lists", "sanctions", "objections", "repair")


def _forms(of: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    for form in of.__subclasses__():
        if form.__module__.split(".")[0] in OURS and ".admin" not in form.__module__:
            yield form
        yield from _forms(form)


def _first_lines() -> Iterator[tuple[str, object]]:
    """Of every required list without a default: the text of its empty first line."""
    assert get_resolver().url_patterns  # every page, and with it every form, is loaded
    for form in _forms():
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            if field.required and isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.Select):
                empty = _empty_line(field)
                if empty is not None:
                    yield f"{form.__name__}.{name}", empty


def _empty_line(field: forms.ChoiceField) -> object:
    if isinstance(field, forms.ModelChoiceField):
        return field.empty_label
    return next((label for value, label in list(field.choices)[:1] if value == ""), None)


def test_a_required_list_begins_with_words():
    lines = list(_first_lines())

    assert "ObjectionByDocumentForm.credit_list" in dict(lines)
    assert [name for name, label in lines if label != CHOOSE] == []
