"""The forms of batches and portfolios."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import CHOOSE
from sanctions.enums import BatchUse
from sanctions.models import Portfolio
from sanctions.models.portfolio import PortfolioQuerySet
from sanctions.rules import Matter


class _FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel workbook (.xlsx), CSV or NDJSON, at most 50 MB and 100,000 parties."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.ndjson,.jsonl"}),
    )


class BatchForm(_FileForm):
    """Which parties, in what matter, for what purpose."""

    matter = forms.CharField(label=_("Matter"), max_length=200, help_text=_("For example: tender, licence, subsidy."))
    matter_code = forms.CharField(label=_("Matter code"), required=False, max_length=100)
    reference = forms.CharField(label=_("File reference"), required=False, max_length=100)
    purpose = forms.CharField(label=_("Purpose"), max_length=300, help_text=_("Kept with the batch, for the audit."))

    def matter_given(self) -> Matter:
        given = self.cleaned_data
        return Matter(name=given["matter"], code=given["matter_code"], reference=given["reference"])


class PortfolioForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For example: suppliers of the year."))
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, help_text=_("Why the unit watches these parties; kept for the audit.")
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, help_text=_("Law and article."))


class PortfolioFileForm(_FileForm):
    use = forms.ChoiceField(
        label=_("What becomes of the parties in the file"),
        choices=[(BatchUse.KEEP, BatchUse.KEEP.label), (BatchUse.DROP, BatchUse.DROP.label)],
        initial=BatchUse.KEEP,
        widget=forms.RadioSelect,
    )


class KeepForm(forms.Form):
    portfolio = forms.ModelChoiceField(label=_("Portfolio"), queryset=Portfolio.objects.none(), empty_label=CHOOSE)

    def __init__(self, *args: Any, portfolios: PortfolioQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["portfolio"].queryset = portfolios  # type: ignore[attr-defined]
