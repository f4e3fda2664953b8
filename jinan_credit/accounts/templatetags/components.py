"""The components of every page. Built in: no `{% load %}` needed. `/components/` shows them all."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from jinan_credit.accounts.icons import drawn
from jinan_credit.accounts.models import MoveRecord
from jinan_credit.accounts.moves import PASS_ON, PASSED_ON
from jinan_credit.accounts.session_life import seconds_left
from jinan_credit.accounts.states import LOOK_OF_STATE, UNKNOWN_LOOK, Look
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock
from jinan_credit.kernel.masking import mask_document_number, mask_name
from jinan_credit.kernel.panels import Panel
from jinan_credit.kernel.wording import listed, listed_apart
from jinan_credit.kernel.workflow import Move, Workflow

register = template.Library()

Words = str | Promise


# Words and signs ---------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of Tabler's sprite, drawn in place. Decorative: the word beside it says the meaning."""
    return drawn(name)


@register.simple_tag
def status(value: str, label: Words = "") -> SafeString:
    """A state as word, icon and colour: `{% status entry.state entry.get_state_display %}`."""
    return badge_of(LOOK_OF_STATE.get(str(value), UNKNOWN_LOOK), label or value)


@register.simple_tag
def badge(label: Words, tone: str = "neutral", icon: str = "point") -> SafeString:
    """A word with a tone (neutral, info, good, warning, bad) that is no state."""
    return badge_of(Look(tone, icon), label)


def badge_of(look: Look, label: Words) -> SafeString:
    return format_html('<span class="status-badge status-{}">{}{}</span>', look.tone, drawn(look.icon), label)


@register.simple_tag
def language_tag(code: str) -> str:
    """`zh-hans` as browsers and screen readers know it."""
    return {"zh-hans": "zh-Hans"}.get(code, code)


@register.filter
def tone(level: str) -> str:
    """The alert class of a message level."""
    return {"error": "danger", "debug": "info"}.get(level, level)


@register.filter
def tone_icon(level: str) -> str:
    return {"error": "alert-circle", "warning": "alert-triangle", "success": "circle-check"}.get(level, "info-circle")


@register.simple_tag
def request_number() -> str:
    """The id under which the log keeps this request; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


@register.filter
def session_seconds(request: HttpRequest) -> int:
    """How long the session lasts if nothing more is done; 0 for a visitor."""
    return max(seconds_left(request.session), 0) if request.user.is_authenticated else 0


@register.simple_tag
def single_sign_on() -> bool:
    """Whether the city has one."""
    return bool(settings.SINGLE_SIGN_ON)


@register.filter
def way_back(request: HttpRequest) -> str:
    """Where the person came from, if that was a page of ours; else the page asked for, by GET."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"


@register.filter
def is_blank(cell: object) -> bool:
    """Whether a table's cell shows nothing; phones leave it out."""
    return not str(cell).strip()


@register.simple_tag
def colon() -> str:
    """Between a label and what it labels, as the language writes it."""
    return pgettext("after a label", ": ")


@register.simple_tag
def comma() -> str:
    """Between the parts of a list that are more than words: links, files."""
    return listed(["", ""])


register.filter("listed", listed)
register.filter("listed_apart", listed_apart)


# Time and numbers --------------------------------------------------------------------------------------------


@register.filter
def day(value: date | datetime | None) -> str | SafeString:
    """2026-11-24, or a dash."""
    if not value:
        return "—"
    on = clock.local_day(value) if isinstance(value, datetime) else value
    return format_html('<time datetime="{0}" class="nowrap">{0}</time>', on.isoformat())


@register.filter
def moment(value: datetime | None) -> str | SafeString:
    """2026-11-24 14:05 in Jinan, or a dash."""
    if not value:
        return "—"
    at = clock.in_jinan(value)
    return format_html(
        '<time datetime="{}" class="nowrap">{}</time>', at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d %H:%M}"
    )


@register.inclusion_tag("_components/due.html")
def due(on: date | None, provisional: bool = False, done: bool = False) -> dict[str, Any]:
    """A deadline: the day and how far it is. `done` leaves the distance out."""
    if on is None:
        return {"on": None}
    left = (on - clock.today()).days
    words: Words
    if done:
        words, tone_of = "", "neutral"
    elif left < 0:
        words, tone_of = ngettext("overdue by %(days)d day", "overdue by %(days)d days", -left) % {"days": -left}, "bad"
    elif left == 0:
        words, tone_of = _("due today"), "warning"
    else:
        words = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
        tone_of = "warning" if left == 1 else "neutral"
    return {"on": on, "words": words, "tone": tone_of, "provisional": provisional}


@register.filter
def minutes(length: timedelta) -> int:
    """Whole minutes, begun ones counted."""
    return -(-length // timedelta(minutes=1))


@register.filter
def count(value: int | None) -> str:
    """A whole number with separators: 12,345."""
    return "—" if value is None else f"{value:,}"


@register.filter
def money(value: Decimal | None) -> str:
    """A sum with separators: 12,345.60."""
    return "—" if value is None else f"{value:,.2f}"


@register.filter
def of(values: Mapping[str, Any], name: str) -> Any:
    """The figure, or the word, of that name."""
    return values[name]


@register.filter
def rate(value: float | None) -> str:
    """A share from 0 to 1 as 97.5 %, or a dash where nothing was to be done."""
    return "—" if value is None else f"{value * 100:.1f}%"


@register.filter
def masked(number: str | None) -> str:
    """A document number that may not be read in full."""
    return mask_document_number(number) if number else "—"


@register.filter
def masked_name(name: str | None) -> str:
    return mask_name(name) if name else "—"


# Pages -------------------------------------------------------------------------------------------------------


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
    if filterset.form.errors or _active(filterset):
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


# Workflows ---------------------------------------------------------------------------------------------------


@register.inclusion_tag("_components/timeline.html")
def timeline(moves: Iterable[MoveRecord], workflow: Workflow | None = None) -> dict[str, Any]:
    """The move log: what, who, unit, when, why. `workflow` names the steps."""
    labels = {move.name: move.label for move in workflow} if workflow else {}
    return {
        "lines": [
            {
                "move": move,
                "label": labels.get(move.name) or (PASSED_ON if move.name == PASS_ON else _state_label(move)),
                "look": _look(move),
                "acted_for": getattr(move, "acted_for", None),
            }
            for move in moves
        ]
    }


def _look(move: MoveRecord) -> Look:
    return LOOK_OF_STATE.get(move.to_state, UNKNOWN_LOOK)


def _state_label(move: MoveRecord) -> Words:
    link: Any = getattr(type(move), "of", None)
    if link is None:
        return move.to_state
    choices: dict[str, Words] = dict(link.field.related_model._meta.get_field("state").flatchoices)
    return choices.get(move.to_state, move.to_state)


@register.inclusion_tag("_components/moves.html", takes_context=True)
def move_buttons(
    context: Context, moves: Iterable[Move], url: str, effects: dict[str, Words] | None = None
) -> dict[str, Any]:
    """A button a move; posts `move` and `reason` to `url`. `effects` says in words what a move leads to."""
    effects = effects or {}
    return {
        "steps": [
            {"move": move, "effect": effects.get(move.name, ""), "look": LOOK_OF_STATE.get(move.target, UNKNOWN_LOOK)}
            for move in moves
        ],
        "url": url,
        "csrf_token": context.get("csrf_token", ""),
    }


# Forms -------------------------------------------------------------------------------------------------------


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


@register.inclusion_tag("_components/filter_bar.html", takes_context=True)
def filter_bar(context: Context, filterset: Any, total: int | None = None, about: int | None = None) -> dict[str, Any]:
    """A django-filter form in the URL: its fields, the active filters as chips, the number of results.

    Of a filterset the fields named in `further` are shown on demand, those in `without_chip` are no filters.
    """
    request: HttpRequest = context["request"]
    form = filterset.form
    further, active = getattr(filterset, "further", ()), _active(filterset)
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


def _active(filterset: Any) -> list[str]:
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
