"""Units, and who succeeds them."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import SuccessionForm, WithdrawSuccessionForm, add_refusal
from jinan_credit.accounts.keeping import ActAdmin, KeptAdmin, ValidityFilter
from jinan_credit.accounts.models import PlannedSuccession, Unit, UnitSuccession
from jinan_credit.accounts.services.succession import plan_succession, require_succession, withdraw_succession
from jinan_credit.accounts.touches import touches_of
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError

if TYPE_CHECKING:
    UnitAdminBase = admin.ModelAdmin[Unit]
    PlannedSuccessionAdminBase = admin.ModelAdmin[PlannedSuccession]
else:
    UnitAdminBase = PlannedSuccessionAdminBase = admin.ModelAdmin


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
