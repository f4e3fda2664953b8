"""The tables of the information catalogue: editions and items."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import CatalogItem, InformationCatalog
from jinan_credit.accounts.tables import NUMBER, Cell


class EditionTable(tables.Table):
    number = Cell("{{ record.number|default:'—' }}", verbose_name=_("Edition"), orderable=False, attrs=NUMBER)
    title = Cell(
        "<a href=\"{% url 'catalog_edition' record.pk %}\">{{ record.title }}</a>"
        '<br><span class="text-secondary">{{ record.document_number }}</span>',
        verbose_name=_("Title"),
        orderable=False,
    )
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"), orderable=False)
    issued_on = Cell("{{ record.issued_on|day }}", verbose_name=_("Issued on"), orderable=False)
    item_count = tables.Column(verbose_name=_("Items"), orderable=False, attrs=NUMBER)

    class Meta:
        model = InformationCatalog
        fields = ("number", "title", "state", "issued_on", "item_count")
        empty_text = _("No edition yet.")


class ItemTable(tables.Table):
    code = Cell('<span class="code">{{ record.code }}</span>', verbose_name=_("Code"))
    name = Cell("<a href=\"{% url 'catalog_item' record.pk %}\">{{ record.name }}</a>", verbose_name=_("Name"))
    provider = tables.Column(verbose_name=_("Provider"), order_by=("provider__code", "code"))
    disclosure = tables.Column(
        accessor="get_disclosure_display",
        verbose_name=pgettext_lazy("of an item", "Disclosure"),
        order_by=("disclosure", "code"),
    )
    update_cycle = tables.Column(accessor="get_update_cycle_display", verbose_name=_("Update cycle"), orderable=False)

    class Meta:
        model = CatalogItem
        fields = ("code", "name", "provider", "disclosure", "update_cycle")
        empty_text = _("No item matches these filters.")


class UpdatedItemTable(ItemTable):
    updated_on = Cell("{{ record.updated_on|day }}", verbose_name=_("Last update"))
    due_on = Cell("{% due record.due_on %}", verbose_name=_("Next update due"), orderable=False)

    class Meta:
        model = CatalogItem
        fields = ("code", "name", "provider", "disclosure", "update_cycle", "updated_on", "due_on")
