"""The parts of a page: its head, empty states, figures, facts, panels, progress."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.templatetags.filters import active_filters
from jinan_credit.accounts.templatetags.signs import Words
from jinan_credit.accounts.templatetags.values import day, moment
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel.panels import Panel

register = template.Library()


@register.simple_block_tag
def page_header(content: str, title: Words, subtitle: Words = "", back: str = "", back_label: Words = "") -> SafeString:
    """Title, subtitle and, between the tags, the page's actions."""
    return render_to_string(
        "_components/page_header.html",
        {
            "title": title,
            "subtitle": subtitle,
            "back": back,
            "back_label": back_label or _("Back"),
            "actions": content if content.strip() else "",
        },
    )


@register.inclusion_tag("_components/empty.html")
def empty_state(
    sentence: Words, icon: str = "inbox", url: str = "", label: Words = "", hint: Words = ""
) -> dict[str, Any]:
    """Nothing here: a sentence and the next step."""
    return {"sentence": sentence, "icon": icon, "url": url, "label": label, "hint": hint}


@register.inclusion_tag("_components/empty.html", takes_context=True)
def empty_list(
    context: Context, filterset: Any, sentence: Words, icon: str = "list-search", url: str = "", label: Words = "",
    hint: Words = "",
) -> dict[str, Any]:  # fmt: skip
    """A list without a row: nothing matches its filters, which may be cleared; or there is nothing yet: `sentence`."""
    if filterset.form.errors or active_filters(filterset):
        path = context["request"].path
        return empty_state(_("Nothing matches these filters."), "list-search", path, _("Clear all filters"))
    return empty_state(sentence, icon, url, label, hint)


@register.inclusion_tag("_components/counter_card.html")
def counter(figure: Counter) -> dict[str, Any]:
    """A figure of the workbench that opens the list it counts."""
    return {"figure": figure}


@register.inclusion_tag("_components/figure.html")
def figure(label: Words, value: Any, url: str = "", hint: Words = "", tone: str = "") -> dict[str, Any]:
    """A figure of a dashboard; `url` opens its rows."""
    return {"label": label, "value": value, "url": url, "hint": hint, "tone": tone}


@register.inclusion_tag("_components/facts.html")
def facts(pairs: Iterable[tuple[Words, Any]]) -> dict[str, Any]:
    """A definition list of (label, value); empty values show a dash."""
    return {"pairs": [(label, _shown(value)) for label, value in pairs]}


def _shown(value: Any) -> Any:
    if value in (None, ""):
        return "—"
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


@register.inclusion_tag("_components/panel.html", takes_context=True)
def panel(context: Context, shown: Panel) -> dict[str, Any]:
    """What an upper app adds to a page of a lower one (kernel.panels.Panel)."""
    outer: dict[str, Any] = {str(name): value for name, value in context.flatten().items()}
    return {**outer, **shown.context, "panel": shown}


@register.inclusion_tag("_components/progress.html")
def progress(done: int, total: int, label: Words, poll: str = "", finished: bool = False) -> dict[str, Any]:
    """A bar that asks `poll` every two seconds until `finished`; that view answers with this tag's HTML alone."""
    return {
        "done": done,
        "total": total,
        "label": label,
        "poll": poll,
        "finished": finished,
        "percent": 100 * done // total if total else 0,
    }
