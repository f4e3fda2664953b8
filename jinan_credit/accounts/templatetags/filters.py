"""The bar of filters above a list."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import gettext_lazy as _

register = template.Library()


@register.inclusion_tag("_components/filter_bar.html", takes_context=True)
def filter_bar(context: Context, filterset: Any, total: int | None = None, about: int | None = None) -> dict[str, Any]:
    """A django-filter form in the URL: its fields, the active filters as chips, the number of results.

    Of a filterset the fields named in `further` are shown on demand, those in `without_chip` are no filters.
    """
    request: HttpRequest = context["request"]
    form = filterset.form
    further, active = getattr(filterset, "further", ()), active_filters(filterset)
    return {
        "form": form,
        "fields": [field for field in form.visible_fields() if field.name not in further],
        "further": [field for field in form.visible_fields() if field.name in further],
        "is_open": any(name in further for name in [*active, *form.errors]),
        "hidden": form.hidden_fields(),
        "chips": [_chip(request, form[name]) for name in active],
        "path": request.path,
        "total": total,
        "about": about,
        "kept": [
            (key, value)
            for key, value in request.GET.items()
            if key in ("sort", "saved", "kind") and key not in form.fields
        ],
    }


def active_filters(filterset: Any) -> list[str]:
    """The names of the filters that leave something out."""
    form, plain = filterset.form, getattr(filterset, "without_chip", ())
    return [name for name in form.fields if name not in plain and _is_active(form, name)]


def _is_active(form: forms.BaseForm, name: str) -> bool:
    if not form.is_bound or not form.is_valid():
        return False
    value = form.cleaned_data.get(name)
    return value not in (None, "", [], ()) and not (hasattr(value, "exists") and not value)


def _chip(request: HttpRequest, field: BoundField) -> dict[str, Any]:
    left_out = {*_query_names(field), "page", "after", "before"}
    rest = [(key, value) for key, values in request.GET.lists() for value in values if key not in left_out]
    return {"label": field.label, "value": _words_of(field), "url": f"{request.path}?{urlencode(rest)}"}


def _query_names(field: BoundField) -> list[str]:
    """The query parameters of one filter: a range has several."""
    suffixes = ("", "_0", "_1", "_min", "_max", "_after", "_before")
    return [f"{field.html_name}{suffix}" for suffix in suffixes]


def _words_of(field: BoundField) -> str:
    value = field.form.cleaned_data[field.name]
    choices = {str(key): label for key, label in getattr(field.field, "choices", [])} if not _is_model(field) else {}
    if isinstance(value, slice):
        return f"{value.start or ''} – {value.stop or ''}".strip()
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(choices.get(str(value), value))
    return ", ".join(str(choices.get(str(part), part)) for part in value)


def _is_model(field: BoundField) -> bool:
    return isinstance(field.field, forms.ModelChoiceField)
