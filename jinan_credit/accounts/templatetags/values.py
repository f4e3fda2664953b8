"""Days, moments, deadlines, numbers, and numbers of documents as they are written."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jinan_credit.accounts.templatetags.signs import Words
from jinan_credit.kernel import clock
from jinan_credit.kernel.masking import mask_document_number, mask_name

register = template.Library()


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
