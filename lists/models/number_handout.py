import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import HandoutWay
from lists.models.credit_list import CreditList


class NumberHandout(models.Model):
    """Full document numbers went to a unit in one answer or file (rule 11): to its own system, or to one of its staff.
    Written before the answer is sent.

    What is pushed is not here: the delivery log of the exchange says which changes went to which unit.
    """

    way = models.CharField(_("how"), max_length=8, choices=HandoutWay)
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="+", verbose_name=_("list"))
    after = models.CharField(_("after position"), max_length=30, blank=True)
    up_to = models.CharField(_("up to position"), max_length=30, blank=True)
    number_count = models.PositiveIntegerField(_("identity document numbers of persons"))
    client = models.ForeignKey(ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"))

    classified = Classified(internal="id way credit_list after up_to number_count client by unit at")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("handout of numbers")
        verbose_name_plural = _("handouts of numbers")
        indexes = [models.Index(fields=["at", "id"], name="number_handout_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False, by=None) | Q(client=None, by__isnull=False),
                name="handout_is_to_a_system_or_a_person",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.credit_list_id}: {self.number_count}"
