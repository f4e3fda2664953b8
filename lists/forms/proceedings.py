"""Reconsideration or suit: that the party sought it, and how it ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lists.enums import ProceedingKind, ProceedingState
from lists.forms.fields import TolerantDateField, text_area
from lists.forms.proposals import OrderForm
from lists.models import Entry


class ProceedingForm(OrderForm):
    kind = forms.TypedChoiceField(label=_("What the party seeks"), coerce=ProceedingKind, widget=forms.RadioSelect)

    field_order: Any = ("kind", "order_by", "order_number", "order_on", "reason")

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        del self.fields["document"]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds_left(entry)]  # type: ignore[attr-defined]
        self.fields["order_by"].label = _("Organ or court")
        self.fields["order_number"].help_text = _("Of the notice that the case was accepted, or of the call to answer.")


class EndForm(forms.Form):
    ended_on = TolerantDateField(label=_("Ended on"), help_text=_("The date of the decision, ruling or withdrawal."))
    reason = text_area(_("How it ended"), help_text=_("The decision with its number, or that the party withdrew."))


def kinds_left(entry: Entry) -> list[ProceedingKind]:
    """What may be recorded: one of a kind at a time."""
    under_way = entry.proceedings.filter(state=ProceedingState.OPEN).values_list("kind", flat=True)
    return [kind for kind in ProceedingKind if kind not in set(under_way)]
