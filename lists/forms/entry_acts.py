"""What is done on the page of one entry: a number shown, a document, service and statement, a rename, an older code."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lists.enums import DocumentKind
from lists.forms.fields import CleanFileField, CodeField, LineField, TolerantDateField, text_area


class RevealForm(forms.Form):
    reason = LineField(
        label=_("Why you need the full number"), max_length=500, help_text=_("Kept in the log with your name.")
    )


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"))
    title = LineField(label=_("Title"), max_length=200, help_text=_("What it is, with its number."))
    file = CleanFileField(
        label=_("File"),
        help_text=_("PDF, JPEG or PNG, at most 5 MB. Position and device data are taken out of pictures."),
    )

    def __init__(self, *args: Any, kinds: Iterable[DocumentKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class NoticeServiceForm(forms.Form):
    served_on = TolerantDateField(label=_("Served on"), help_text=_("The day on which the party received it."))
    served_how = LineField(
        label=_("How it was served"),
        max_length=200,
        help_text=_("In person, left at the address, by post with its number, electronically, by public notice."),
    )


class StatementForm(forms.Form):
    received_on = TolerantDateField(label=_("Received on"))
    content = text_area(_("What the party states"), rows=6)


class AnswerForm(forms.Form):
    is_adopted = forms.TypedChoiceField(
        label=_("Decision on the statement"),
        choices=[("yes", _("Adopted: the entry is revised or given up")), ("no", _("Not adopted"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = text_area(_("Answer with its reasons"), rows=5)


class RenameForm(forms.Form):
    """The present name of a subject; the one borne until then stays findable, and no entry is rewritten (rule 9)."""

    new_name = LineField(label=_("Present name"), max_length=200)
    changed_on = TolerantDateField(label=_("Changed on"), help_text=_("From this day it bears the new name."))
    reason = text_area(_("Reason"), help_text=_("What proves it: the register's notice with its number."))


class OlderCodeForm(forms.Form):
    code = CodeField(label=_("Older code"), max_length=30)
    label = LineField(
        label=_("What code it is"),
        max_length=50,
        required=False,
        help_text=_("Registration number, organisation code, or earlier unified code."),
    )
    reason = text_area(_("Reason"), help_text=_("What proves it: the register's notice with its number."))
