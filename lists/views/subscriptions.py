"""The coordinator lets a unit follow a list, and ends it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel.errors import DomainError
from lists.forms.subscriptions import SubscriptionEndForm, SubscriptionForm
from lists.models import CreditList, Subscription
from lists.selectors import is_answered_by
from lists.services.subscriptions import begin_subscription, end_subscription
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def subscription_new(request: StaffRequest, code: str) -> HttpResponse:
    credit_list = get_object_or_404(CreditList, code=code)
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            begin_subscription(credit_list=credit_list, by=request.actor, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The unit subscribes to the list."))
            return redirect("credit_list", code)
    effects = [
        _("From the first day the unit is sent every entry in force and each change, as its kind of unit may have it."),
        _("A subscription brings neither measures nor tasks: the unit screens by the list."),
    ]
    return _page(request, credit_list, form, _("Let a unit subscribe"), _("Let it subscribe"), effects)


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def subscription_end(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    subscriptions = Subscription.objects.select_related("credit_list", "unit")
    subscription = get_object_or_404(subscriptions, pk=pk, credit_list__code=code)
    if request.method == "GET" and subscription.is_over:
        return redirect("credit_list", code)
    form = SubscriptionEndForm(request.POST if request.method == "POST" else None, subscription=subscription)
    if form.is_bound and form.is_valid():
        try:
            end_subscription(subscription=subscription, by=request.actor, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The subscription ends."))
            return redirect("credit_list", code)
    heading = _("End the subscription of %(unit)s") % {"unit": subscription.unit}
    return _page(request, subscription.credit_list, form, heading, _("End it"), _effects_of_end(subscription))


def _effects_of_end(subscription: Subscription) -> list[str]:
    if is_answered_by(subscription.credit_list, subscription.unit):
        return [_("The unit answers for measures of this list: it goes on being sent it, and keeps its copies.")]
    return [
        _("After the last day the unit's system is told that the list no longer concerns it, until it has heard it."),
        _("What it took away stays on the report of stale copies until it is confirmed to be deleted."),
    ]


def _page(
    request: StaffRequest, credit_list: CreditList, form: forms.Form, heading: str, submit: str, effects: list[str]
) -> HttpResponse:
    context = {"list": credit_list, "form": form, "heading": heading, "submit": submit, "effects": effects}
    return render(request, "lists/subscription_form.html", context, status=400 if form.errors else 200)
