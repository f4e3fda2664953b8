import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.models.lease import unheld
from jinan_credit.kernel.classification import Classified
from lists.enums import LargeStepKind, LargeStepStatus
from lists.models.credit_list import CreditList
from lists.models.list_import import ListImport
from lists.models.proposal import EntryProposal
from lists.models.publication import Publication


class LargeStepQuerySet(models.QuerySet["LargeStep"]):
    def visible_to(self, actor: Actor) -> "LargeStepQuerySet":
        """The unit's own."""
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def under_way(self) -> "LargeStepQuerySet":
        return self.filter(status=LargeStepStatus.RUNNING)

    def free(self) -> "LargeStepQuerySet":
        """Those that no worker holds: new ones, and those whose worker died."""
        return self.under_way().filter(unheld())


class LargeStep(models.Model):
    """A step with so many entries that a worker takes it, confirmed by a person who need not wait for it.

    What it is about is kept as it was chosen: the filters `query`, for a reviewer within what came together on his desk
    (`credit_list`, `from_import`, `submitted_by`); or an import to be undone; or a proposal and all alike.
    `left_out`: the first hundred entries that could not take it, {"entry", "code", "why"} each.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))
    language = models.CharField(_("language"), max_length=10)
    kind = models.CharField(_("step"), max_length=20, choices=LargeStepKind)
    query = models.CharField(_("filters"), max_length=2000, blank=True)
    credit_list = models.ForeignKey(
        CreditList, models.PROTECT, null=True, related_name="+", verbose_name=_("list"), db_index=False
    )
    from_import = models.ForeignKey(
        ListImport, models.PROTECT, null=True, related_name="+", verbose_name=_("import"), db_index=False
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    proposal = models.ForeignKey(
        EntryProposal,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        verbose_name=_("proposal"),
        db_index=False,
        db_constraint=False,
    )
    expected = models.PositiveIntegerField(_("entries confirmed"))
    reason = models.TextField(_("reason"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=LargeStepStatus, default=LargeStepStatus.RUNNING)
    refusal = models.TextField(_("why it was refused"), blank=True)
    done = models.PositiveIntegerField(_("entries that took it"), default=0)
    left_out_count = models.PositiveIntegerField(_("entries left out"), default=0)
    left_out = models.JSONField(_("entries left out, with the reason"), default=list)
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, related_name="+", verbose_name=_("publication"), db_index=False
    )
    attempts = models.PositiveSmallIntegerField(_("times a worker began this step"), default=0)
    leased_until = models.DateTimeField(null=True)

    objects = LargeStepQuerySet.as_manager()

    classified = Classified(
        internal="id unit made_by made_at language kind credit_list from_import submitted_by proposal expected reason "
        "status refusal done left_out_count left_out publication attempts leased_until",
        personal="query",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("step with many entries")
        verbose_name_plural = _("steps with many entries")
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]
        indexes = [models.Index(fields=["id"], condition=Q(status="RUNNING"), name="large_step_under_way")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.status == LargeStepStatus.RUNNING
