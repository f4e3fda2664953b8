"""What the coordinator keeps besides the measures and versions of memoranda, which have pages of their own."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.models import Article, CalendarDay, Division, KeyTask, LegalBasis, Memorandum, RuleProfile, Standard
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.keeping import KeptAdmin, ValidityFilter, VersionedAdmin
from jinan_credit.accounts.touches import touches_of
from jinan_credit.kernel import clock

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
    ProfileFormBase = forms.ModelForm[RuleProfile]
else:
    Page = admin.ModelAdmin
    ProfileFormBase = forms.ModelForm


class CatalogueAdmin(VersionedAdmin, Page):
    act = Act.KEEP_CATALOGUE


@admin.register(Memorandum)
class MemorandumAdmin(CatalogueAdmin):
    """Its name and its lead units; what it says is kept version by version on the pages of the memoranda."""

    list_display = ["number", "title", "document_number", "kind", "own_page"]
    list_display_links = ["number", "title"]
    list_filter = ["kind"]
    search_fields = ["title", "document_number", "code"]
    filter_horizontal = ["lead_units"]
    readonly_fields = ["number", "code", "kind"]
    may_add = False

    @admin.display(description=_("versions and measures"))
    def own_page(self, memorandum: Memorandum) -> SafeString:
        last: int | None = memorandum.last_version  # type: ignore[attr-defined]
        url = reverse("memorandum", args=[memorandum.number, last]) if last is not None else reverse("memoranda")
        return format_html('<a href="{}">{}</a>', url, _("Open"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Memorandum]:
        return super().get_queryset(request).annotate(last_version=Max("versions__number"))


@admin.register(LegalBasis)
class LegalBasisAdmin(CatalogueAdmin):
    list_display = ["title", "article"]
    search_fields = ["title", "article"]


class KeptCatalogueAdmin(KeptAdmin, Page):
    act = Act.KEEP_CATALOGUE


class RuleProfileForm(ProfileFormBase):
    def clean_valid_to(self) -> date | None:
        """What rests on the rules was opened under them: they end today at the earliest."""
        last: date | None = self.cleaned_data["valid_to"]
        today, has_begun = clock.today(), bool(self.instance.pk) and self.instance.valid_from <= clock.today()
        if has_begun and last is not None and last < today and last != self.initial.get("valid_to"):
            raise ValidationError(_("These rules are in force: they end today at the earliest."), code="in_force")
        return last


@admin.register(RuleProfile)
class RuleProfileAdmin(KeptCatalogueAdmin):
    """Once in force or in use, a profile says what it said: it may end, new numbers are a new one of a later day."""

    form = RuleProfileForm
    list_display = ["code", "title", "valid_from", "valid_to", "is_default", "legal_basis"]
    list_filter = [ValidityFilter, "is_default", "code"]
    search_fields = ["code", "title", "legal_basis"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        actor: Any = request.actor  # type: ignore[attr-defined]
        used = obj.valid_from <= clock.today() or any(touch.count for touch in touches_of(obj, actor) if touch.holds)
        return ["code", "legal_basis", "valid_from", "parameters", "is_default"] if used else []


@admin.register(KeyTask)
class KeyTaskAdmin(CatalogueAdmin):
    list_display = ["number", "content", "lead_text", "time_limit", "due_on"]
    list_display_links = ["number", "content"]
    list_filter = ["group"]
    search_fields = ["content", "lead_text"]
    filter_horizontal = ["lead_units"]


@admin.register(CalendarDay)
class CalendarDayAdmin(KeptCatalogueAdmin):
    """A day that was wrong is set right; its versions stay."""

    list_display = ["on", "is_working", "source"]
    list_filter = ["is_working"]
    search_fields = ["source", "on"]
    date_hierarchy = "on"


@admin.register(Division)
class DivisionAdmin(KeptCatalogueAdmin):
    list_display = ["code", "name", "valid_from", "valid_to"]
    list_filter = [ValidityFilter]
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
