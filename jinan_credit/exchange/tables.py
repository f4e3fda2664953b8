"""The tables of the push, of its rejected changes, and of what units take away."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from jinan_credit.accounts.tables import NUMBER, Cell
from jinan_credit.exchange.error_words import in_words
from jinan_credit.exchange.models import Cursor, PushAttempt
from jinan_credit.exchange.selectors import lag_of
from jinan_credit.kernel import clock

SHORT = {"td": {"class": "nowrap"}}


def explained(error: str) -> str:
    """In words, and below them the line that was kept."""
    words = in_words(error)
    return words if words == error else format_html('{}<div class="text-secondary">{}</div>', words, error)


class ExchangeTable(tables.Table):
    """In the order that the view gives."""

    caption: Promise

    def __init__(self, rows: Iterable[Any], **options: Any) -> None:
        super().__init__(rows, orderable=False, **options)


class DeliveryTable(ExchangeTable):
    caption = _("How far the copy of every unit is.")

    unit = tables.Column(
        verbose_name=_("Unit"), linkify=("push_of_unit", {"code": tables.A("unit__code")}), attrs=SHORT
    )
    state = Cell(template_name="exchange/_state.html", verbose_name=_("State"))
    lists_behind = Cell("{{ value|count }} / {{ record.lists|count }}", verbose_name=_("Lists behind"), attrs=NUMBER)
    changes_behind = Cell("{{ value|count }}", verbose_name=_("Changes behind"), attrs=NUMBER)
    behind_since = Cell("{{ value|moment }}", verbose_name=_("Behind since"))
    last_acked_at = Cell("{{ value|moment }}", verbose_name=_("Last acknowledged"))
    parked = Cell("{{ value|count }}", verbose_name=_("Rejected"), attrs=NUMBER)
    last_error = tables.Column(verbose_name=_("Last error"))

    def render_last_error(self, value: str) -> str:
        return explained(value)


class CursorTable(ExchangeTable):
    """Needs `with_lag`."""

    caption = _("Lists")

    credit_list = tables.Column(verbose_name=_("List"))
    via = tables.Column(verbose_name=_("Method"), attrs=SHORT)
    seq = Cell("{{ value|count }}", verbose_name=_("Position"), attrs=NUMBER)
    lag = tables.Column(verbose_name=_("Changes behind"), empty_values=(), attrs=NUMBER)
    behind_since = tables.Column(verbose_name=_("Minutes behind"), default="0", attrs=NUMBER)
    last_acked_at = Cell("{{ value|moment }}", verbose_name=_("Last acknowledged"))
    next_attempt_at = Cell(
        "{% if record.failures %}{{ value|moment }}{% else %}—{% endif %}", verbose_name=_("Next attempt")
    )
    last_error = tables.Column(verbose_name=_("Last error"))

    def render_lag(self, record: Cursor) -> str:
        return f"{lag_of(record):,}"

    def render_behind_since(self, value: datetime) -> str:
        return f"{(clock.now() - value).total_seconds() // 60:,.0f}"

    def render_last_error(self, record: Cursor, value: str) -> str:
        if not record.failures:
            return explained(value)
        times = ngettext("failed %(counter)s time running", "failed %(counter)s times running", record.failures)
        return format_html(
            '{}<div class="text-secondary">{}</div>', explained(value), times % {"counter": record.failures}
        )


class AttemptTable(ExchangeTable):
    caption = _("Last attempts")

    at = Cell("{{ value|moment }}", verbose_name=_("Time"))
    credit_list = tables.Column(accessor="cursor__credit_list", verbose_name=_("List"))
    kind = tables.Column(verbose_name=_("Message"), attrs=SHORT)
    changes = Cell(
        "{% if value == record.to_seq %}—{% else %}{{ value|add:1|count }}–{{ record.to_seq|count }}{% endif %}",
        accessor="from_seq",
        verbose_name=_("Position"),
        attrs=NUMBER,
    )
    size = Cell("{{ value|count }}", verbose_name=_("Bytes"), attrs=NUMBER)
    ms = Cell("{{ value|count }}", verbose_name=_("Milliseconds"), attrs=NUMBER)
    answer = tables.Column(accessor="error", empty_values=(), verbose_name=pgettext_lazy("of a receiver", "Answer"))

    def render_answer(self, record: PushAttempt, value: str) -> str:
        return explained(value) if value else str(record.status)


class RejectedTable(ExchangeTable):
    caption = _("Rejected changes")

    unit = tables.Column(accessor="cursor__unit", verbose_name=_("Unit"))
    credit_list = tables.Column(accessor="cursor__credit_list", verbose_name=_("List"))
    change = Cell(template_name="exchange/_rejected_change.html", verbose_name=_("Change"))
    message = Cell(
        '{{ record.code }}<div>{{ record.message|default:"—" }}</div>', verbose_name=_("What the receiver said")
    )
    at = Cell("{{ value|moment }}", verbose_name=_("Time"))


class OpenRejectedTable(RejectedTable):
    """Needs `own_unit` on the page."""

    acts = Cell(template_name="exchange/_rejected_acts.html", verbose_name=_("What to do"))


class SettledRejectedTable(RejectedTable):
    settlement = Cell(template_name="exchange/_rejected_settlement.html", verbose_name=_("Settlement"))


class NewChangesTable(ExchangeTable):
    """Needs `formats` on the page."""

    caption = _("What is new in each list")

    credit_list = Cell(template_name="exchange/_new_list.html", verbose_name=_("List"))
    count = Cell("{{ value|count }}", verbose_name=_("New changes"), attrs=NUMBER)
    last = Cell(
        "{% if value %}{{ value.at|moment }} {{ value.by }}{% else %}—{% endif %}", verbose_name=_("Last taken")
    )
    to_confirm = Cell(template_name="exchange/_new_confirm.html", verbose_name=_("To confirm"))
    file = Cell(template_name="exchange/_new_file.html", verbose_name=_("File"))


class DownloadTable(ExchangeTable):
    caption = _("Files taken")

    file = Cell(
        "<a href=\"{% url 'download' record.pk %}\">"
        "{{ record.from_seq|add:1|count }}–{{ record.to_seq|count }} · {{ record.file_format }}</a>",
        verbose_name=_("File"),
    )
    credit_list = tables.Column(verbose_name=_("List"))
    change_count = Cell("{{ value|count }}", verbose_name=_("Changes"), attrs=NUMBER)
    removal_count = Cell("{{ value|count }}", verbose_name=_("of these removals"), attrs=NUMBER)
    at = Cell("{{ record.at|moment }} {{ record.by }}", verbose_name=_("When and by whom"))
    state = Cell('{% include "exchange/downloads_state.html" with taken=record %}', verbose_name=_("State"))


class RepeatTable(ExchangeTable):
    caption = _("Taken once more")

    at = Cell("{{ record.at|moment }} {{ record.by }}", verbose_name=_("When and by whom"))
    file_format = Cell("{{ record.file_format }}", verbose_name=_("Format"))
    reason = tables.Column(verbose_name=_("Reason"))


class StaleCopyTable(ExchangeTable):
    """Needs `with_removals`."""

    caption = _("Stale copies")

    unit = tables.Column(verbose_name=_("Unit"))
    credit_list = Cell(template_name="exchange/_stale_list.html", verbose_name=_("List"))
    to_seq = Cell("{{ value|count }}", verbose_name=_("Taken up to"), attrs=NUMBER)
    confirmed_seq = Cell("{{ value|count }}", verbose_name=_("Confirmed up to"), attrs=NUMBER)
    removal_count = Cell("{{ value|count }}", verbose_name=_("Removals not confirmed"), attrs=NUMBER)
    stale_since = Cell("{{ value|moment }}", verbose_name=_("Stale since"))
    days = tables.Column(accessor="stale_since", verbose_name=_("Days"), attrs=NUMBER)

    def render_days(self, value: datetime) -> str:
        return f"{(clock.now() - value).days:,}"
