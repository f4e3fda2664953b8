"""The forms of nominations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.kernel.identifiers import is_uscc
from lists.enums import BasisKind, Disclosure, DocumentType, ListKind, NominatorKind, RequiredField, SubjectKind
from lists.forms.fields import CleanFileField, CodeField, LineField, TolerantDateField, choices, number_faults
from lists.models import CreditList, Nomination

_KINDS = [("", CHOOSE), *((kind.value, kind.label) for kind in SubjectKind if kind != SubjectKind.ANONYMOUS)]


class NominationForm(forms.Form):
    """A nomination on one page."""

    credit_list = forms.ModelChoiceField(
        label=_("Red list"), queryset=CreditList.objects.none(), to_field_name="code", empty_label=CHOOSE
    )
    nominator_kind = forms.ChoiceField(
        label=_("Who recommends?"), choices=NominatorKind, widget=forms.RadioSelect, initial=NominatorKind.UNIT
    )
    nominator = LineField(
        label=_("Name of the association or medium"),
        max_length=200,
        required=False,
        help_text=_("Empty where your own unit recommends."),
    )
    kind = forms.ChoiceField(label=_("Kind of subject"), choices=_KINDS)
    name = LineField(label=_("Name"), max_length=200, help_text=_("As on the licence or the identity document."))
    code = CodeField(
        label=_("Unified social credit code"),
        required=False,
        help_text=_("18 characters; for organisations and sole traders."),
    )
    document_type = forms.ChoiceField(
        label=_("Document type"), choices=choices(DocumentType), required=False, help_text=_("For natural persons.")
    )
    number = CodeField(label=_("Document number"), required=False, help_text=_("For natural persons. Kept encrypted."))
    merits = forms.CharField(
        label=_("Merits"),
        max_length=2000,
        help_text=_("What the party did, since when, who confirms it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    document = CleanFileField(
        label=_("Supporting document"), required=False, help_text=_("PDF, JPEG or PNG, at most 5 MB. Not required.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].queryset = CreditList.objects.filter(kind=ListKind.RED)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        is_of_others = values.get("nominator_kind") in (NominatorKind.ASSOCIATION, NominatorKind.MEDIA)
        if is_of_others and not values.get("nominator"):
            self.add_error("nominator", _("Name the association or the medium."))
        for field, fault in _subject_faults(values).items():
            self.add_error(field, fault)
        return values


def _subject_faults(values: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with the identifier for this kind of subject, by field."""
    kind, code, number = (values.get(name, "") for name in ("kind", "code", "number"))
    if kind == SubjectKind.NATURAL_PERSON:
        faults = {"code": _("Leave empty for a natural person.")} if code else {}
        if not number:
            return {**faults, "number": _("Give the number of the document.")}
        return {**faults, **number_faults(values.get("document_type", ""), number)}
    if not kind:
        return {}
    faults = {"number": _("Leave empty for an organisation: its code identifies it.")} if number else {}
    if not code:
        return {**faults, "code": _("Give the code.")}
    if not is_uscc(code):
        wrong = _("A unified social credit code: 18 characters with the right check character (GB 32100).")
        return {**faults, "code": wrong}
    return faults


class AcceptanceForm(forms.Form):
    """What the draft of a nominated party needs besides the party itself."""

    basis = LineField(label=_("Basis"), max_length=500, help_text=_("Law and article."))
    document_number = LineField(label=_("Document number of the decision"), max_length=100)
    document_on = TolerantDateField(label=_("Date of the document"))
    decided_on = TolerantDateField(label=_("Decided on"))
    grounds = LineField(label=_("Grounds"), max_length=500, help_text=_("In one sentence."))
    facts = forms.CharField(label=_("Facts"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    representative = LineField(label=_("Legal representative"), max_length=100, required=False)
    term_from = TolerantDateField(label=_("Term from"), required=False, help_text=_("Empty: the date of the document."))
    term_to = TolerantDateField(label=_("Term to"), required=False, help_text=_("Empty: as the rule of the list says."))
    disclosure = forms.ChoiceField(
        label=_("Disclosure"), choices=choices(Disclosure, _("As the list says")), required=False
    )

    def __init__(self, data: Any = None, *, nomination: Nomination) -> None:
        super().__init__(data, initial={"facts": nomination.merits})
        if nomination.is_person:
            del self.fields["representative"]
        elif RequiredField.REPRESENTATIVE in nomination.credit_list.required_fields:
            self.fields["representative"].required = True

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "basis_kind": BasisKind.COMMENDATION}
