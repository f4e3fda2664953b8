"""The tables of the pages."""

from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.tables import NUMBER, Cell
from lists.models import Entry, EntryExport, ListImport, Publication
from lists.services.export_sources import SOURCES

PER_PAGE = 50


class OrdinalPaginator(Paginator):
    """Pages of a publication's changes: numbered from 1 without gaps, so the last page costs what the first does."""

    @cached_property
    def count(self) -> int:
        changes: Any = self.object_list
        last = changes.data.data.order_by("-ordinal").values_list("ordinal", flat=True).first()
        return last or 0

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        changes: Any = self.object_list
        rows = changes.data.data.order_by("ordinal")
        bottom = (number - 1) * self.per_page
        shown = rows.filter(ordinal__gt=bottom, ordinal__lte=bottom + self.per_page)
        return Page(type(changes)(list(shown), changes.table), number, self)


class EntryTable(tables.Table):
    """A page of entries; sorted by the form above it, since the order has to hold from page to page."""

    subject = Cell(template_name="lists/_subject_cell.html", verbose_name=_("Subject"))
    credit_list = Cell("{% status record.credit_list.kind record.credit_list.name %}", verbose_name=_("List"))
    document_number = tables.Column(verbose_name=_("Document number of the decision"))
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    effect = Cell(template_name="lists/_effect_cell.html", verbose_name=_("Effect"))
    term_to = Cell("{{ record.term_from|day }}&nbsp;– {{ record.term_to|day }}", verbose_name=_("Term"))
    unit = tables.Column(verbose_name=_("Deciding unit"))

    class Meta:
        model = Entry
        fields: tuple[str, ...] = ()
        sequence: tuple[str, ...] = (
            "subject",
            "credit_list",
            "document_number",
            "state",
            "effect",
            "term_to",
            "unit",
        )


class SelectableEntryTable(EntryTable):
    """With a box to select entries that the person may submit."""

    choice = Cell(template_name="lists/_choice_cell.html", verbose_name=_("Select"), orderable=False)

    class Meta(EntryTable.Meta):
        sequence = ("choice", *EntryTable.Meta.sequence)


class ReviewTable(tables.Table):
    """Entries in review. What the reviewer made or submitted himself is shown, not selectable (rule 4)."""

    choice = Cell(template_name="lists/_choice_cell.html", verbose_name=_("Select"), orderable=False)
    subject = Cell(template_name="lists/_subject_cell.html", verbose_name=_("Subject"), order_by="subject_name")
    document = Cell(
        "{{ record.document_number }} {{ record.document_on|day }}", verbose_name=_("Document"), orderable=False
    )
    grounds = tables.Column(verbose_name=_("Grounds"), orderable=False)
    basis = tables.Column(verbose_name=_("Basis"), orderable=False)
    term_to = Cell("{{ record.term_from|day }}&nbsp;– {{ record.term_to|day }}", verbose_name=_("Term"))
    disclosure = tables.Column(verbose_name=_("Disclosure"), orderable=False)

    class Meta:
        model = Entry
        fields: tuple[str, ...] = ()
        sequence = ("choice", "subject", "document", "grounds", "basis", "term_to", "disclosure")
        empty_text = _("Nothing is left in this group.")


class PublicationEntryTable(tables.Table):
    seq = tables.Column(accessor="seq", verbose_name=_("Position"), orderable=False, attrs=NUMBER)
    subject = Cell(
        "<a href=\"{% url 'entry' record.entry_id %}\">{{ record.entry.subject_name }}</a>",
        verbose_name=_("Subject"),
        orderable=False,
    )
    identifier = tables.Column(accessor="entry__subject__identifier", verbose_name=_("Identifier"), orderable=False)
    document_number = tables.Column(
        accessor="entry__document_number", verbose_name=_("Document number of the decision"), orderable=False
    )
    version = tables.Column(verbose_name=_("Version"), orderable=False, attrs=NUMBER)
    now = Cell(
        "{% status record.entry.state record.entry.get_state_display %}", verbose_name=_("State now"), orderable=False
    )


class ImportTable(tables.Table):
    id = Cell("<a href=\"{% url 'import' record.pk %}\">{{ record.pk }}</a>", verbose_name=_("No."))
    file_name = Cell(
        "<a href=\"{% url 'import' record.pk %}\">{{ record.file_name }}</a>", verbose_name=_("File"), orderable=False
    )
    credit_list = tables.Column(verbose_name=_("List"), orderable=False)
    source = tables.Column(verbose_name=_("Data source"), default="—", orderable=False)
    status = Cell("{% status record.status record.get_status_display %}", verbose_name=_("State"), orderable=False)
    row_count = Cell("{{ record.row_count|count }}", verbose_name=_("Rows"), attrs=NUMBER, orderable=False)
    error_count = Cell("{{ record.error_count|count }}", verbose_name=_("With errors"), attrs=NUMBER, orderable=False)
    made_by = Cell("{% firstof record.made_by record.made_by_client %}", verbose_name=_("Given by"), orderable=False)
    made_at = Cell("{{ record.made_at|moment }}", verbose_name=_("Given at"))

    class Meta:
        model = ListImport
        fields: tuple[str, ...] = ()
        sequence = (
            "id",
            "file_name",
            "credit_list",
            "source",
            "status",
            "row_count",
            "error_count",
            "made_by",
            "made_at",
        )


class ExportTable(tables.Table):
    id = Cell("<a href=\"{% url 'export' record.pk %}\">{{ record.pk }}</a>", verbose_name=_("No."))
    made_at = Cell("{{ record.made_at|moment }}", verbose_name=_("Asked for at"), orderable=False)
    source = tables.Column(verbose_name=_("Rows of"), orderable=False)
    filters = Cell(
        '{% load i18n %}{% translate "All" as all %}{% firstof record.filters all %}',
        verbose_name=_("Filters"),
        orderable=False,
    )
    reason = tables.Column(verbose_name=_("Reason"), orderable=False)
    status = Cell("{% status record.status record.get_status_display %}", verbose_name=_("State"), orderable=False)
    row_count = Cell("{{ record.row_count|count }}", verbose_name=_("Rows"), attrs=NUMBER, orderable=False)
    expires_at = Cell("{{ record.expires_at|moment }}", verbose_name=_("Link expires at"), orderable=False)
    downloads = tables.Column(verbose_name=_("Downloads"), attrs=NUMBER, orderable=False)

    class Meta:
        model = EntryExport
        fields: tuple[str, ...] = ()
        sequence = ("id", "made_at", "source", "filters", "reason", "status", "row_count", "expires_at", "downloads")
        empty_text = _("No export yet. Filter the entries, then choose “Export”.")

    def render_source(self, value: str) -> str:
        return str(SOURCES[value].name)


class PublicationTable(tables.Table):
    number = Cell(
        "<a href=\"{% url 'publication' record.pk %}\">{{ record.number }}</a>",
        verbose_name=_("Number"),
        order_by="id",
    )
    kind = tables.Column(verbose_name=_("Kind"), orderable=False)
    credit_list = tables.Column(verbose_name=_("List"), orderable=False)
    count = Cell("{{ record.count|count }}", verbose_name=_("Changes"), attrs=NUMBER, orderable=False)
    unit = tables.Column(verbose_name=_("Unit"), orderable=False)
    approved_by = Cell(
        '{% load i18n %}{% translate "System" as system %}{% firstof record.approved_by system %}',
        verbose_name=_("Approved by"),
        orderable=False,
    )
    published_at = Cell("{{ record.published_at|moment }}", verbose_name=_("Published at"))

    class Meta:
        model = Publication
        fields: tuple[str, ...] = ()
        sequence = ("number", "kind", "credit_list", "count", "unit", "approved_by", "published_at")
