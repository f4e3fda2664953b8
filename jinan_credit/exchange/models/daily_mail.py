from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified


class DailyMail(models.Model):
    """The mail of one morning to a unit's contact address, or to a person of the unit: once a day, whoever sends it.

    `told`: the messages that it named, so that the next one names others. Ended without being sent: there was nothing
    to say, or the address was refused.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    told = ArrayField(models.BigIntegerField(), verbose_name=_("messages"), default=list)
    tried_at = models.DateTimeField(_("last tried at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    is_sent = models.BooleanField(_("sent"), default=False)

    classified = Classified(internal="id unit user day told tried_at ended_at is_sent")

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = _("daily mail")
        verbose_name_plural = _("daily mails")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "user", "day"], nulls_distinct=False, name="daily_mail_goes_out_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(is_sent=False) | Q(ended_at__isnull=False), name="daily_mail_sent_has_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.day}"
