"""The draft of an entry by hand: for which list, of whom, and the persons related to it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.kernel.identifiers import is_uscc
from lists.enums import (
    BasisKind,
    Disclosure,
    DishonestyClass,
    DocumentType,
    ListKind,
    PersonRole,
    RequiredField,
    SubjectKind,
)
from lists.forms.fields import CodeField, LineField, TolerantDateField, choices, number_faults
from lists.models import CreditList, Entry, RelatedPerson
from lists.models.credit_list import CreditListQuerySet

ROWS_OF_PERSONS = 3
MOST_PERSONS = 30
_NO_BASIS = (BasisKind.SIMPLE_PENALTY, BasisKind.REMEDIED_PENALTY)
_LISTED_KINDS = [(kind.value, kind.label) for kind in SubjectKind if kind != SubjectKind.ANONYMOUS]


class ListChoiceForm(forms.Form):
    """Which list an entry is for; sent by GET."""

    credit_list = forms.ModelChoiceField(
        label=_("List"), queryset=CreditList.objects.none(), to_field_name="code", empty_label=CHOOSE
    )

    def __init__(self, *args: Any, lists: CreditListQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].queryset = lists  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """A draft of one list by hand. For an edit, `entry` is what is edited: an empty number keeps its person."""

    template_name = "lists/_entry_fields.html"

    kind = forms.ChoiceField(label=_("Kind of subject"), choices=[("", CHOOSE), *_LISTED_KINDS])
    name = LineField(label=_("Name"), max_length=200, help_text=_("As on the licence or the identity document."))
    code = CodeField(
        label=_("Unified social credit code"),
        required=False,
        help_text=_("18 characters; for organisations and sole traders."),
    )
    document_type = forms.ChoiceField(
        label=_("Document type"), choices=choices(DocumentType), required=False, help_text=_("For natural persons.")
    )
    number = CodeField(label=_("Identity document number"), required=False, help_text=_("For natural persons."))
    representative = LineField(label=_("Legal representative"), max_length=100, required=False)
    basis_kind = forms.ChoiceField(
        label=_("Kind of basis"),
        choices=choices(BasisKind, _("Not stated")),
        required=False,
        help_text=_(
            "A penalty by simple procedure, or for a minor act already remedied, cannot be the only "
            "basis of a listing (Shandong Social Credit Regulation, art. 13)."
        ),
    )
    basis = LineField(label=_("Basis"), max_length=500, help_text=_("Law and article."))
    document_number = LineField(label=_("Document number of the decision"), max_length=100)
    document_on = TolerantDateField(label=_("Date of the document"))
    decided_on = TolerantDateField(label=_("Decided on"))
    act_ended_on = TolerantDateField(
        label=_("Act ended on"),
        required=False,
        help_text=_("The disclosure limit counts from this day; empty: from the date of the document."),
    )
    grounds = LineField(label=_("Grounds"), max_length=500, help_text=_("In one sentence."))
    facts = forms.CharField(label=_("Facts"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    dishonesty_class = forms.ChoiceField(label=_("Dishonesty class"), choices=choices(DishonestyClass), required=False)
    term_from = TolerantDateField(label=_("Term from"), required=False, help_text=_("Empty: the date of the document."))
    term_to = TolerantDateField(label=_("Term to"), required=False, help_text=_("Empty: as the rule of the list says."))
    disclosure = forms.ChoiceField(
        label=_("Disclosure"), choices=choices(Disclosure, _("As the list says")), required=False
    )
    seen_step = forms.IntegerField(required=False, widget=forms.HiddenInput)

    groups: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("Subject"), ("kind", "name", "code", "document_type", "number", "representative")),
        (_("Basis"), ("basis_kind", "basis", "document_number", "document_on", "decided_on", "act_ended_on")),
        (_("Facts and grounds"), ("grounds", "facts", "dishonesty_class")),
        (_("Term and disclosure"), ("term_from", "term_to", "disclosure")),
    )

    def __init__(
        self, data: Any = None, *, credit_list: CreditList, entry: Entry | None = None, rows: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(data, initial=initial_of(entry) if entry else None, **kwargs)
        self.entry, self.credit_list = entry, credit_list
        self.persons = persons_form(data, entry, rows)
        if credit_list.kind == ListKind.RED:
            del self.fields["dishonesty_class"]
        for name in credit_list.required_fields:
            if name != RequiredField.REPRESENTATIVE and name.lower() in self.fields:
                self.fields[name.lower()].required = True
        if self._needs_representative:
            self.fields["representative"].help_text = _("This list requires it of every organisation.")
        if entry is not None and entry.subject.is_person:
            self.fields["number"].help_text = _("Empty: stays %(number)s.") % {"number": entry.subject.masked_number}

    @property
    def grouped(self) -> Iterable[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in self.groups]

    def wait(self) -> None:
        """Shows what was typed without judging it yet."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for form in self.persons.forms:
            form._errors = ErrorDict()
            form.cleaned_data = {}

    @property
    def _needs_representative(self) -> bool:
        return RequiredField.REPRESENTATIVE in self.credit_list.required_fields

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == SubjectKind.NATURAL_PERSON:
            self._check_person(values)
        elif values.get("kind"):
            self._check_organisation(values)
        values.setdefault("dishonesty_class", "")
        if values.get("basis_kind") in _NO_BASIS:
            self.add_error(
                "basis_kind",
                _("Such a penalty cannot be the only basis of a listing (Shandong Social Credit Regulation, art. 13)."),
            )
        if not self.persons.is_valid():
            self.add_error(None, _("A related person is not complete. See below."))
        elif "person-TOTAL_FORMS" in self.data:
            values["related_persons"] = self.persons.values
        return values

    def _check_person(self, values: dict[str, Any]) -> None:
        if values.get("code"):
            self.add_error("code", _("Leave empty for a natural person."))
        number = values.get("number", "")
        if not number and self.entry is not None and self.entry.subject.is_person:
            return
        if not number:
            self.add_error("number", _("Give the number of the document."))
        for field, fault in number_faults(values.get("document_type", ""), number or "00000").items():
            if number or field != "number":
                self.add_error(field, fault)

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
        if self._needs_representative and not values.get("representative") and not self.persons.names_representative:
            self.add_error("representative", _("This list requires it of every organisation."))


class RelatedPersonForm(forms.Form):
    """One related person as at listing. An empty name takes a known person out; an empty number keeps his."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    role = forms.ChoiceField(label=_("Role"), choices=choices(PersonRole), required=False)
    name = LineField(label=_("Person's name"), max_length=100, required=False)
    document_type = forms.ChoiceField(label=_("Document type"), choices=choices(DocumentType), required=False)
    number = CodeField(label=_("Identity document number"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        masked = self.initial.get("masked_number") if isinstance(self.initial, dict) else ""
        if masked:
            self.fields["number"].help_text = _("Empty: stays %(number)s.") % {"number": masked}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("name"):
            if values.get("number") or (values.get("role") and not values.get("id")):
                self.add_error("name", _("Give the name."))
            return values
        if not values.get("role"):
            self.add_error("role", _("Give the role."))
        if values.get("number"):
            for field, fault in number_faults(values.get("document_type", ""), values["number"]).items():
                self.add_error(field, fault)
        elif values.get("document_type") and values["document_type"] != self.initial.get("document_type"):
            self.add_error("number", _("Give the number of the document."))
        return values


class CorrectedPersonForm(RelatedPersonForm):
    """A related person of a published entry: nobody goes by an empty name."""

    leaves = forms.BooleanField(label=_("Take this person out"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (isinstance(self.initial, dict) and self.initial.get("id")):
            del self.fields["leaves"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("leaves"):
            return self.cleaned_data
        values = super().clean()
        if values.get("id") and not values.get("name"):
            self.add_error("name", _("Give the name, or take the person out."))
        return values


class _Persons(forms.BaseFormSet):
    @property
    def values(self) -> list[dict[str, Any]]:
        """As `draft_entry` takes them; rows without a name are none."""
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        return [values for values in filled if not values.get("leaves")]

    @property
    def names_representative(self) -> bool:
        role = PersonRole.LEGAL_REPRESENTATIVE
        return any(getattr(form, "cleaned_data", {}).get("role") == role for form in self.forms)


def persons_form(
    data: Any, entry: Entry | None, rows: int = 0, *, form: type[RelatedPersonForm] = RelatedPersonForm
) -> _Persons:
    """The rows of the related persons; `rows` more of them where a person asked for more.

    A draft has a field of its own for the legal representative, a correction has not.
    """
    known = _rows_of(entry, with_representative=form is CorrectedPersonForm) if entry is not None else []
    factory: Any = forms.formset_factory(
        form, formset=_Persons, extra=ROWS_OF_PERSONS, max_num=MOST_PERSONS, absolute_max=MOST_PERSONS
    )
    total = data.get("person-TOTAL_FORMS", "") if data is not None else ""
    if data is not None and not total:
        data = {"person-TOTAL_FORMS": "0", "person-INITIAL_FORMS": "0"}
    elif rows and total.isdecimal():
        data = data.copy()
        data["person-TOTAL_FORMS"] = str(min(int(total) + rows, MOST_PERSONS))
    made: _Persons = factory(data, prefix="person", initial=known)
    return made


def _rows_of(entry: Entry, *, with_representative: bool) -> list[dict[str, Any]]:
    named = None if with_representative else _representative(entry)
    others = entry.related_persons.exclude(pk=named.pk) if named else entry.related_persons.all()
    return [
        {
            "id": person.pk,
            "role": person.role,
            "name": person.name,
            "document_type": person.document_type,
            "masked_number": person.masked_number,
        }
        for person in others
    ]


def _representative(entry: Entry) -> RelatedPerson | None:
    return entry.related_persons.filter(role=PersonRole.LEGAL_REPRESENTATIVE).first()


def initial_of(entry: Entry) -> dict[str, Any]:
    """What an edit of a draft begins with; never a document number."""
    representative = _representative(entry)
    names = (
        "basis_kind",
        "basis",
        "document_number",
        "document_on",
        "decided_on",
        "act_ended_on",
        "term_from",
        "term_to",
        "grounds",
        "facts",
        "dishonesty_class",
        "disclosure",
    )
    return {
        "kind": entry.subject_kind,
        "name": entry.subject_name,
        "code": entry.subject.code,
        "document_type": entry.subject.document_type,
        "representative": representative.name if representative else "",
        "seen_step": entry.last_step_id,
        **{name: getattr(entry, name) for name in names},
    }
