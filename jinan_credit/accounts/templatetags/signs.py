"""Words and signs: icons, states, tones. Like all components built in: no `{% load %}` needed."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from jinan_credit.accounts.icons import drawn
from jinan_credit.accounts.states import LOOK_OF_STATE, UNKNOWN_LOOK, Look
from jinan_credit.kernel.wording import listed, listed_apart

register = template.Library()

Words = str | Promise


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


@register.filter
def is_blank(cell: object) -> bool:
    """Whether a table's cell shows nothing; phones leave it out."""
    return not str(cell).strip()


@register.simple_tag
def colon() -> str:
    """Between a label and what it labels, as the language writes it."""
    return pgettext("after a label", ": ")


@register.filter
def with_colon(label: object) -> str:
    """A label before what it labels; a question needs no colon."""
    text = str(label)
    return f"{text} " if text.endswith(("?", "？")) else f"{text}{colon()}"


@register.filter
def comma(forloop: Mapping[str, Any]) -> str:
    """`{{ forloop|comma }}` behind each part of a list of more than words, such as links; nothing behind the last."""
    return "" if forloop["last"] else listed(["", ""])


register.filter("listed", listed)
register.filter("listed_apart", listed_apart)
