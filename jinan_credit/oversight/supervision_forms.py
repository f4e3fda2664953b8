from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.applicants import documents_field
from jinan_credit.accounts.forms import DayInput
from jinan_credit.oversight.models import SupervisionNotice
from jinan_credit.oversight.selectors.supervision import rules_of_today, usual_day

WHAT_THE_LETTER_IS_ABOUT = _(
    "Only what it is about: the letter is headed “Supervision notice: …”. Name no listed party; the rows name them."
)


def _text(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **more)


class SupervisionForm(forms.Form):
    title = forms.CharField(label=_("Heading"), max_length=200, help_text=WHAT_THE_LETTER_IS_ABOUT)
    request = _text(_("What the unit is to do"), 5)
    due_on = forms.DateField(label=_("Reply due on"), widget=DayInput())

    def __init__(self, data: Any = None, *, notice: SupervisionNotice | None = None) -> None:
        super().__init__(data, initial=_usual() if notice is None else _of(notice))


def _of(notice: SupervisionNotice) -> dict[str, Any]:
    return {"title": notice.title, "request": notice.request, "due_on": notice.due_on}


def _usual() -> dict[str, Any]:
    """What the letter says unless the coordinator words it otherwise, in the language of the place."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "title": gettext("Overdue responses to joint rewards and sanctions"),
            "request": gettext(
                "Do what is listed above without delay, and reply in writing: what was done, and why it was not done "
                "in time."
            ),
            "due_on": usual_day(rules_of_today()),
        }


class ReplyForm(forms.Form):
    reason = _text(_("Reply"), 6, help_text=_("What was done, and why so late. Name no natural person."))
    evidence = documents_field()


class ReturnForm(forms.Form):
    reason = _text(_("What is missing"), 4)
    due_on = forms.DateField(label=_("Another reply due on"), widget=DayInput())

    def __init__(self, data: Any = None, *, notice: SupervisionNotice) -> None:
        super().__init__(data, initial={"due_on": usual_day(notice.rule_profile)})
