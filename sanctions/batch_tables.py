"""The tables of batches and portfolios."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.tables import NUMBER, Cell
from sanctions.models import BatchRow, Portfolio, PortfolioChange, PortfolioParty, ScreeningBatch
from sanctions.services.batch_copy import words_of_row


class BatchTable(tables.Table):
    file_name = tables.Column(verbose_name=_("File"), empty_values=(), orderable=False)
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    matter_name = tables.Column(verbose_name=_("Matter"), orderable=False)
    purpose = tables.Column(verbose_name=_("Purpose"), orderable=False)
    status = Cell("{% status record.status record.get_status_display %}", verbose_name=_("State"))
    row_count = Cell("{{ record.row_count|count }}", verbose_name=_("Parties"), attrs=NUMBER)
    hit_count = Cell("{{ record.hit_count|count }}", verbose_name=_("Parties with hits"), attrs=NUMBER)
    made_at = Cell("{{ record.made_at|moment }}", verbose_name=_("Given at"), order_by="id")
    officer = tables.Column(verbose_name=_("Screened by"), orderable=False)

    class Meta:
        model = ScreeningBatch
        fields = (
            "file_name", "unit", "matter_name", "purpose", "status", "row_count", "hit_count", "made_at", "officer",
        )  # fmt: skip

    def render_file_name(self, record: ScreeningBatch) -> str:
        return format_html('<a href="{}">{}</a>', reverse("batch", args=[record.pk]), record)


class BatchRowTable(tables.Table):
    row = tables.Column(verbose_name=_("Row"), attrs=NUMBER)
    name = tables.Column(verbose_name=_("Party"), empty_values=(), orderable=False)
    identifier = tables.Column(verbose_name=_("Identifier"), orderable=False)
    reference = tables.Column(verbose_name=_("Own reference"), orderable=False)
    result = Cell("{% status record.result record.get_result_display %}", verbose_name=_("Result"), orderable=False)
    found = tables.Column(verbose_name=_("Lists, or what is wrong"), empty_values=(), orderable=False)

    class Meta:
        model = BatchRow
        fields = ("row", "name", "identifier", "reference", "result", "found")

    def render_name(self, record: BatchRow) -> str:
        shown = record.name or record.identifier or "—"
        if record.screening_id is None:
            return shown
        return format_html('<a href="{}">{}</a>', reverse("screening", args=[record.screening_id]), shown)

    def render_found(self, record: Any) -> str:
        return record.listed or words_of_row(record) or "—"


class PortfolioTable(tables.Table):
    name = tables.Column(verbose_name=_("Portfolio"), orderable=False)
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    purpose = tables.Column(verbose_name=_("Purpose"), orderable=False)
    legal_basis = tables.Column(verbose_name=_("Legal basis"), orderable=False)
    state = Cell('{% include "sanctions/_portfolio_state.html" with portfolio=record %}', verbose_name=_("State"))
    party_count = Cell("{{ record.party_count|count }}", verbose_name=_("Parties"), attrs=NUMBER)
    unseen = Cell("{{ record.unseen|count }}", verbose_name=_("Changes not seen"), attrs=NUMBER)
    made_at = Cell("{{ record.made_at|moment }}", verbose_name=_("Made at"), order_by="id")

    class Meta:
        model = Portfolio
        fields = ("name", "unit", "purpose", "legal_basis", "state", "party_count", "unseen", "made_at")

    def render_name(self, record: Portfolio) -> str:
        return format_html('<a href="{}">{}</a>', reverse("portfolio", args=[record.pk]), record)


class PartyTable(tables.Table):
    name = tables.Column(verbose_name=_("Party"), empty_values=(), orderable=False)
    identifier = tables.Column(verbose_name=_("Identifier"), orderable=False)
    reference = tables.Column(verbose_name=_("Own reference"), orderable=False)
    listed = Cell("{{ record.listed|count }}", verbose_name=_("Entries now"), attrs=NUMBER)
    kept_at = Cell("{{ record.kept_at|moment }}", verbose_name=_("Kept since"), order_by="id")
    drop = Cell(template_name="sanctions/_drop_party.html", verbose_name=_("Take out"), orderable=False)

    class Meta:
        model = PortfolioParty
        fields = ("name", "identifier", "reference", "listed", "kept_at", "drop")
        empty_text = _("No party is kept here yet.")

    def render_name(self, record: PortfolioParty) -> str:
        return str(record)


class ChangeTable(tables.Table):
    told_at = Cell("{{ record.told_at|moment }}", verbose_name=_("Told at"), order_by="id")
    party = tables.Column(verbose_name=_("Party"), orderable=False)
    portfolio = tables.Column(verbose_name=_("Portfolio"), accessor="party__portfolio", orderable=False)
    standing = Cell(
        "{% status record.standing record.get_standing_display %}",
        verbose_name=pgettext_lazy("of a kept party", "Change"),
        orderable=False,
    )
    credit_list = tables.Column(verbose_name=_("List"), accessor="entry__credit_list", orderable=False)
    matched_as = tables.Column(verbose_name=_("Found as"), orderable=False)
    entry = tables.Column(verbose_name=_("Entry"), orderable=False)
    seen_by = tables.Column(verbose_name=_("Seen by"), orderable=False)

    class Meta:
        model = PortfolioChange
        fields = ("told_at", "party", "portfolio", "standing", "credit_list", "matched_as", "entry", "seen_by")
        empty_text = _("No kept party has entered or left a list.")

    def render_portfolio(self, record: PortfolioChange) -> str:
        portfolio = record.party.portfolio
        return format_html('<a href="{}">{}</a>', reverse("portfolio", args=[portfolio.pk]), portfolio)

    def render_entry(self, record: PortfolioChange) -> str:
        return format_html('<a href="{}">{}</a>', reverse("entry", args=[record.entry_id]), record.entry)
