"""The lists, kept by the coordinator. What is published can be read here, never changed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.keeping import VersionedAdmin
from jinan_credit.accounts.tables import MOST_COUNTED, counted
from lists.models import CreditList, Entry, FeedHead, Publication, Subject, Subscription

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


class ReadOnlyAdmin(VersionedAdmin, Page):
    act = Act.KEEP_CATALOGUE
    may_add = may_change = False


@admin.register(CreditList)
class CreditListAdmin(ReadOnlyAdmin):
    """Changed on the list's own page, which shows the effect and keeps the version."""

    list_display = ["code", "name", "kind", "level", "is_serious", "disclosure", "feedback_mode", "own_page"]
    list_filter = ["kind", "level", "is_serious"]
    search_fields = ["code", "name"]

    @admin.display(description=_("its own page"))
    def own_page(self, credit_list: CreditList) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("credit_list", args=[credit_list.code]), _("Open"))


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Begun and ended on the list's own page."""

    list_display = ["unit", "credit_list", "basis", "valid_from", "valid_to"]
    list_filter = ["credit_list"]
    list_select_related = ["unit", "credit_list"]
    search_fields = ["unit__code", "unit__name"]


@admin.register(FeedHead)
class FeedHeadAdmin(ReadOnlyAdmin):
    list_display = ["credit_list", "epoch", "seq"]
    list_select_related = ["credit_list"]


class CappedPages(Paginator):
    """Of the first 100,000 rows: nobody turns further."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return min(counted(rows), MOST_COUNTED)


@admin.register(Subject)
class SubjectAdmin(ReadOnlyAdmin):
    """Organisations and persons of the entries that one sees; a personal number only masked."""

    list_display = ["name", "kind", "shown_identifier", "created_at"]
    list_filter = ["kind"]
    search_fields = ["=code"]
    search_help_text = _("A whole unified social credit code")
    fields = ["name", "kind", "code", "document_type", "masked_number", "created_at"]
    show_full_result_count = False
    paginator = CappedPages

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subject]:
        seen = Entry.objects.visible_to(request.actor)  # type: ignore[attr-defined]
        return super().get_queryset(request).filter(Exists(seen.filter(subject=OuterRef("pk"))))

    @admin.display(description=_("Identifier"))
    def shown_identifier(self, subject: Subject) -> str:
        return subject.identifier


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "credit_list", "count", "unit", "approved_by", "published_at"]
    list_filter = ["kind", "credit_list"]
    list_select_related = ["credit_list", "unit", "approved_by"]
    show_full_result_count = False
