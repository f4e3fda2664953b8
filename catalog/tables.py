"""The table of memoranda and its filters in the URL."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.enums import MeasureKind, VersionState
from catalog.models import MemorandumReceipt, MemorandumVersion
from catalog.models.memorandum import MemorandumVersionQuerySet
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.tables import NUMBER, Cell


def versions_shown(actor: Actor) -> MemorandumVersionQuerySet:
    """The versions that the actor may see, with `owed` and `received`: receipts of his unit, or of all for oversight.

    Of each memorandum those in preparation and in force come before what is over.
    """
    current = MemorandumReceipt.objects.visible_to(actor).current().filter(circulation__of=OuterRef("pk")).order_by()
    return (
        MemorandumVersion.objects.visible_to(actor)
        .select_related("memorandum")
        .annotate(
            owed=_count(current.filter(received_at=None)),
            received=_count(current.filter(received_at__isnull=False)),
        )
        .order_by("memorandum__number", "-number")
    )


def _count(receipts: QuerySet[MemorandumReceipt]) -> Any:
    counted = receipts.values("circulation__of").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class MemorandumFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="with_text", label=_("Title or document number"), strip=True)
    kind = django_filters.ChoiceFilter(field_name="memorandum__kind", choices=MeasureKind.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(choices=VersionState.choices, label=_("State"))
    receipt = django_filters.ChoiceFilter(
        method="by_receipt", choices=[("owed", _("Not confirmed yet"))], label=_("Confirmation of receipt")
    )

    class Meta:
        model = MemorandumVersion
        fields: list[str] = []

    def with_text(self, versions: MemorandumVersionQuerySet, name: str, text: str) -> MemorandumVersionQuerySet:
        return versions.filter(Q(memorandum__title__icontains=text) | Q(memorandum__document_number__icontains=text))

    def by_receipt(self, versions: MemorandumVersionQuerySet, name: str, _owed: str) -> MemorandumVersionQuerySet:
        owed = MemorandumReceipt.objects.visible_to(self.request.actor).owed()
        return versions.filter(Exists(owed.filter(circulation__of=OuterRef("pk"))))


class MemorandumTable(tables.Table):
    number = tables.Column(accessor="memorandum__number", verbose_name=_("No."), orderable=False, attrs=NUMBER)
    title = Cell(
        "<a href=\"{% url 'memorandum' record.memorandum.number record.number %}\">{{ record.memorandum.title }}</a>"
        '<br><span class="text-secondary">{{ record.memorandum.document_number }}</span>',
        verbose_name=_("Memorandum"),
        orderable=False,
    )
    version = tables.Column(accessor="number", verbose_name=_("Version"), orderable=False, attrs=NUMBER)
    state = Cell(template_name="catalog/_state.html", verbose_name=_("State"), orderable=False)
    receipts = Cell(
        template_name="catalog/_receipts_cell.html", verbose_name=_("Confirmation of receipt"), orderable=False
    )

    class Meta:
        model = MemorandumVersion
        fields: tuple[str, ...] = ()
        sequence = ("number", "title", "version", "state", "receipts")
        empty_text = _("No memorandum matches these filters.")
