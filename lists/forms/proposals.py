"""What a unit proposes for an entry on its list: each form with the document that the act rests on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lists.enums import BasisKind, Disclosure, DishonestyClass, ExitReason, ListKind
from lists.forms.entries import CorrectedPersonForm, persons_form
from lists.forms.fields import CleanFileField, LineField, TolerantDateField, choices, text_area
from lists.models import Entry
from lists.services.orders import Order

EXIT_REASONS_OF_THE_UNIT = (ExitReason.LISTED_IN_ERROR, ExitReason.CRITERIA_CHANGED)
"""Expiry, repair and objection have their own ways out; a fallen basis and a ceased subject their own forms."""


class ProposalForm(forms.Form):
    """`entry` is what the proposal is about. A document handed in is kept with the entry."""

    reason = text_area(_("Reason in words"))
    document = CleanFileField(
        label=_("Document as a file"),
        required=False,
        help_text=_("PDF, JPEG or PNG, at most 5 MB. Kept with the entry."),
    )

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry

    order: Order | None = None

    @property
    def title(self) -> str:
        """Under which the document is kept."""
        return f"{self.order.issued_by} {self.order.number}" if self.order else str(self.cleaned_data["reason"])[:100]


class OrderForm(ProposalForm):
    """A proposal that rests on a document of another organ."""

    order_number = LineField(label=_("Number of the document"), max_length=100)
    order_by = LineField(label=_("Issued by"), max_length=100)
    order_on = TolerantDateField(label=pgettext_lazy("of an order", "Issued on"))

    field_order: Any = ("order_number", "order_by", "order_on", "learned_on", "ceased_on", "reason", "document")

    @property
    def order(self) -> Order | None:  # type: ignore[override]
        data = self.cleaned_data
        given = [data.get(name) for name in ("order_number", "order_by", "order_on")]
        return Order(number=given[0] or "", issued_by=given[1] or "", issued_on=given[2]) if any(given) else None


class StayForm(OrderForm):
    """Only an order of a court or a reviewing organ stays execution; so does only such a one end the stay."""


class FallenBasisForm(OrderForm):
    learned_on = TolerantDateField(
        label=_("Learned of on"), help_text=_("The days for correction and report run from the day after.")
    )
    for_all = forms.BooleanField(label=_("For all entries that rest on this document"), required=False)

    field_order: Any = ("order_number", "order_by", "order_on", "learned_on", "for_all", "reason", "document")

    def __init__(self, *args: Any, others: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not others:
            del self.fields["for_all"]


class CeasedForm(OrderForm):
    ceased_on = TolerantDateField(label=_("Ceased or died on"))


class RemovalForm(ProposalForm):
    exit_reason = forms.ChoiceField(label=_("Why it leaves the list"), widget=forms.RadioSelect)

    field_order: Any = ("exit_reason", "reason", "document")

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        reasons = list(EXIT_REASONS_OF_THE_UNIT)
        if entry.credit_list.kind == ListKind.RED:
            reasons.append(ExitReason.DISHONOURED)
        self.fields["exit_reason"].choices = [(reason.value, reason.label) for reason in reasons]  # type: ignore[attr-defined]


class CorrectionForm(OrderForm):
    """Other values for a published entry, and why. Only what differs is proposed.

    The document is needed when its correction follows from a changed basis: then the day on which that was learned of
    is given, too.
    """

    subject_name = LineField(label=_("Name as at listing"), max_length=200)
    basis_kind = forms.ChoiceField(label=_("Kind of basis"), choices=choices(BasisKind), required=False)
    basis = LineField(label=_("Basis"), max_length=500)
    document_on = TolerantDateField(label=_("Date of the document"))
    decided_on = TolerantDateField(label=_("Decided on"))
    act_ended_on = TolerantDateField(label=_("Act ended on"), required=False)
    dishonesty_class = forms.ChoiceField(label=_("Dishonesty class"), choices=choices(DishonestyClass), required=False)
    term_from = TolerantDateField(label=_("Term from"))
    term_to = TolerantDateField(label=_("Term to"))
    grounds = LineField(label=_("Grounds"), max_length=500)
    facts = forms.CharField(label=_("Facts"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    disclosure = forms.ChoiceField(label=_("Disclosure"), choices=Disclosure.choices)
    learned_on = TolerantDateField(
        label=_("Learned of on"),
        required=False,
        help_text=_("Only where the basis document was changed: the day on which the unit learned of it."),
    )

    template_name = "lists/_correction_fields.html"
    field_order: Any = ("reason",)
    _about = ("reason", "document", "order_number", "order_by", "order_on", "learned_on")

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        from lists.services.corrections import CORRECTABLE

        super().__init__(*args, entry=entry, **kwargs)
        self.persons = persons_form(args[0] if args else None, entry, form=CorrectedPersonForm)
        for name in list(self.fields):
            if name not in self._about and name not in CORRECTABLE:
                del self.fields[name]
        for name in ("order_number", "order_by", "order_on"):
            self.fields[name].required = False
        self.fields["order_number"].help_text = _("Only where another document gives rise to the correction.")
        if entry.credit_list.kind == ListKind.RED:
            self.fields.pop("dishonesty_class", None)
        values = [name for name in self.fields if name not in self._about]
        self.order_fields([*values, "reason", "order_number", "order_by", "order_on", "learned_on", "document"])
        self.initial = {name: getattr(entry, name) for name in values}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.persons.is_valid():
            self.add_error(None, _("A related person is not complete. See below."))
        return values

    def new_values(self) -> dict[str, Any]:
        """The values that differ from the entry's, as plain JSON values, and the related persons as typed."""
        changed = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self._about and value != getattr(self.entry, name)
        }
        plain = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in changed.items()}
        return {**plain, "related_persons": self.persons.values} if "person-TOTAL_FORMS" in self.data else plain
