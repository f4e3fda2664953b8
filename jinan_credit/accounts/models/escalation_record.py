import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import EscalationStep


class EscalationRecord(models.Model):
    """A case passed its last day, and somebody above its clerk learnt of it. The log is law: rows are only added.

    A concrete class adds `of`, the foreign key to the case (PROTECT, related_name="escalations"), and the constraint
    that a case is escalated once for each day missed and step.
    """

    step = models.CharField(_("escalated to"), max_length=20, choices=EscalationStep)
    due_on = models.DateField(_("last day that was missed"))
    at = models.DateTimeField(_("at"))

    class Meta:
        abstract = True
        ordering = ["at", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.due_on}"
