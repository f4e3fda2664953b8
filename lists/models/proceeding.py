from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.models import MoveRecord
from jinan_credit.kernel.classification import Classified
from lists.enums import ProceedingKind, ProceedingState
from lists.models.entry import Entry


@history.track(gone=True)
class Proceeding(models.Model):
    """行政复议、行政诉讼: what the party asked of a reviewing organ or a court. It marks the entry and stops nothing.

    `order_…` is the document by which that organ told the unit.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="proceedings", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=20, choices=ProceedingKind)
    state = models.CharField(_("state"), max_length=10, choices=ProceedingState, default=ProceedingState.OPEN)
    order_number = models.CharField(_("number of the document"), max_length=100)
    order_by = models.CharField(_("organ or court"), max_length=100)
    order_on = models.DateField(_("date of the document"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    classified = Classified(internal="id entry kind state order_number order_by order_on ended_on")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("reconsideration or suit")
        verbose_name_plural = _("reconsiderations and suits")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "kind"],
                condition=Q(state=ProceedingState.OPEN),
                name="entry_has_one_open_proceeding_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=ProceedingState.OPEN, ended_on=None)
                | Q(state=ProceedingState.CLOSED, ended_on__isnull=False),
                name="closed_proceeding_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.order_number}"


class ProceedingMove(MoveRecord):
    of = models.ForeignKey(Proceeding, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a reconsideration or suit")
        verbose_name_plural = _("steps of reconsiderations and suits")
