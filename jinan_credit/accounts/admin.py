"""Units, people with their roles, and API clients: kept by the security administrator."""

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
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
from jinan_credit.accounts.forms import LiftLockForm, SuccessionForm, WithdrawSuccessionForm, add_refusal
from jinan_credit.accounts.keeping import ActAdmin, KeptAdmin, ValidityFilter
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.models import (
    ApiClient,
    PlannedSuccession,
    RoleGrant,
    SignInLock,
    Unit,
    UnitSuccession,
    User,
)
from jinan_credit.accounts.services.clients import change_client, register_client
from jinan_credit.accounts.services.roles import grant_role, require_grantable, revoke_role
from jinan_credit.accounts.services.second_factors import remove_second_factors
from jinan_credit.accounts.services.sessions import end_sessions_of
from jinan_credit.accounts.services.sign_in_locks import lift_sign_in_locks
from jinan_credit.accounts.services.succession import plan_succession, require_succession, withdraw_succession
from jinan_credit.accounts.staff import recently_confirmed
from jinan_credit.accounts.touches import touches_of
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.wording import listed

if TYPE_CHECKING:
    UnitAdminBase = admin.ModelAdmin[Unit]
    ClientAdminBase = admin.ModelAdmin[ApiClient]
    PlannedSuccessionAdminBase = admin.ModelAdmin[PlannedSuccession]
    UserAdminBase = DjangoUserAdmin[User]
    RoleGrantInlineBase = admin.TabularInline[RoleGrant, User]
    RoleGrantFormSetBase = forms.BaseInlineFormSet[RoleGrant, User, forms.ModelForm[RoleGrant]]
    ClientFormBase = forms.ModelForm[ApiClient]
else:
    UnitAdminBase = ClientAdminBase = PlannedSuccessionAdminBase = admin.ModelAdmin
    UserAdminBase = DjangoUserAdmin
    RoleGrantInlineBase = admin.TabularInline
    RoleGrantFormSetBase = forms.BaseInlineFormSet
    ClientFormBase = forms.ModelForm


# Django's groups are not used (roles are code); tokens, second factors and sessions are nobody's to read.
_UNUSED: tuple[type[models.Model], ...] = (
    Group,
    ApiClient,
    get_access_token_model(),
    get_grant_model(),
    get_id_token_model(),
    get_refresh_token_model(),
    Authenticator,
    EmailAddress,
    UserSession,
)
for _model in _UNUSED:
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(Unit)
class UnitAdmin(KeptAdmin, UnitAdminBase):
    """A unit ends by its date, or by a successor: that is an act of its own, `plan_succession`."""

    act = Act.KEEP_ACCOUNTS
    list_display = ["name", "code", "kind", "is_city_unit", "valid_from", "valid_to", "successor"]
    list_filter = [ValidityFilter, "kind", "is_city_unit", "data_profile"]
    list_select_related = ["successor"]
    search_fields = ["name", "full_name", "code"]
    change_form_template = "admin/accounts/unit/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        return ["successor", *(["valid_to"] if obj is not None and obj.successor_id is not None else [])]

    def get_urls(self) -> list[Any]:
        merge = path("<int:pk>/succeed/", self.admin_site.admin_view(self.succeed), name="accounts_unit_succeed")
        return [merge, *super().get_urls()]

    def succeed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First what passes on, in numbers; then, confirmed, the plan, which can be withdrawn until it is carried out;
        afterwards what passed on.
        """
        unit = get_object_or_404(Unit.objects.select_related("successor"), pk=pk)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        actor.require(Act.KEEP_ACCOUNTS)
        plan = PlannedSuccession.objects.open().select_related("by", "successor").filter(unit=unit).first()
        form = self._succession_form(request, unit, plan)
        if form.is_bound and form.is_valid():
            try:
                if self._recorded(form, unit, plan, actor):
                    return redirect("admin:accounts_unit_succeed", unit.pk)
            except DomainError as refusal:
                add_refusal(form, refusal)
        status = 422 if form.errors else 200
        return TemplateResponse(
            request,
            "admin/accounts/unit/succeed.html",
            self._succession_context(request, unit, plan, form),
            status=status,
        )

    def _succession_form(
        self, request: HttpRequest, unit: Unit, plan: PlannedSuccession | None
    ) -> SuccessionForm | WithdrawSuccessionForm:
        data = request.POST.copy() if request.method == "POST" else None
        return SuccessionForm(data, unit=unit) if plan is None else WithdrawSuccessionForm(data)

    def _recorded(
        self, form: SuccessionForm | WithdrawSuccessionForm, unit: Unit, plan: PlannedSuccession | None, actor: Actor
    ) -> bool:
        """Whether anything was: what is confirmed is what was shown."""
        if plan is not None:
            withdraw_succession(plan=plan, by=actor, reason=form.cleaned_data["reason"])
            return True
        assert isinstance(form, SuccessionForm)
        if form.data.get("confirmed") == form.digest():
            plan_succession(unit=unit, **form.cleaned_data, by=actor)
            return True
        require_succession(unit, form.cleaned_data["successor"], form.cleaned_data["begins_on"])
        return False

    def _succession_context(
        self, request: HttpRequest, unit: Unit, plan: PlannedSuccession | None, form: forms.Form
    ) -> dict[str, Any]:
        succession = UnitSuccession.objects.select_related("by", "successor").filter(unit=unit).first()
        is_over = unit.successor is not None
        chosen = form.cleaned_data if plan is None and form.is_bound and form.is_valid() else {}
        successor = plan.successor if plan is not None else chosen.get("successor")
        unit.successor = unit.successor or successor
        touches = touches_of(unit, request.actor)  # type: ignore[attr-defined]
        moved = succession.moved if succession is not None else {}
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Successor of %(unit)s") % {"unit": unit},
            "original": unit,
            "form": form,
            "plan": plan,
            "succession": succession,
            "successor": successor,
            "begins_on": chosen.get("begins_on"),
            "is_later": "begins_on" in chosen and chosen["begins_on"] > clock.today(),
            "is_over": is_over,
            "touches": [one for one in touches if one.count],
            "moved": [(one.label, moved[one.code]) for one in touches if moved.get(one.code)],
        }


@admin.register(PlannedSuccession)
class PlannedSuccessionAdmin(ActAdmin, PlannedSuccessionAdminBase):
    """What is recorded, and what hinders it; recorded and withdrawn on the page of the unit."""

    act = Act.KEEP_ACCOUNTS
    may_add = may_change = False
    list_display = ["unit", "successor", "begins_on", "by", "at", "refusal", "withdrawn_at", "carried_out_at"]
    list_select_related = ["unit", "successor", "by", "succession"]
    list_filter = ["begins_on"]
    ordering = ["-begins_on", "-pk"]

    @admin.display(description=_("carried out at"))
    def carried_out_at(self, plan: PlannedSuccession) -> Any:
        return plan.succession.at if plan.succession is not None else None


class RoleGrantFormSet(RoleGrantFormSetBase):
    """Says at the field what `grant_role` and `revoke_role` would refuse."""

    actor: Actor

    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.forms if form.has_changed() or form.instance.pk]
        gone = [form for form in rows if form in self.deleted_forms]
        roles = [form.cleaned_data.get("role") or form.instance.role for form in rows if form not in gone]
        if not gone and not any(form.has_changed() for form in rows):
            return
        try:
            require_grantable(self.instance, [role for role in roles if role], held=(), by=self.actor)
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error


class RoleGrantInline(ActAdmin, RoleGrantInlineBase):
    act = Act.KEEP_ACCOUNTS
    may_change = False
    may_delete = True
    model = RoleGrant
    fk_name = "user"
    formset = RoleGrantFormSet
    fields = ["role", "granted_by", "granted_at"]
    readonly_fields = ["granted_by", "granted_at"]
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.actor = request.actor  # type: ignore[attr-defined]
        return formset


@admin.register(User)
class UserAdmin(ActAdmin, UserAdminBase):
    act = Act.KEEP_ACCOUNTS
    list_display = ["username", "display_name", "unit", "role_names", "is_active", "last_login"]
    list_filter = ["is_active", "role_grants__role", "unit"]
    search_fields = ["username", "display_name", "unit__name"]
    ordering = ["username"]
    filter_horizontal = []
    autocomplete_fields = ["unit"]
    readonly_fields = ["last_login", "date_joined", "must_change_password"]
    fieldsets = (
        (None, {"fields": ("username", "password", "must_change_password")}),
        (_("Personal details"), {"fields": ("display_name", "email", "unit", "sso_subject", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "usable_password", "password1", "password2", "display_name", "unit"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).select_related("unit").prefetch_related("role_grants")

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return listed(grant.get_role_display() for grant in user.role_grants.all())

    change_form_template = "admin/accounts/user/change_form.html"

    @method_decorator(recently_confirmed)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        locks = SignInLock.objects.running(clock.now()).filter(user__pk=object_id) if object_id.isdecimal() else ()
        return super().change_view(request, object_id, form_url, {"locks": locks, **(extra_context or {})})

    @method_decorator(recently_confirmed)
    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().user_change_password(request, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        return [
            path(
                f"<int:pk>/{act.replace('_', '-')}/",
                self.admin_site.admin_view(recently_confirmed(getattr(self, act))),
                name=f"accounts_user_{act}",
            )
            for act in ("end_sessions", "remove_second_factors", "lift_locks")
        ] + super().get_urls()

    def end_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        title = _("End all sessions of %(user)s") % {"user": user}
        effect = _("Wherever this person is signed in, the next request is signed out.")
        return self._act(request, user, end_sessions_of, title, effect)

    def remove_second_factors(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        title = _("Take off the second factor of %(user)s") % {"user": user}
        effect = _(
            "App, keys and recovery codes of this person are forgotten, and all sessions end. Make sure by another way "
            "that it is this person who asks: from now on the password alone leads in."
        )
        return self._act(request, user, remove_second_factors, title, effect)

    def lift_locks(self, request: HttpRequest, pk: int) -> HttpResponse:
        """With a reason, which is recorded."""
        user = get_object_or_404(User, pk=pk)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        actor.require(Act.KEEP_ACCOUNTS)
        form = LiftLockForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                lift_sign_in_locks(user=user, reason=form.cleaned_data["reason"], by=actor)
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The lock is lifted."))
                return redirect("admin:accounts_user_change", user.pk)
        effect = _(
            "This person may sign in again at once. Make sure by another way that it was this person who mistook the "
            "password, and nobody else who guessed."
        )
        context = self._act_context(request, user, _("Lift the lock of %(user)s") % {"user": user}, effect)
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/accounts/user/confirm.html", {**context, "form": form}, status=status)

    def _act(self, request: HttpRequest, user: User, act: Any, title: str, effect: Any) -> HttpResponse:
        """First what it does, then, confirmed, the act."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        actor.require(Act.KEEP_ACCOUNTS)
        if request.method == "POST":
            try:
                count = act(user=user, by=actor)
            except DomainError as refusal:
                note_refusal(request, refusal)
            else:
                messages.success(request, _("Done. Sessions that ended: %(count)s.") % {"count": count})
            return redirect("admin:accounts_user_change", user.pk)
        context = self._act_context(request, user, title, effect)
        return TemplateResponse(request, "admin/accounts/user/confirm.html", context)

    def _act_context(self, request: HttpRequest, user: User, title: str, effect: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "original": user,
            "effect": effect,
        }

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        # Roles are granted to an account that exists.
        return [RoleGrantInline] if obj is not None else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not RoleGrant:
            super().save_formset(request, form, formset, change)
            return
        actor: Actor = request.actor  # type: ignore[attr-defined]
        granted = formset.save(commit=False)
        for grant in formset.deleted_objects:
            revoke_role(grant, by=actor)
        for grant in granted:
            grant_role(form.instance, grant.role, by=actor)


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
