from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.enums import KeyTaskGroup
from catalog.models.memorandum import Memorandum
from jinan_credit.accounts import history
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified


@history.track()
class KeyTask(models.Model):
    """One of the 31 rows of the plan's annex."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    group = models.CharField(_("group"), max_length=12, choices=KeyTaskGroup)
    content = models.CharField(_("task"), max_length=300)
    lead_units = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name=_("lead units"))
    lead_text = models.CharField(_("lead units as printed"), max_length=100)
    cooperating_text = models.CharField(_("cooperating units as printed"), max_length=100)
    time_limit = models.CharField(_("time limit"), max_length=50)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    memorandum = models.ForeignKey(
        Memorandum, models.PROTECT, null=True, blank=True, related_name="key_tasks", verbose_name=_("memorandum")
    )
    source = models.CharField(_("source"), max_length=200)

    classified = Classified(
        public="id number group content lead_text cooperating_text time_limit due_on memorandum source"
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("key task")
        verbose_name_plural = _("key tasks")

    def __str__(self) -> str:
        return f"{self.number}. {self.content}"
