"""The forms of notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lists.forms import LineField, TolerantDateField


class NoticeServiceForm(forms.Form):
    served_on = TolerantDateField(label=_("Served on"), help_text=_("The day on which the party received it."))
    served_how = LineField(
        label=_("How it was served"),
        max_length=200,
        help_text=_("In person, left at the address, by post with its number, electronically, by public notice."),
    )
