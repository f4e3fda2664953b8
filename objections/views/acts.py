"""Steps of a case that need more than a reason: a page each, with one form."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.staff import staff_page
from jinan_credit.kernel.errors import DomainError
from objections.desks import OBJECTIONS
from objections.forms import AskHelpForm, ExtensionForm, PauseForm, ReasonForm, ResumeForm
from objections.models import HelpRequest, Objection
from objections.services.extensions import ask_extension
from objections.services.help import ask_help, withdraw_help
from objections.services.pauses import pause_objection, resume_objection


@method_decorator(staff_page(Act.EXAMINE_OBJECTIONS), name="dispatch")
class ActView(View):
    form_class: ClassVar[type[forms.Form]] = ReasonForm
    heading: ClassVar[str | Promise]
    effect: ClassVar[str | Promise]

    @cached_property
    def actor(self) -> Actor:
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor

    @cached_property
    def case(self) -> Objection:
        return get_object_or_404(Objection.objects.visible_to(self.actor), pk=self.kwargs["pk"])

    def act(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def make_form(self, *data: Any) -> forms.Form:
        return self.form_class(*data)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(self.case, self.make_form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        case, form = self.case, self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(case, form)
        try:
            self.act(form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
            return self._show(case, form)
        messages.success(request, _("Done: %(step)s.") % {"step": self.heading})
        return redirect(OBJECTIONS.address(request, case.pk))

    def _show(self, case: Objection, form: forms.Form) -> HttpResponse:
        context = {"case": case, "form": form, "heading": self.heading, "effect": self.effect}
        return render(self.request, "objections/act.html", context)


class Pause(ActView):
    form_class = PauseForm
    heading = _("Pause for an inspection or appraisal")
    effect = _("The clock stands still until you resume. The applicant reads your reason.")

    def act(self, data: dict[str, Any]) -> None:
        pause_objection(objection=self.case, evidence=data["evidence"], by=self.actor, reason=data["reason"])


class Resume(ActView):
    form_class = ResumeForm
    heading = _("Resume: the inspection or appraisal is done")
    effect = _("The working days that were left are counted on from today.")

    def act(self, data: dict[str, Any]) -> None:
        resume_objection(objection=self.case, evidence=data["evidence"], by=self.actor, reason=data["reason"])


class AskExtension(ActView):
    form_class = ExtensionForm
    heading = _("Ask for more time")
    effect = _("Another person decides. More time can be asked for once; the applicant reads the reason.")

    def act(self, data: dict[str, Any]) -> None:
        ask_extension(objection=self.case, until=data["until"], by=self.actor, reason=data["reason"])


class AskHelp(ActView):
    heading = _("Ask another unit")
    effect = _("The first question gives the objection the days of a case with help, counted from receipt.")

    def make_form(self, *data: Any) -> forms.Form:
        return AskHelpForm(*data, actor=self.actor)

    def act(self, data: dict[str, Any]) -> None:
        ask_help(objection=self.case, unit=data["unit"], question=data["question"], by=self.actor)


class WithdrawHelp(ActView):
    heading = _("Withdraw the question")
    effect = _("The unit need not answer any more; the examination goes on without it.")

    @cached_property
    def help_request(self) -> HelpRequest:
        own = HelpRequest.objects.filter(objection__in=Objection.objects.visible_to(self.actor).order_by().values("pk"))
        return get_object_or_404(own.select_related("objection"), pk=self.kwargs["pk"])

    @cached_property
    def case(self) -> Objection:
        return self.help_request.objection

    def act(self, data: dict[str, Any]) -> None:
        withdraw_help(request=self.help_request, by=self.actor, reason=data["reason"])
