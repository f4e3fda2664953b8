"""Pages of the administration that keep reference data: who may, what a change touches beforehand, every version."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import ApiClient, StaffMessage, Unit, User
from jinan_credit.accounts.touches import Touch, touches_of
from jinan_credit.kernel import clock

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = object


class ActAdmin:
    """Mixed into an admin page or inline: whoever holds `act` keeps it, nobody else sees that it is there.

    `may_add`, `may_change`, `may_delete` narrow it. Rows end by their dates, so deleting is off unless said.
    """

    act: str
    may_add = True
    may_change = True
    may_delete = False
    view_on_site: Callable[[Any], str | None] | bool = False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """By the filters that the page shows, and no other field: else rows would tell what no page shows of them."""
        filters: list[Any] = self.list_filter  # type: ignore[attr-defined]
        shown = {one.partition("__")[0] if isinstance(one, str) else one.parameter_name for one in filters}
        is_shown = lookup.partition("__")[0] in shown
        return is_shown and bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def holds_act(self, request: HttpRequest) -> bool:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return actor.may(self.act)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.holds_act(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds_act(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self.holds_act(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self.holds_act(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self.holds_act(request)


class ValidityFilter(admin.SimpleListFilter):
    title = gettext_lazy("validity")
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("Valid today")), ("ended", _("Ended")), ("to_come", _("To come"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        today = clock.today()
        begun = Q(valid_from=None) | Q(valid_from__lte=today)
        ended, to_come = Q(valid_to__lt=today), Q(valid_from__gt=today)
        chosen = {"today": begun & ~ended, "ended": ended, "to_come": to_come}.get(str(self.value()))
        return queryset.filter(chosen) if chosen is not None else queryset


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """One version of a row, as the database kept it: who wrote it, when, and what differs from the one before."""

    at: Any
    who: str
    is_first: bool
    differences: list[Difference]


class VersionedAdmin(ActAdmin, Page):
    """The history of a row shows every version, of the fields that the row's own page shows: no sealed number."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": _("Versions of %(row)s") % {"row": row},
            "versions": versions_of(row, flatten_fieldsets(self.get_fieldsets(request, row))),
        }
        return TemplateResponse(request, "admin/versions.html", context)


class KeptAdmin(VersionedAdmin):
    """A change is shown with what it touches before it is made."""

    actions = None

    def _changeform_view(self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any) -> Any:
        if request.method == "POST" and (preview := self._preview(request, object_id)):
            return preview
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def _preview(self, request: HttpRequest, object_id: Any) -> HttpResponse | None:
        """The page that asks for the confirmation; None where nothing would change, or the form says why not, or what
        was confirmed is what would be done."""
        row = None
        if object_id is not None:
            row = self.get_queryset(request).select_for_update(of=("self",)).filter(pk=unquote(object_id)).first()
        if (row is None and object_id is not None) or not self._may_save(request, row):
            return None
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        form = self.get_form(request, row, change=row is not None, fields=fields)(request.POST, instance=row)
        before = _said(row) if row is not None else {}
        if not form.is_valid() or not form.has_changed():
            return None
        says = _said(form.instance)
        differences = list(_differences(self.model, before, says, _rows_of(self.model, [before, says])))
        digest = _digest(request.POST, before)
        if request.POST.get("confirmed") == digest:
            return None
        return TemplateResponse(
            request,
            "admin/preview.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": row,
                "title": _("What this touches"),
                "differences": differences,
                "touches": [one for one in touches_of(form.instance, request.actor) if one.count],  # type: ignore[attr-defined]
                "posted": [*_posted(request.POST), ("confirmed", digest)],
            },
        )

    def _may_save(self, request: HttpRequest, row: Any) -> bool:
        return self.has_change_permission(request, row) if row is not None else self.has_add_permission(request)


def versions_of(row: models.Model, shown: Collection[str]) -> list[Version]:
    """The newest first, of these fields. Two queries, and one a kind of row that the fields point to, however many."""
    if not hasattr(row, "events"):
        return []
    events = list(row.events.select_related("pgh_context").order_by("pgh_id"))
    people = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=[one for one in people if one])}
    model = type(row)
    said = [_said(event, model) for event in events]
    rows = _rows_of(model, said, shown)
    versions, before = [], dict[str, Any]()
    for event, says in zip(events, said, strict=True):
        by = str(event.pgh_context.metadata.get("user") or "") if event.pgh_context else ""
        differences = list(_differences(model, before, says, rows, shown))
        versions.append(Version(event.pgh_created_at, names.get(by, by) or _("System"), not before, differences))
        before = says
    return versions[::-1]


def people_of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    from django.urls import reverse

    passes = gettext_lazy("belong to the successor; roles and own work stay")
    users, clients = (
        f"{reverse(f'admin:accounts_{name}_changelist')}?unit__id__exact={unit.pk}" for name in ("user", "apiclient")
    )
    return [
        Touch("users", gettext_lazy("People"), User.objects.filter(unit=unit.pk).count(), passes, users),
        Touch(
            "clients",
            gettext_lazy("API clients"),
            ApiClient.objects.filter(unit=unit.pk).count(),
            gettext_lazy("belong to the successor"),
            clients,
        ),
        Touch(
            "messages",
            gettext_lazy("Messages that nobody has read"),
            StaffMessage.objects.filter(unit=unit.pk).read_by_nobody().count(),
            gettext_lazy("pass to the successor, where it was not told the same"),
        ),
        Touch(
            "contact",
            gettext_lazy("Contact address for mails"),
            int(bool(unit.contact_email)),
            gettext_lazy("is the successor's, where it has none"),
        ),
    ]


def _said(row: models.Model, model: type[models.Model] | None = None) -> dict[str, Any]:
    return {field.name: getattr(row, field.attname) for field in (model or row)._meta.concrete_fields}


Rows = dict[str, dict[Any, models.Model]]
"""By field: the rows that it points to, by their keys."""


def _rows_of(model: type[models.Model], said: Iterable[dict[str, Any]], shown: Collection[str] | None = None) -> Rows:
    said = list(said)
    return {
        field.name: field.related_model._default_manager.in_bulk({one.get(field.name) for one in said} - {None})
        for field in _fields(model, shown)
        if field.is_relation
    }


def _fields(model: type[models.Model], shown: Collection[str] | None) -> list[Any]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return [field for field in fields if shown is None or field.name in shown]


def _differences(
    model: type[models.Model],
    old: dict[str, Any],
    new: dict[str, Any],
    rows: Rows,
    shown: Collection[str] | None = None,
) -> Iterator[Difference]:
    for field in _fields(model, shown):
        before, after = old.get(field.name), new[field.name]
        if before != after:
            yield Difference(str(field.verbose_name), _words(field, before, rows), _words(field, after, rows))


def _words(field: Any, value: Any, rows: Rows) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.is_relation:
        return str(rows[field.name].get(value) or value)
    if isinstance(value, datetime):
        return f"{clock.in_jinan(value):%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {one}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))


def _posted(data: Any) -> list[tuple[str, str]]:
    unsaid = ("csrfmiddlewaretoken", "confirmed")
    return [(name, value) for name, values in data.lists() if name not in unsaid for value in values]


def _digest(data: Any, before: dict[str, Any]) -> str:
    """Of what was posted, and of the row that the person saw: a change meanwhile is shown to him first."""
    return hashlib.sha256(repr([sorted(_posted(data)), sorted(before.items())]).encode()).hexdigest()
