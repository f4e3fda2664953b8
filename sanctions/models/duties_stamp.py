from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.classification import Classified


class DutiesStamp(models.Model):
    """One row: the state of everything that decides which unit answers for what.

    Triggers on those tables write it, in the transaction of the change (first migration); nothing else does. Their row
    lock lets one change of the catalogue follow the other, so a stamp that was read tells of all changes before it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    stamp = models.UUIDField(_("stamp"))

    classified = Classified(internal="id stamp")

    class Meta:
        verbose_name = _("state of the duties")
        verbose_name_plural = _("states of the duties")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="duties_have_one_state")]

    def __str__(self) -> str:
        return str(self.stamp)
