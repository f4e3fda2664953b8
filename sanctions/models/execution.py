from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Measure
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, KeptDocument, Unit
from jinan_credit.accounts.models.kept_document import random_path
from jinan_credit.kernel.classification import Classified
from lists.models import Entry
from sanctions.enums import Outcome
from sanctions.models.screening import Hit
from sanctions.models.unit_task import UnitTask

__all__ = ["Execution", "ExecutionAttachment", "ExecutionAttachmentQuerySet", "ExecutionQuerySet", "random_path"]
"""The migrations name the last one here."""


class ExecutionQuerySet(models.QuerySet["Execution"]):
    def visible_to(self, actor: Actor) -> "ExecutionQuerySet":
        """One's own unit's; those reported back to one's own entries and lists; all for oversight."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        if actor.unit is None:
            return self.none()
        initiated = actor.unit.initiated_lists.values("pk")
        return self.filter(
            Q(unit__in=actor.units)
            | Q(entry__unit=actor.unit)
            | Q(entry__credit_list__in=initiated)
            | Q(task__credit_list__in=initiated)
        )

    def reported_to(self, actor: Actor) -> "ExecutionQuerySet":
        """Those on an entry that one's own unit decided, or that stands on a list it initiates; all for oversight."""
        on_entries = self.filter(entry__isnull=False)
        if actor.is_system or actor.may(Act.OVERSEE):
            return on_entries
        if actor.unit is None:
            return self.none()
        return on_entries.filter(
            Q(entry__unit=actor.unit) | Q(entry__credit_list__in=actor.unit.initiated_lists.values("pk"))
        )

    def of_unit(self, actor: Actor) -> "ExecutionQuerySet":
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def valid(self) -> "ExecutionQuerySet":
        return self.filter(cancelled_at=None)


@history.track()
class Execution(models.Model):
    """执行反馈: a measure applied or not applied, with the reason, reported back to the initiating unit (P §四(二)).

    It answers a hit, feeds back on a task, or tells what a unit did about an entry without either: an honour revoked.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="executions", verbose_name=_("unit"))
    hit = models.ForeignKey(
        Hit, models.PROTECT, null=True, blank=True, related_name="executions", verbose_name=_("hit")
    )
    task = models.ForeignKey(
        UnitTask, models.PROTECT, null=True, blank=True, related_name="executions", verbose_name=_("unit task")
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="executions", verbose_name=_("entry")
    )
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome)
    measures = models.ManyToManyField(Measure, related_name="executions", blank=True, verbose_name=_("measures"))
    reason = models.TextField(_("reason"), blank=True)
    performed_on = models.DateField(_("performed on"))
    matter = models.CharField(_("matter"), max_length=300, blank=True)
    amount = models.DecimalField(_("amount (CNY)"), max_digits=16, decimal_places=2, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("officer")
    )
    made_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client")
    )
    made_at = models.DateTimeField(_("made at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("cancelled by")
    )
    cancelled_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("cancelled by client")
    )
    cancel_reason = models.TextField(_("reason of the cancellation"), blank=True)

    objects = ExecutionQuerySet.as_manager()

    classified = Classified(
        internal="id unit hit task entry outcome performed_on matter amount made_by made_by_client made_at "
        "cancelled_at cancelled_by cancelled_by_client cancel_reason",
        personal="reason note",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("execution")
        verbose_name_plural = _("executions")
        indexes = [
            models.Index(fields=["unit", "-id"], name="execution_by_unit"),
            models.Index(
                fields=["performed_on"],
                include=["unit", "outcome", "amount"],
                condition=Q(cancelled_at=None),
                name="execution_valid_by_day",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["hit"], condition=Q(cancelled_at=None), name="hit_has_one_valid_answer"),
            models.CheckConstraint(
                condition=Q(hit=None, task__isnull=False) | Q(task=None, entry__isnull=False),
                name="execution_is_of_a_hit_a_task_or_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.APPLIED) | ~Q(reason=""), name="execution_not_applied_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=False, made_by_client=None) | Q(made_by=None, made_by_client__isnull=False),
                name="execution_is_by_a_person_or_a_client",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_by_client=None, cancel_reason="")
                | Q(cancelled_at__isnull=False)
                & (Q(cancelled_by__isnull=False) | Q(cancelled_by_client__isnull=False))
                & ~Q(cancel_reason=""),
                name="execution_cancelled_names_time_person_and_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_outcome_display()} ({self.performed_on})"

    @property
    def officer(self) -> str:
        return str(self.made_by or self.made_by_client)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def measures_taken(self) -> list[tuple[Measure, Any]]:
        """Each measure with what became of it when the entry left: the last `Lifting`, or None."""
        became = {lifting.measure_id: lifting for lifting in self.liftings.all()}
        return [(measure, became.get(measure.pk)) for measure in self.measures.all()]


class ExecutionAttachmentQuerySet(models.QuerySet["ExecutionAttachment"]):
    def visible_to(self, actor: Actor) -> "ExecutionAttachmentQuerySet":
        """With the execution: for the unit that reported and those to whom it is reported."""
        return self.filter(execution__in=Execution.objects.visible_to(actor))


class ExecutionAttachment(KeptDocument):
    """What proves an execution."""

    folder = "executions"

    execution = models.ForeignKey(Execution, models.PROTECT, related_name="attachments", verbose_name=_("execution"))
    added_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client")
    )

    objects = ExecutionAttachmentQuerySet.as_manager()

    classified = Classified(
        internal="id execution content_type size sha256 added_by added_by_client added_at", personal="file"
    )

    class Meta(KeptDocument.Meta):
        verbose_name = _("attachment of an execution")
        verbose_name_plural = _("attachments of executions")
        constraints = [
            models.UniqueConstraint(fields=["execution", "sha256"], name="execution_has_an_attachment_once"),
            models.CheckConstraint(
                condition=Q(added_by__isnull=False, added_by_client=None)
                | Q(added_by=None, added_by_client__isnull=False),
                name="attachment_is_by_a_person_or_a_client",
            ),
        ]

    @property
    def download_stem(self) -> str:
        return f"execution-{self.execution_id}"
