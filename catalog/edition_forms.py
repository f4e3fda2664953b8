"""The forms on which the information catalogue is kept, and on which providers record their updates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.enums import ItemDisclosure, ItemSharing, UpdateCycle
from catalog.forms import day_field, text_area
from catalog.models import CatalogItem, InformationCatalog, Standard
from catalog.services.information_catalog import ItemField, ItemText
from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock


class NewEditionForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=200, initial=_("Catalogue of public credit information of Jinan")
    )
    note = text_area(_("What the edition is for"), 3, required=False)


class EditionForm(NewEditionForm):
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)
    seen_step = forms.IntegerField(required=False, widget=forms.HiddenInput)


class IssueForm(forms.Form):
    document_number = forms.CharField(label=_("Number of the document that issues it"), max_length=100)
    issued_on = day_field(_("Issued on"))
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)


class ItemForm(forms.Form):
    """One kind of information. Fields are lines of text, one for each."""

    code = forms.CharField(
        label=_("Code"),
        max_length=80,
        help_text=_("Letters, digits, hyphens and underscores; the same in every later edition."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    provider = forms.ModelChoiceField(label=_("Provider"), queryset=Unit.objects.none(), empty_label=CHOOSE)
    fields_text = text_area(
        _("Fields"),
        8,
        help_text=_("One a line: name | type | number of the standard. Type and standard may be left out."),
    )
    disclosure = forms.ChoiceField(label=pgettext_lazy("of an item", "Disclosure"), choices=ItemDisclosure.choices)
    sharing = forms.ChoiceField(label=_("Sharing"), choices=ItemSharing.choices)
    sharing_condition = forms.CharField(label=_("Condition of sharing"), max_length=300, required=False)
    update_cycle = forms.ChoiceField(label=_("Update cycle"), choices=UpdateCycle.choices)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)
    standards = forms.MultipleChoiceField(
        label=_("Standards"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Hold Ctrl to choose several."),
    )
    seen_step = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: CatalogItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(item), **kwargs})
        provider: Any = self.fields["provider"]
        provider.queryset = Unit.objects.active(clock.today())
        standards: Any = self.fields["standards"]
        standards.choices = [(one.number, str(one)) for one in Standard.objects.all()]
        if item is not None:
            del self.fields["code"]

    def clean_fields_text(self) -> list[ItemField]:
        lines = [line for line in self.cleaned_data["fields_text"].replace("｜", "|").splitlines() if line.strip()]
        found = [[part.strip() for part in line.split("|")] for line in lines]
        for line, parts in zip(lines, found, strict=True):
            if not parts[0] or len(parts) > 3:
                raise forms.ValidationError(
                    _("Write each field as name | type | standard: “%(line)s”."), params={"line": line}
                )
        return [ItemField(*parts) for parts in found]

    def says(self) -> ItemText:
        given = {
            name: value for name, value in self.cleaned_data.items() if name not in ("code", "fields_text", "seen_step")
        }
        return ItemText(**given, fields=self.cleaned_data["fields_text"])


class UpdateForm(forms.Form):
    updated_on = day_field(_("Updated on"), initial=clock.today)
    row_count = forms.IntegerField(label=_("Number of records"), min_value=0, max_value=2**31 - 1)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


def _initial(item: CatalogItem | None) -> dict[str, Any]:
    if item is None:
        return {}
    names = ("name", "disclosure", "sharing", "sharing_condition", "update_cycle", "legal_basis", "standards")
    return {
        **{name: getattr(item, name) for name in names},
        "provider": item.provider_id,
        "seen_step": last_step(item.catalog),
        "fields_text": "\n".join(in_one_line(field) for field in item.fields),
    }


def last_step(edition: InformationCatalog) -> int | None:
    return edition.moves.order_by("-pk").values_list("pk", flat=True).first()


def in_one_line(field: dict[str, str]) -> str:
    """A field of an item as it is typed: name | type | standard."""
    return " | ".join((field["name"], field["type"], field["standard"])).rstrip(" |")
