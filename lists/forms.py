from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.identifiers import is_citizen_number, is_uscc, normalise_code, normalise_text
from lists.enums import Disclosure, DishonestyClass, DocumentType, ExitReason, ListKind, SubjectKind
from lists.models import CreditList, Entry
from lists.models.credit_list import CreditListQuerySet

EXIT_REASONS_OF_THE_UNIT = (
    ExitReason.LISTED_IN_ERROR,
    ExitReason.BASIS_CHANGED,
    ExitReason.CRITERIA_CHANGED,
    ExitReason.SUBJECT_CEASED,
)
"""Expiry, repair and objection have their own ways out."""


class LineField(forms.CharField):
    """One line of text in one spelling: half width, no invisible characters."""

    def to_python(self, value: Any) -> str:
        return normalise_text(super().to_python(value) or "")


class CodeField(forms.CharField):
    """A code in one spelling: half width, upper case, no spaces or hyphens."""

    def to_python(self, value: Any) -> str:
        return normalise_code(super().to_python(value) or "")


class TolerantDateField(forms.DateField):
    """A day as people write it: 2026-03-31, 2026/3/31, 2026年3月31日, 20260331."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2026-03-31", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
        super().__init__(input_formats=formats, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(normalise_text(value).replace(" ", "") if isinstance(value, str) else value)


def _choices(enum: Any, blank: Any = "—") -> list[tuple[str, Any]]:
    return [("", blank), *enum.choices]


class EntryForm(forms.Form):
    """A draft of one list by hand. For an edit, `entry` is what is edited: an empty number keeps its person."""

    kind = forms.ChoiceField(label=_("Kind of subject"), choices=_choices(SubjectKind))
    name = LineField(label=_("Name"), max_length=200, help_text=_("As on the licence or the identity document."))
    code = CodeField(
        label=_("Unified social credit code"),
        required=False,
        help_text=_("18 characters; for organisations and sole traders."),
    )
    document_type = forms.ChoiceField(
        label=_("Document type"), choices=_choices(DocumentType), required=False, help_text=_("For natural persons.")
    )
    number = CodeField(label=_("Document number"), required=False, help_text=_("For natural persons."))
    representative = LineField(label=_("Legal representative"), max_length=100, required=False)
    basis = LineField(label=_("Basis"), max_length=500, help_text=_("Law and article."))
    document_number = LineField(label=_("Document number of the decision"), max_length=100)
    document_on = TolerantDateField(label=_("Date of the document"))
    decided_on = TolerantDateField(label=_("Decided on"))
    dishonesty_class = forms.ChoiceField(label=_("Dishonesty class"), choices=_choices(DishonestyClass), required=False)
    term_from = TolerantDateField(label=_("Term from"), required=False, help_text=_("Empty: the date of the document."))
    term_to = TolerantDateField(label=_("Term to"), required=False, help_text=_("Empty: as the rule of the list says."))
    grounds = LineField(label=_("Grounds"), max_length=500, help_text=_("In one sentence."))
    facts = forms.CharField(label=_("Facts"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    disclosure = forms.ChoiceField(
        label=_("Disclosure"), choices=_choices(Disclosure, _("As the list says")), required=False
    )

    def __init__(self, *args: Any, credit_list: CreditList, entry: Entry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        if credit_list.kind == ListKind.RED:
            del self.fields["dishonesty_class"]
        if entry is not None and entry.subject.is_person:
            self.fields["number"].help_text = _("Empty: stays %(number)s.") % {"number": entry.subject.masked_number}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind = values.get("kind")
        if kind == SubjectKind.NATURAL_PERSON:
            self._check_person(values)
        elif kind:
            self._check_organisation(values)
        if not values.get("dishonesty_class"):
            values["dishonesty_class"] = ""
        return values

    def _check_person(self, values: dict[str, Any]) -> None:
        if values.get("code"):
            self.add_error("code", _("Leave empty for a natural person."))
        number = values.get("number", "")
        if not number and self.entry is not None and self.entry.subject.is_person:
            return
        if not number:
            self.add_error("number", _("Give the number of the document."))
        if not values.get("document_type"):
            self.add_error("document_type", _("Give the type of the document."))
        elif number and values["document_type"] == DocumentType.CITIZEN and not is_citizen_number(number):
            self.add_error(
                "number",
                _("A citizen number: 18 characters with a date that exists and the right check digit (GB 11643)."),
            )
        elif number and not (number.isascii() and number.isalnum() and 5 <= len(number) <= 30):
            self.add_error("number", _("A document number of 5 to 30 letters and digits."))

    def _check_organisation(self, values: dict[str, Any]) -> None:
        if values.get("number"):
            self.add_error("number", _("Leave empty for an organisation: its code identifies it."))
        code = values.get("code", "")
        if not code:
            self.add_error("code", _("Give the code."))
        elif not is_uscc(code):
            self.add_error(
                "code",
                _("A unified social credit code: 18 characters with the right check character (GB 32100)."),
            )


def initial_of(entry: Entry) -> dict[str, Any]:
    """What an edit of a draft begins with; never a document number."""
    representative = entry.related_persons.filter(role="LEGAL_REPRESENTATIVE").first()
    names = ("basis", "document_number", "document_on", "decided_on", "term_from", "term_to", "grounds", "facts")
    return {
        "kind": entry.subject_kind,
        "name": entry.subject_name,
        "code": entry.subject.code,
        "document_type": entry.subject.document_type,
        "representative": representative.name if representative else "",
        "dishonesty_class": entry.dishonesty_class,
        "disclosure": entry.disclosure,
        **{name: getattr(entry, name) for name in names},
    }


class CorrectionForm(forms.Form):
    """Other values for a published entry, and why. Only what differs is proposed."""

    subject_name = LineField(label=_("Name as at listing"), max_length=200)
    basis = LineField(label=_("Basis"), max_length=500)
    document_on = TolerantDateField(label=_("Date of the document"))
    decided_on = TolerantDateField(label=_("Decided on"))
    dishonesty_class = forms.ChoiceField(label=_("Dishonesty class"), choices=_choices(DishonestyClass), required=False)
    term_from = TolerantDateField(label=_("Term from"))
    term_to = TolerantDateField(label=_("Term to"))
    grounds = LineField(label=_("Grounds"), max_length=500)
    facts = forms.CharField(label=_("Facts"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    disclosure = forms.ChoiceField(label=_("Disclosure"), choices=Disclosure.choices)
    reason = forms.CharField(
        label=_("Reason for the correction"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        self.initial = {name: getattr(entry, name) for name in self.fields if name != "reason"}

    def new_values(self) -> dict[str, Any]:
        """The values that differ from the entry's, as plain JSON values."""
        changed = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "reason" and value != getattr(self.entry, name)
        }
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in changed.items()}


class RemovalForm(forms.Form):
    exit_reason = forms.ChoiceField(label=_("Why it leaves the list"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason in words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = list(EXIT_REASONS_OF_THE_UNIT)
        if entry.credit_list.kind == ListKind.RED:
            reasons.append(ExitReason.DISHONOURED)
        self.fields["exit_reason"].choices = [(reason.value, reason.label) for reason in reasons]  # type: ignore[attr-defined]


class RevealForm(forms.Form):
    reason = LineField(
        label=_("Why you need the full number"), max_length=500, help_text=_("Kept in the log with your name.")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ListChoiceForm(forms.Form):
    """Which list an entry is for; sent by GET."""

    credit_list = forms.ModelChoiceField(
        label=_("List"), queryset=CreditList.objects.none(), to_field_name="code", empty_label="—"
    )

    def __init__(self, *args: Any, lists: CreditListQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].queryset = lists  # type: ignore[attr-defined]


class ImportForm(ListChoiceForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel workbook (.xlsx) or CSV, at most 50 MiB and 100,000 rows, with the header of the template."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
