"""The coordinator opens a list and changes what it says; everybody concerned reads what it said when.

The lists as items of the information catalogue.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.enums import CatalogState
from catalog.models import InformationCatalog, Memorandum, RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.tables import MOST_COUNTED
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.panels import Panel
from jinan_credit.kernel.wording import listed
from lists.enums import DishonestyClass
from lists.filters import lists_of
from lists.models import CreditList, CreditListVersion
from lists.rules import TermRule
from lists.selectors import in_force_counts
from lists.services.catalogue_items import lists_left_out, take_lists_in
from lists.services.credit_lists import FIELDS, create_list, effect_of, revise_list
from lists.views.list_form import CreditListForm
from lists.views.staff import StaffRequest, staff_page
from lists.views.versions import Line


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def credit_list_new(request: StaffRequest) -> HttpResponse:
    return _list_form(request, None)


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def credit_list_edit(request: StaffRequest, code: str) -> HttpResponse:
    return _list_form(request, get_object_or_404(CreditList, code=code))


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def credit_list_version(request: StaffRequest, code: str, number: int) -> HttpResponse:
    """What the list said in one version, beside the one before or another one."""
    credit_list = get_object_or_404(lists_of(request.actor), code=code)
    versions = list(credit_list.versions.select_related("made_by"))
    shown = next((version for version in versions if version.number == number), None)
    if shown is None:
        return redirect("credit_list", code)
    other = request.GET.get("with", str(number - 1))
    older = next((version for version in versions if str(version.number) == other), None)
    context = {
        "list": credit_list,
        "versions": versions,
        "version": shown,
        "older": older,
        "lines": version_lines(older, shown),
    }
    return render(request, "lists/credit_list_version.html", context)


def lists_panel(edition: InformationCatalog, actor: Actor) -> Panel | None:
    """On the page of a draft of the information catalogue: the lists that are not among its items yet."""
    if edition.state != CatalogState.DRAFT or not actor.may(Act.KEEP_CATALOGUE):
        return None
    count = lists_left_out(edition)
    if not count:
        return None
    return Panel(gettext_lazy("Lists of this system"), "lists/panel_edition.html", {"count": count, "edition": edition})


@staff_page(Act.KEEP_CATALOGUE)
@require_POST
def catalog_from_lists(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the lists into the draft of an edition, as items of their initiating units."""
    edition = get_object_or_404(InformationCatalog, pk=pk)
    try:
        added = take_lists_in(edition=edition, by=request.actor)
    except DomainError as refusal:
        note_refusal(request, refusal)
    else:
        said = ngettext("%(count)s item was added.", "%(count)s items were added.", added)
        messages.success(request, said % {"count": added})
    return redirect("catalog_edition", pk)


def _list_form(request: StaffRequest, credit_list: CreditList | None) -> HttpResponse:
    """First the effect of the change in words, then, confirmed, the change itself."""
    profiles = term_profiles()
    choices = [(profile.code, profile.title) for profile in profiles]
    data = request.POST.copy() if request.method == "POST" else None
    form = CreditListForm(data, credit_list=credit_list, term_profiles=choices, initial=_initial(credit_list))
    context: dict[str, Any] = {
        "form": form,
        "list": credit_list,
        "profiles": [(one, term_lines(one)) for one in profiles],
        "back": reverse("credit_list", args=[credit_list.code]) if credit_list is not None else reverse("credit_lists"),
        "effect": None,
    }
    if data is not None and form.is_valid():
        try:
            if data.get("confirmed") == form.digest():
                return _keep(request, form, credit_list)
            kind = credit_list.kind if credit_list is not None else form.cleaned_data["kind"]
            context |= {"effect": effect_of(credit_list, kind, form.values()), **_in_force(credit_list)}
            data["confirmed"] = form.digest()
        except DomainError as refusal:
            add_refusal(form, refusal)
            context["effect"] = None
    status = 422 if data is not None and form.errors else 200
    return render(request, "lists/credit_list_form.html", context, status=status)


def _keep(request: StaffRequest, form: CreditListForm, credit_list: CreditList | None) -> HttpResponse:
    values, reason = form.values(), form.cleaned_data["reason"]
    if credit_list is None:
        kept = create_list(values=values, by=request.actor, reason=reason)
        messages.success(request, _("The list was opened."))
    else:
        seen = form.cleaned_data["seen_version"]
        kept = revise_list(credit_list=credit_list, values=values, by=request.actor, reason=reason, seen_version=seen)
        messages.success(request, _("The list was changed. The earlier version stays in its history."))
    return redirect("credit_list", kept.code)


def _initial(credit_list: CreditList | None) -> dict[str, Any]:
    if credit_list is None:
        return {"legal_basis": "", "initiating_units": [], "sources": [], "memoranda": []}
    last = credit_list.versions.first()
    return {
        **{name: getattr(credit_list, name) for name in FIELDS},
        "initiating_units": list(credit_list.initiating_units.values_list("pk", flat=True)),
        "sources": list(credit_list.sources.values_list("pk", flat=True)),
        "memoranda": list(credit_list.memoranda.values_list("pk", flat=True)),
        "seen_version": last.number if last is not None else None,
    }


def _in_force(credit_list: CreditList | None) -> dict[str, Any]:
    if credit_list is None:
        return {"in_force_count": 0, "is_capped": False}
    count = in_force_counts([credit_list])[credit_list.pk]
    return {"in_force_count": min(count, MOST_COUNTED), "is_capped": count > MOST_COUNTED}


def term_profiles() -> list[RuleProfile]:
    """The term rules that are valid today: those with a term to give."""
    valid = RuleProfile.objects.valid(clock.today())
    return [profile for profile in valid if TermRule(profile.parameters).gives_every_term]


@dataclass(frozen=True)
class TermLine:
    """The months that a term rule gives one dishonesty class; None where it knows no such number."""

    label: str | Promise
    default: int
    most: int | None
    repair: int | None


def term_lines(profile: RuleProfile) -> list[TermLine]:
    """A term rule's numbers by dishonesty class, or one line where the class does not matter."""
    rule = TermRule(profile.parameters)
    if rule.has_classes:
        return [TermLine(one.label, *rule.months(one)) for one in DishonestyClass]
    return [TermLine(_("All"), *rule.months(""))]


def version_lines(older: CreditListVersion | None, newer: CreditListVersion) -> list[Line]:
    """Two versions value by value, in words. Two queries."""
    names = _Names()
    old = names.in_words(older.content) if older is not None else {}
    return [Line(label, old.get(label, ""), value) for label, value in names.in_words(newer.content).items()]


class _Names:
    """The words for what a version keeps as codes and numbers."""

    def __init__(self) -> None:
        self.units = dict(Unit.objects.values_list("code", "name"))
        self.memoranda = dict(Memorandum.objects.values_list("number", "title"))

    def in_words(self, content: dict[str, Any]) -> dict[Any, str]:
        words = {}
        for name, value in content.items():
            field: Any = CreditList._meta.get_field(name)
            words[field.verbose_name] = self._value(name, value)
        return words

    def _value(self, name: str, value: Any) -> str:
        if name in ("initiating_units", "sources"):
            return listed(self.units.get(code, code) for code in value)
        if name == "memoranda":
            return listed(self.memoranda.get(number, number) for number in value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        field: Any = CreditList._meta.get_field(name)
        if isinstance(value, list):
            labels = dict(field.base_field.choices)
            return listed(labels.get(one, one) for one in value)
        return str(dict(field.choices or ()).get(value, value))
