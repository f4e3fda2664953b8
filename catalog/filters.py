"""Filters of key tasks and of the information catalogue: all of them in the URL."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.enums import ItemDisclosure, KeyTaskProgress
from catalog.models import CatalogItem, KeyTask
from catalog.models.information_catalog import CatalogItemQuerySet
from catalog.models.key_task import KeyTaskQuerySet
from catalog.selectors import catalog_items_of, key_tasks_of
from jinan_credit.accounts.filters import OnlyFilter
from jinan_credit.accounts.models import Unit, UnitQuerySet

_YES = [("yes", _("Yes"))]


class KeyTaskFilter(django_filters.FilterSet):
    own = django_filters.ChoiceFilter(
        method="of_own_unit", choices=_YES, empty_label=_("All"), label=_("My unit leads")
    )
    progress = django_filters.ChoiceFilter(
        method="with_progress",
        choices=[*KeyTaskProgress.choices, ("none", _("No report yet"))],
        empty_label=_("All"),
        label=_("Status"),
    )
    asked = django_filters.ChoiceFilter(
        method="by_request",
        choices=[("yes", pgettext_lazy("a report", "Asked for")), ("late", _("Asked for and late"))],
        empty_label=_("All"),
        label=pgettext_lazy("on a key task", "Report"),
    )
    overdue = OnlyFilter(KeyTaskQuerySet.overdue, label=_("Overdue"))

    class Meta:
        model = KeyTask
        fields: list[str] = []

    def of_own_unit(self, tasks: KeyTaskQuerySet, name: str, value: str) -> KeyTaskQuerySet:
        return tasks.filter(pk__in=key_tasks_of(self.request.actor).values("pk"))

    def with_progress(self, tasks: KeyTaskQuerySet, name: str, value: str) -> KeyTaskQuerySet:
        return tasks.filter(Q(progress="" if value == "none" else value))

    def by_request(self, tasks: KeyTaskQuerySet, name: str, value: str) -> KeyTaskQuerySet:
        return tasks.report_late() if value == "late" else tasks.asked()


def _providers(request: Any) -> UnitQuerySet:
    shown = CatalogItem.objects.visible_to(request.actor)
    return Unit.objects.filter(pk__in=shown.order_by().values("provider"))


class ItemFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="with_text", label=_("Name or code"), max_length=100, strip=True)
    provider = django_filters.ModelChoiceFilter(queryset=_providers, to_field_name="code", label=_("Provider"))
    disclosure = django_filters.ChoiceFilter(
        choices=ItemDisclosure.choices, label=pgettext_lazy("of an item", "Disclosure")
    )

    class Meta:
        model = CatalogItem
        fields: list[str] = []

    def with_text(self, items: CatalogItemQuerySet, name: str, text: str) -> CatalogItemQuerySet:
        return items.filter(Q(name__icontains=text) | Q(code__icontains=text))


class UpdateFilter(ItemFilter):
    own = django_filters.ChoiceFilter(method="of_own_unit", choices=_YES, empty_label=_("All"), label=_("My unit's"))
    late = OnlyFilter(CatalogItemQuerySet.late, label=_("Update overdue"))

    def of_own_unit(self, items: CatalogItemQuerySet, name: str, value: str) -> CatalogItemQuerySet:
        return items.filter(pk__in=catalog_items_of(self.request.actor).values("pk"))
