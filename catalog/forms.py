"""The forms on which the coordinator keeps memoranda and their measures."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.enums import SANCTIONS, MeasureCategory, MeasureKind, MeasureObject, Severity
from catalog.models import Measure, MeasureResponsibility, MemorandumVersion
from catalog.services.measures import Clause
from jinan_credit.accounts.forms import DayInput
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock

_BASIS = re.compile(r"《([^》]{1,200})》\s*(.{0,100})")


def text_area(label: Any, rows: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput, **kwargs)


def _units(label: Any, **kwargs: Any) -> "forms.ModelMultipleChoiceField[Unit]":
    return forms.ModelMultipleChoiceField(
        label=label, queryset=Unit.objects.none(), widget=forms.SelectMultiple(attrs={"size": 8}), **kwargs
    )


class MemorandumForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=300)
    document_number = forms.CharField(label=pgettext_lazy("of a memorandum", "Document number"), max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Rewards and sanctions")), *MeasureKind.choices], required=False
    )
    lead_units = _units(_("Lead units"), help_text=_("One or more; hold Ctrl to choose several."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_units"].queryset = Unit.objects.active(clock.today())  # type: ignore[attr-defined]


class RevisionForm(forms.Form):
    note = text_area(_("What the revision is for"), 3)


class InForceForm(forms.Form):
    valid_from = day_field(_("Valid from"), help_text=_("Today or later; that day counts."))
    reason = text_area(_("Reason"), 2, required=False)


class LapseForm(forms.Form):
    last_day = day_field(_("Last day"), help_text=_("That day still counts."))
    reason = text_area(_("Reason"), 2)


class MeasureForm(forms.Form):
    """One row of the matrix. Bases and exceptions are lines of text, one for each."""

    clause = forms.CharField(label=_("Clause"), max_length=50)
    content = text_area(_("Measure"), 3)
    category = forms.ChoiceField(label=_("Category"))
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    applies_to = forms.ChoiceField(label=_("Applies to"), choices=MeasureObject.choices)
    bases = text_area(
        _("Legal bases"),
        4,
        required=False,
        help_text=_("One a line: 《title》 and article. Without one the version cannot be circulated."),
    )
    units = _units(_("Units that apply it"), required=False)
    assists = _units(_("Units that assist"), required=False)
    by_all_units = forms.BooleanField(
        label=_("All units concerned"),
        required=False,
        help_text=_("Every authority of the city whose kind may apply such a measure."),
    )
    exceptions = text_area(
        _("Laws for units of another kind"),
        2,
        required=False,
        help_text=_("Only where a unit's kind may not apply such a measure. One a line: unit, colon, law and article."),
    )
    procedure = text_area(_("Procedure"), 2, required=False)

    def __init__(self, *args: Any, version: MemorandumVersion, measure: Measure | None = None, **kwargs: Any) -> None:
        given = {"initial": _initial(measure), **kwargs} if measure is not None else kwargs
        super().__init__(*args, **given)
        self.fields["category"].choices = _categories(version.memorandum.kind)  # type: ignore[attr-defined]
        for name in ("units", "assists"):
            self.fields[name].queryset = Unit.objects.active(clock.today())  # type: ignore[attr-defined]

    def clean_bases(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["bases"].splitlines():
            if not line.strip():
                continue
            basis = _BASIS.fullmatch(line.strip())
            if basis is None:
                raise forms.ValidationError(
                    _("Write each basis as 《title》 and article, at most 200 and 100 characters: “%(line)s”."),
                    params={"line": line},
                )
            found.append((basis[1].strip(), basis[2].strip()))
        return found

    def clean_exceptions(self) -> dict[Unit, str]:
        laws = {}
        units = {unit.name: unit for unit in Unit.objects.active(clock.today())}
        for line in self.cleaned_data["exceptions"].splitlines():
            if not line.strip():
                continue
            name, _colon, law = line.replace(":", "：", 1).partition("：")
            if name.strip() not in units or not law.strip():
                raise forms.ValidationError(
                    _("Write a unit of today, a colon and the law: “%(line)s”."), params={"line": line}
                )
            MeasureResponsibility._meta.get_field("exception_basis").run_validators(law.strip())
            laws[units[name.strip()]] = law.strip()
        return laws

    def values(self) -> Clause:
        given = self.cleaned_data
        return Clause(**{**given, "units": list(given["units"]), "assists": list(given["assists"])})


def _categories(kind: str) -> list[Any]:
    sanctions = [(one.value, one.label) for one in MeasureCategory if one in SANCTIONS]
    rewards = [(one.value, one.label) for one in MeasureCategory if one not in SANCTIONS]
    groups = [(MeasureKind.SANCTION, sanctions), (MeasureKind.REWARD, rewards)]
    return [(group.label, choices) for group, choices in groups if kind in ("", group)]


def _initial(measure: Measure) -> dict[str, Any]:
    parts = list(measure.responsibilities.select_related("unit"))
    return {
        **{
            name: getattr(measure, name)
            for name in ("clause", "content", "category", "severity", "applies_to", "by_all_units", "procedure")
        },
        "bases": "\n".join(str(basis) for basis in measure.bases.all()),
        "units": [part.unit_id for part in parts if part.role == "APPLIES"],
        "assists": [part.unit_id for part in parts if part.role == "ASSISTS"],
        "exceptions": "\n".join(f"{part.unit}：{part.exception_basis}" for part in parts if part.exception_basis),
    }
