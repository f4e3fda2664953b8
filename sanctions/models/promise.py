from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import MoveRecord
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from sanctions.enums import PromiseState
from sanctions.models.execution import Execution


class WrittenPromiseQuerySet(models.QuerySet["WrittenPromise"]):
    def visible_to(self, actor: Actor) -> "WrittenPromiseQuerySet":
        """With the execution, unless it was cancelled: for the unit that accepted it and those to whom it reports."""
        return self.filter(execution__in=Execution.objects.visible_to(actor).valid())

    def of_unit(self, actor: Actor) -> "WrittenPromiseQuerySet":
        """Those on which this actor may act: his own unit's and nobody else's."""
        if actor.unit is None:
            return self.none()
        return self.filter(execution__unit=actor.unit, execution__cancelled_at=None)

    def open(self) -> "WrittenPromiseQuerySet":
        return self.filter(state=PromiseState.OPEN)

    def overdue(self, on: date | None = None) -> "WrittenPromiseQuerySet":
        """Derived from the date: nothing has to run for a promise to be late."""
        return self.open().filter(due_on__lt=on or clock.today())


@history.track()
class WrittenPromise(models.Model):
    """容缺受理: an application was accepted although material was missing, against a written promise (P §二(二)2).

    It hangs on the execution of the reward. Without `wording` the promise itself is among its attachments.
    """

    execution = models.OneToOneField(Execution, models.PROTECT, related_name="promise", verbose_name=_("execution"))
    missing = models.TextField(_("missing material"))
    wording = models.TextField(_("wording of the promise"), blank=True)
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=6, choices=PromiseState, default=PromiseState.OPEN)

    objects = WrittenPromiseQuerySet.as_manager()

    classified = Classified(internal="id execution due_on state", personal="missing wording")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("written promise")
        verbose_name_plural = _("written promises")
        indexes = [models.Index(fields=["due_on"], condition=Q(state=PromiseState.OPEN), name="promise_open_by_day")]
        constraints = [
            models.CheckConstraint(condition=~Q(missing=""), name="promise_names_what_is_missing"),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.missing} ({self.due_on})"

    @property
    def is_overdue(self) -> bool:
        return self.state == PromiseState.OPEN and self.due_on < clock.today()


class WrittenPromiseMove(MoveRecord):
    of = models.ForeignKey(WrittenPromise, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a written promise")
        verbose_name_plural = _("steps of written promises")
