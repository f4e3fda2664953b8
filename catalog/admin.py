"""The catalogue, kept by the coordinator."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.enums import VersionState
from catalog.models import (
    CalendarDay,
    Division,
    KeyTask,
    LegalBasis,
    Measure,
    MeasureResponsibility,
    Memorandum,
    MemorandumVersion,
    MemorandumVersionMove,
    RuleProfile,
)
from catalog.services.memoranda import circulate_version, put_version_in_force
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.admin import ActAdmin
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
    Rows = admin.TabularInline[Any, Any]
else:
    Page = admin.ModelAdmin
    Rows = admin.TabularInline


class CatalogueAdmin(ActAdmin, Page):
    act = Act.KEEP_CATALOGUE


class CatalogueRows(ActAdmin, Rows):
    act = Act.KEEP_CATALOGUE
    extra = 0


class VersionRows(CatalogueRows):
    """A version's dates are set while it is a draft; what is in force ends by a newer version."""

    model = MemorandumVersion
    fields = ["number", "state", "valid_from", "valid_to", "note"]
    readonly_fields = ["state"]
    may_change = False
    show_change_link = True


@admin.register(Memorandum)
class MemorandumAdmin(CatalogueAdmin):
    list_display = ["number", "title", "document_number", "kind"]
    list_display_links = ["number", "title"]
    list_filter = ["kind"]
    search_fields = ["title", "document_number", "code"]
    filter_horizontal = ["lead_units"]
    inlines = [VersionRows]


class MoveRows(CatalogueRows):
    model = MemorandumVersionMove
    fields = ["at", "name", "from_state", "to_state", "by", "unit", "reason"]
    readonly_fields = ["at", "name", "from_state", "to_state", "by", "unit", "reason"]
    may_add = may_change = False


@admin.register(MemorandumVersion)
class MemorandumVersionAdmin(CatalogueAdmin):
    list_display = ["memorandum", "number", "state", "valid_from", "valid_to", "measure_count"]
    list_filter = ["state"]
    list_select_related = ["memorandum"]
    search_fields = ["memorandum__title", "memorandum__document_number"]
    inlines = [MoveRows]
    actions = ["circulate", "put_in_force"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(measure_count=Count("measures"))

    @admin.display(description=_("measures"), ordering="measure_count")
    def measure_count(self, version: Any) -> int:
        return int(version.measure_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["state"]
        is_settled = obj.state not in (VersionState.DRAFT, VersionState.CIRCULATED)
        return ["memorandum", "number", "state", *(["valid_from", "valid_to"] if is_settled else [])]

    @admin.action(description=_("Circulate"), permissions=["change"])
    def circulate(self, request: HttpRequest, versions: QuerySet[MemorandumVersion]) -> None:
        self._each(request, versions, circulate_version)

    @admin.action(description=_("Put in force"), permissions=["change"])
    def put_in_force(self, request: HttpRequest, versions: QuerySet[MemorandumVersion]) -> None:
        self._each(request, versions, put_version_in_force)

    def _each(self, request: HttpRequest, versions: QuerySet[MemorandumVersion], act: Any) -> None:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        for version in versions:
            try:
                act(version, by=actor)
            except DomainError as error:
                self.message_user(request, f"{version}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{version}: {_('done')}", messages.SUCCESS)


class ResponsibilityRows(CatalogueRows):
    model = MeasureResponsibility
    may_delete = True


@admin.register(Measure)
class MeasureAdmin(CatalogueAdmin):
    """What a version in force says stays as signed; who applies it and what carries it may be completed."""

    list_display = ["code", "content", "version", "kind", "category", "severity", "by_all_units"]
    list_filter = ["kind", "category", "severity", "applies_to", "by_all_units", "version__memorandum"]
    list_select_related = ["version__memorandum"]
    search_fields = ["code", "content", "bases__title", "responsible_units__name"]
    filter_horizontal = ["bases"]
    inlines = [ResponsibilityRows]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None or obj.version.state in (VersionState.DRAFT, VersionState.CIRCULATED):
            return []
        return ["version", "code", "clause", "content", "kind", "category", "severity", "applies_to", "source"]


@admin.register(LegalBasis)
class LegalBasisAdmin(CatalogueAdmin):
    list_display = ["title", "article"]
    search_fields = ["title", "article"]


@admin.register(RuleProfile)
class RuleProfileAdmin(CatalogueAdmin):
    list_display = ["code", "title", "valid_from", "valid_to", "is_default", "legal_basis"]
    list_filter = ["is_default", "code"]
    search_fields = ["code", "title", "legal_basis"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Cases are held under a profile that has begun: it may end, new numbers are a new profile.
        has_begun = obj is not None and obj.valid_from <= clock.today()
        return ["code", "valid_from", "parameters"] if has_begun else []


@admin.register(KeyTask)
class KeyTaskAdmin(CatalogueAdmin):
    list_display = ["number", "content", "lead_text", "time_limit", "due_on"]
    list_display_links = ["number", "content"]
    list_filter = ["group"]
    search_fields = ["content", "lead_text"]
    filter_horizontal = ["lead_units"]


@admin.register(CalendarDay)
class CalendarDayAdmin(CatalogueAdmin):
    list_display = ["on", "is_working", "source"]
    list_filter = ["is_working"]
    date_hierarchy = "on"
    may_delete = True


@admin.register(Division)
class DivisionAdmin(CatalogueAdmin):
    list_display = ["code", "name", "valid_from", "valid_to"]
    search_fields = ["code", "name"]
