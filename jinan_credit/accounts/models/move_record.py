import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models.api_client import ApiClient
from jinan_credit.accounts.models.unit import Unit


class MoveRecord(models.Model):
    """One move of a workflow: who, for which unit, when, from, to, why. The log is law: rows are only added.

    It names people, clients and units, who are never deleted (a trigger refuses it): their foreign keys need no check.
    A concrete class adds `of`, the foreign key to what moved (PROTECT, related_name="moves").
    """

    name = models.CharField(_("step"), max_length=40)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        db_index=False,
        db_constraint=False,
    )
    by_client = models.ForeignKey(
        ApiClient,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by client"),
        db_index=False,
        db_constraint=False,
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name}: {self.from_state} → {self.to_state}"
