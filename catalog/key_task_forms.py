"""What lead units write about key tasks, and the coordinator to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.enums import KeyTaskProgress
from catalog.forms import day_field, text_area
from catalog.models import KeyTask, KeyTaskReport
from catalog.services.key_tasks import Progress
from jinan_credit.accounts.applicants import documents_field
from jinan_credit.kernel import clock


class KeyTaskReportForm(forms.Form):
    period_from = day_field(_("Report on the time from"))
    period_to = day_field(
        pgettext_lazy("end of a period", "To"), help_text=_("Both days the same: a report on that day.")
    )
    progress = forms.ChoiceField(label=_("Status of the task"))
    text = text_area(_("What has been done"), 8)
    evidence = documents_field(_("Evidence"))
    without = forms.TypedMultipleChoiceField(
        label=_("Take these files out"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    seen_step = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, key_task: KeyTask, report: KeyTaskReport | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(report), **kwargs})
        progress: Any = self.fields["progress"]
        progress.choices = [
            (value, label)
            for value, label in KeyTaskProgress.choices
            if value != KeyTaskProgress.CONTINUING or key_task.due_on is None
        ]
        kept = list(report.evidence.all()) if report is not None else []
        without: Any = self.fields["without"]
        without.choices = [(one.pk, one.download_name) for one in kept]
        if not kept:
            del self.fields["without"]

    def says(self) -> Progress:
        given = self.cleaned_data
        return Progress(given["progress"], given["text"], given["period_from"], given["period_to"])


class RequestForm(forms.Form):
    due_on = day_field(_("Report by"), help_text=_("That day counts."))
    text = text_area(_("What to report on"), 3, required=False)


class NoteForm(forms.Form):
    text = text_area(_("Note"), 4, help_text=_("The lead units read it."))


def _initial(report: KeyTaskReport | None) -> dict[str, Any]:
    if report is None:
        return {"period_to": clock.today()}
    last = report.moves.order_by("-pk").values_list("pk", flat=True).first()
    names = ("period_from", "period_to", "progress", "text")
    return {**{name: getattr(report, name) for name in names}, "seen_step": last}
