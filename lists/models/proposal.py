from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import EscalationRecord, MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import ExitReason, ProposalKind, ProposalState
from lists.models.entry import Entry
from lists.models.list_import import ListImport

_OF_ONE_ACT = ("kind", "exit_reason", "reason", "order_number", "order_by", "order_on", "learned_on", "proposed_by")
"""What removals have in common that were proposed as one act."""


class EntryProposalQuerySet(models.QuerySet["EntryProposal"]):
    def visible_to(self, actor: Actor) -> "EntryProposalQuerySet":
        return self if actor.is_system else self.filter(entry__unit=actor.unit) if actor.unit else self.none()

    def fallen_basis(self) -> "EntryProposalQuerySet":
        """Open, because the basis document was revoked or changed: to be decided by `due_on` (SD art. 40)."""
        return self.filter(state=ProposalState.OPEN, learned_on__isnull=False)

    def alike(self, proposal: "EntryProposal") -> "EntryProposalQuerySet":
        """Open removals of one list that were proposed as one act: by one person for one reason and document."""
        if proposal.kind != ProposalKind.REMOVAL:
            return self.none()
        same = {name: getattr(proposal, name) for name in _OF_ONE_ACT}
        return self.filter(state=ProposalState.OPEN, entry__credit_list=proposal.entry.credit_list_id, **same)

    def overdue(self, on: date | None = None) -> "EntryProposalQuerySet":
        """Undecided after the last day that SD art. 40 gives."""
        return self.filter(state=ProposalState.OPEN, due_on__lt=on or clock.today())


@history.track(gone=True)
class EntryProposal(models.Model):
    """A change of a published entry, proposed by one person and decided by another.

    `order_…` is what it rests on: the order of a stay, the document that revoked the basis, the proof of ceasing.
    `learned_on` stands where the basis fell or changed, and begins the limit `due_on`.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="proposals", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=10, choices=ProposalKind)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    exit_reason = models.CharField(_("exit reason"), max_length=20, choices=ExitReason, blank=True)
    new_values = models.JSONField(_("new values"), default=dict)
    reason = models.TextField(_("reason"))
    order_number = models.CharField(_("number of the order or proof"), max_length=100, blank=True)
    order_by = models.CharField(_("issued by"), max_length=100, blank=True)
    order_on = models.DateField(_("issued on"), null=True, blank=True)
    learned_on = models.DateField(_("learned on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_is_provisional = models.BooleanField(_("provisional"), default=False, db_default=False)
    ceased_on = models.DateField(_("ceased or died on"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    from_import = models.ForeignKey(
        ListImport, models.PROTECT, null=True, related_name="proposals", verbose_name=_("import")
    )

    objects = EntryProposalQuerySet.as_manager()

    classified = Classified(
        internal="id entry kind state exit_reason reason order_number order_by order_on learned_on due_on "
        "due_is_provisional ceased_on proposed_by proposed_at decided_by decided_at from_import",
        personal="new_values",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="proposal_decision_has_a_person_and_a_time",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=ProposalState.OPEN), name="entry_has_one_open_proposal"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="proposal_is_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(kind=ProposalKind.REMOVAL) & ~Q(exit_reason="")
                | ~Q(kind=ProposalKind.REMOVAL) & Q(exit_reason=""),
                name="proposal_of_removal_names_the_exit_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[ProposalKind.STAY, ProposalKind.LIFT_STAY])
                | ~Q(order_number="") & ~Q(order_by="") & Q(order_on__isnull=False),
                name="stay_rests_on_an_order",
            ),
            models.CheckConstraint(
                condition=Q(learned_on=None, due_on=None)
                | Q(learned_on__isnull=False, due_on__isnull=False, order_on__isnull=False)
                & ~Q(order_number="")
                & ~Q(order_by=""),
                name="fallen_basis_has_its_document_and_limit",
            ),
            models.CheckConstraint(
                condition=Q(ceased_on=None)
                | Q(exit_reason=ExitReason.SUBJECT_CEASED, order_on__isnull=False)
                & ~Q(order_number="")
                & ~Q(order_by=""),
                name="ceasing_of_the_subject_is_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.entry}"

    @property
    def unit(self) -> Unit:
        """That decides."""
        return self.entry.unit

    @property
    def unit_id(self) -> int:
        return self.entry.unit_id


class EntryProposalMove(MoveRecord):
    of = models.ForeignKey(EntryProposal, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a proposal")
        verbose_name_plural = _("steps of proposals")


class EntryProposalEscalationQuerySet(models.QuerySet["EntryProposalEscalation"]):
    def standing(self) -> "EntryProposalEscalationQuerySet":
        """Of proposals that still have not made up for the day they missed."""
        return self.filter(of__in=EntryProposal.objects.overdue().order_by().values("pk"), due_on=F("of__due_on"))


class EntryProposalEscalation(EscalationRecord):
    of = models.ForeignKey(EntryProposal, models.PROTECT, related_name="escalations")

    objects = EntryProposalEscalationQuerySet.as_manager()

    classified = Classified(internal="id of step due_on at")

    class Meta(EscalationRecord.Meta):
        verbose_name = _("escalation of a proposal")
        verbose_name_plural = _("escalations of proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "due_on", "step"], name="proposal_is_escalated_once_a_missed_day_and_step"
            )
        ]
