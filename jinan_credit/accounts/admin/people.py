"""People, their roles, sessions, second factors and locks."""

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

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import LiftLockForm, add_refusal
from jinan_credit.accounts.keeping import ActAdmin
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.models import RoleGrant, SignInLock, User
from jinan_credit.accounts.services.roles import grant_role, require_grantable, revoke_role
from jinan_credit.accounts.services.second_factors import remove_second_factors
from jinan_credit.accounts.services.sessions import end_sessions_of
from jinan_credit.accounts.services.sign_in_locks import lift_sign_in_locks
from jinan_credit.accounts.staff import recently_confirmed
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.wording import listed

if TYPE_CHECKING:
    UserAdminBase = DjangoUserAdmin[User]
    RoleGrantInlineBase = admin.TabularInline[RoleGrant, User]
    RoleGrantFormSetBase = forms.BaseInlineFormSet[RoleGrant, User, forms.ModelForm[RoleGrant]]
else:
    UserAdminBase = DjangoUserAdmin
    RoleGrantInlineBase = admin.TabularInline
    RoleGrantFormSetBase = forms.BaseInlineFormSet


# Django's groups are not used (roles are code); second factors and sessions are nobody's to read.
for _model in (Group, Authenticator, EmailAddress, UserSession):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


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
