"""API clients: what a system of a unit may ask for."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from jinan_credit.accounts.actors import ACTS_OF_SCOPE, Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.keeping import ActAdmin
from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.accounts.services.clients import change_client, register_client
from jinan_credit.accounts.staff import recently_confirmed
from jinan_credit.kernel import clock

if TYPE_CHECKING:
    ClientAdminBase = admin.ModelAdmin[ApiClient]
    ClientFormBase = forms.ModelForm[ApiClient]
else:
    ClientAdminBase = admin.ModelAdmin
    ClientFormBase = forms.ModelForm


# Tokens are nobody's to read.
for _model in (
    ApiClient,
    get_access_token_model(),
    get_grant_model(),
    get_id_token_model(),
    get_refresh_token_model(),
):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class ClientForm(ClientFormBase):
    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=[(scope, scope) for scope in ACTS_OF_SCOPE],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiClient
        fields = ["unit", "name", "scopes", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


@admin.register(ApiClient)
class ApiClientAdmin(ActAdmin, ClientAdminBase):
    act = Act.KEEP_ACCOUNTS
    form = ClientForm
    list_display = ["name", "unit", "scopes", "is_active", "client_id", "created"]
    list_filter = ["is_active", "unit"]
    list_select_related = ["unit"]
    search_fields = ["name", "client_id", "unit__name"]

    @method_decorator(recently_confirmed)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["unit", "name", "scopes", *(["is_active", "client_id"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        # A client belongs to one unit for good: what it fetched was fetched for that unit.
        return ["unit", "client_id"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.active(clock.today())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiClient, form: Any, change: bool) -> None:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if change:
            change_client(obj, name=obj.name, scopes=obj.scopes, is_active=obj.is_active, by=actor)
            return
        client, secret = register_client(obj.unit, obj.name, obj.scopes, by=actor)
        obj.pk = client.pk
        obj.refresh_from_db()
        messages.warning(
            request,
            _("Client id %(id)s, secret %(secret)s. The secret is shown only now: hand it over safely.")
            % {"id": client.client_id, "secret": secret},
        )
