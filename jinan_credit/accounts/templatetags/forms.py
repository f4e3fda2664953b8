"""Forms and their fields."""

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template import Context
from django.utils.safestring import SafeString

from jinan_credit.accounts.templatetags.signs import Words

register = template.Library()


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The input of a bound field with the classes that fit its kind."""
    own = field.field.widget.attrs.get("class", "")
    css = f"{_css_class(field)} {'is-invalid' if field.errors else ''} {own}".split()
    return field.as_widget(attrs={"class": " ".join(css)} if css else {})


def _css_class(field: BoundField) -> str:
    kind = field.field.widget
    if isinstance(kind, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(kind, forms.RadioSelect):
        return ""
    if isinstance(kind, forms.Select):
        return "form-select"
    return "form-control"


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.inclusion_tag("_components/post_form.html", takes_context=True)
def post_form(
    context: Context,
    form: forms.BaseForm,
    submit: Words,
    url: str = "",
    cancel: str = "",
    icon: str = "check",
    tone: str = "primary",
) -> dict[str, Any]:
    """A whole form: fields, errors, token, button. `url` where it is sent (empty: this page), `cancel` the way out."""
    return {
        "form": form,
        "submit": submit,
        "url": url,
        "cancel": cancel,
        "icon": icon,
        "tone": tone,
        "csrf_token": context.get("csrf_token", ""),
    }
