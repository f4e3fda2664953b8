"""What units owe for memoranda, and by when."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import MemorandumReceipt
from jinan_credit.accounts.deadlines import DueSource, owed_by_unit
from jinan_credit.accounts.enums import Act

SOURCES = (
    DueSource(
        _("Memoranda to confirm"),
        Act.SIGN_TASKS,
        lambda: f"{reverse('memoranda')}?receipt=owed",
        lambda until: owed_by_unit(MemorandumReceipt.objects.owed(), until),
    ),
)
