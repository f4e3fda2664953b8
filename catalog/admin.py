"""What the coordinator keeps besides the measures and versions of memoranda, which have pages of their own."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import Article, CalendarDay, Division, KeyTask, LegalBasis, Memorandum, RuleProfile, Standard
from jinan_credit.accounts.admin import ActAdmin
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


class CatalogueAdmin(ActAdmin, Page):
    act = Act.KEEP_CATALOGUE


@admin.register(Memorandum)
class MemorandumAdmin(CatalogueAdmin):
    """Its name and its lead units; what it says is kept version by version on the pages of the memoranda."""

    list_display = ["number", "title", "document_number", "kind"]
    list_display_links = ["number", "title"]
    list_filter = ["kind"]
    search_fields = ["title", "document_number", "code"]
    filter_horizontal = ["lead_units"]
    readonly_fields = ["number", "code", "kind"]
    may_add = False


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


@admin.register(Article)
class ArticleAdmin(CatalogueAdmin):
    """Stories and policy texts of the public site (P §五(二)); one that is over ends by its date."""

    list_display = ["title", "kind", "source", "published_from", "published_to"]
    list_filter = ["kind"]
    search_fields = ["title", "source", "document_number"]


@admin.register(Standard)
class StandardAdmin(CatalogueAdmin):
    """Items of the information catalogue refer to a standard by its number, which therefore stays."""

    list_display = ["number", "title", "level", "status", "valid_from"]
    list_filter = ["level", "status"]
    search_fields = ["number", "title"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["number"] if obj is not None else []
