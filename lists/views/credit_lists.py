"""The lists that concern a unit, and what its measures are."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from catalog.models import RuleProfile
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.tables import MOST_COUNTED
from jinan_credit.kernel import clock
from jinan_credit.kernel.wording import listed
from lists.enums import RequiredField
from lists.filters import lists_of
from lists.models import CreditList
from lists.selectors import cooperating_units, in_force_counts, measures_for_list
from lists.views.catalogue import term_lines
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def credit_lists(request: StaffRequest) -> HttpResponse:
    """The lists one's unit initiates or cooperates on, with what is in force; all for the coordinator."""
    shown = list(lists_of(request.actor).select_related("head").prefetch_related("initiating_units"))
    counts = in_force_counts(shown)
    for one in shown:
        one.in_force_count = min(counts.get(one.pk, 0), MOST_COUNTED)  # type: ignore[attr-defined]
        one.is_capped = counts.get(one.pk, 0) > MOST_COUNTED  # type: ignore[attr-defined]
        one.is_own = request.actor.unit in one.initiating_units.all()  # type: ignore[attr-defined]
    return render(
        request, "lists/credit_lists.html", {"lists": shown, "may_keep": request.actor.may(Act.KEEP_CATALOGUE)}
    )


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def credit_list(request: StaffRequest, code: str) -> HttpResponse:
    """One list with the measures that apply to it: all for who initiates it or oversees, else the unit's own."""
    shown = get_object_or_404(
        lists_of(request.actor).select_related("head").prefetch_related("initiating_units", "sources", "memoranda"),
        code=code,
    )
    sees_all = request.actor.may(Act.OVERSEE) or request.actor.unit in shown.initiating_units.all()
    counts = in_force_counts([shown])
    term_rule = RuleProfile.objects.valid(clock.today()).filter(code=shown.term_profile).first()
    context = {
        "list": shown,
        "sees_all": sees_all,
        "measures": measures_for_list(shown, None if sees_all else request.actor.unit),
        "units": _units(shown) if sees_all else None,
        "subscriptions": shown.subscriptions.select_related("unit") if sees_all else None,
        "in_force_count": min(counts[shown.pk], MOST_COUNTED),
        "is_capped": counts[shown.pk] > MOST_COUNTED,
        "may_keep": request.actor.may(Act.KEEP_CATALOGUE),
        "required_fields": listed(RequiredField(name).label for name in shown.required_fields),
        "versions": shown.versions.select_related("made_by"),
        "term_rule": term_rule,
        "term_lines": term_lines(term_rule) if term_rule is not None else [],
    }
    return render(request, "lists/credit_list.html", context)


def _units(shown: CreditList) -> list[Unit]:
    return list(cooperating_units(shown))
