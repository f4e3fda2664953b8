from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import MailTo


class WaysForm(forms.Form):
    contact_email = forms.EmailField(
        label=_("The unit's contact address"),
        required=False,
        max_length=254,
        help_text=_("A mailbox that several people of the unit read. Alerts about the push go there, too."),
    )
    mail_to = forms.ChoiceField(
        label=_("Mails go to"),
        choices=MailTo.choices,
        help_text=_("On each working day in the morning what is due and what is new; what is urgent at once."),
    )
