from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from catalog.selectors import due_soon
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.applicants import Relation
from jinan_credit.accounts.enums import EscalationStep
from jinan_credit.accounts.models import EscalationRecord, MoveRecord, Unit
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.classification import Classified
from lists.models import CreditList, Entry
from repair.enums import OPEN_STATES, RepairState

CLOCK_RUNS = (RepairState.SUBMITTED, RepairState.ACCEPTED, RepairState.VERIFIED)
DECIDED = (RepairState.APPROVED, RepairState.REFUSED)


class RepairQuerySet(models.QuerySet["RepairApplication"]):
    def visible_to(self, actor: Actor) -> "RepairQuerySet":
        """Those addressed to one's own unit: the initiating unit verifies and decides (P §四(四))."""
        return self if actor.is_system else self.filter(unit__in=actor.units)

    def open(self) -> "RepairQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def overdue(self) -> "RepairQuerySet":
        """Not accepted or not decided after the last day; while a supplement is awaited the clock stands still."""
        today = clock.today()
        return self.filter(
            Q(state=RepairState.SUBMITTED, accept_due_on__lt=today) | Q(state__in=CLOCK_RUNS, decide_due_on__lt=today)
        )

    def due_soon(self) -> "RepairQuerySet":
        """Not late, and to be accepted, then to be decided, within a few working days."""
        days = due_soon()
        accepted = Q(state__in=(RepairState.ACCEPTED, RepairState.VERIFIED), decide_due_on__range=days)
        return self.filter(Q(state=RepairState.SUBMITTED, accept_due_on__range=days) | accepted)

    def escalated(self) -> "RepairQuerySet":
        """Overdue ones of which the unit's head was told."""
        told = RepairEscalation.objects.standing().filter(step=EscalationStep.UNIT_HEAD)
        return self.filter(pk__in=told.order_by().values("of"))

    def of_same(self, entry: Entry, applicant_index: str, person_index: str) -> "RepairQuerySet":
        """Those for the same party, or for the same related person of it; and those by the same applicant."""
        same = Q(entry__subject=entry.subject_id, person_index=person_index)
        return self.filter(same | Q(applicant_index=applicant_index))

    def barring(self, on: date) -> "RepairQuerySet":
        """False material was handed in with these, and the time for which it bars has not ended."""
        return self.filter(barred_until__gte=on)


@history.track(exclude=["secret_hash"])
class RepairApplication(models.Model):
    """信用修复申请: correction proved with evidence; success removes the entry.

    Without `entry` it is one whose document number and identifier fit no entry. The applicant cannot tell.
    With `person_index` it is of a related person for himself: success takes him off the entry, which stays.
    """

    receipt_number = models.CharField(_("receipt number"), max_length=20, unique=True)
    secret_hash = models.CharField(max_length=64)
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="repairs", verbose_name=_("list"))
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="repairs", verbose_name=_("entry"))
    stated_document = models.CharField(_("document number as stated"), max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="repairs", verbose_name=_("unit"))
    applicant_name = models.CharField(_("applicant"), max_length=100)
    relation = models.CharField(_("applicant is"), max_length=20, choices=Relation)
    sealed_identifier = models.TextField(_("identifier (sealed)"))
    masked_identifier = models.CharField(_("identifier (masked)"), max_length=40)
    applicant_index = models.CharField(_("blind index"), max_length=64)
    sealed_contact = models.TextField(_("contact (sealed)"))
    statement = models.TextField(_("what was corrected"))
    evidence_note = models.TextField(_("what proves it"))
    promise = models.TextField(_("credit promise"))
    documents = models.JSONField(_("documents needed, and whether they are enclosed"), default=list)
    person_index = models.CharField(_("blind index of the related person"), max_length=64, blank=True)
    supplement = models.TextField(_("supplement"), blank=True)
    supplement_asked_on = models.DateField(_("supplement asked on"), null=True)
    supplement_due_on = models.DateField(_("supplement due on"), null=True)
    supplement_due_is_provisional = models.BooleanField(_("day of the supplement is provisional"), default=False)
    received_on = models.DateField(_("received on"))
    counted_from = models.DateField(_("working days counted from"))
    accept_due_on = models.DateField(_("acceptance due on"))
    decide_due_on = models.DateField(_("decision due on"))
    due_is_provisional = models.BooleanField(_("provisional"), default=False)
    rule_profile = models.ForeignKey(RuleProfile, models.PROTECT, related_name="+", verbose_name=_("rules"))
    possible_from = models.DateField(_("repair possible from"), null=True)
    state = models.CharField(_("state"), max_length=20, choices=RepairState, default=RepairState.SUBMITTED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True)
    finding = models.TextField(_("finding"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    approved_at = models.DateTimeField(_("decided at"), null=True)
    decision_text = models.TextField(_("reasons"), blank=True)
    remedies = models.TextField(_("remedies"), blank=True)
    is_false = models.BooleanField(_("false material"), default=False)
    barred_until = models.DateField(_("new applications barred until"), null=True)
    again_from = models.DateField(_("may be applied for again from"), null=True)

    objects = RepairQuerySet.as_manager()

    classified = Classified(
        internal="id receipt_number secret_hash credit_list entry stated_document unit relation promise "
        "documents again_from "
        "supplement_asked_on supplement_due_on supplement_due_is_provisional received_on counted_from accept_due_on "
        "decide_due_on due_is_provisional rule_profile possible_from "
        "state entered_by verified_by verified_at approved_by approved_at remedies is_false barred_until",
        personal="applicant_name sealed_identifier masked_identifier applicant_index person_index sealed_contact "
        "statement evidence_note supplement finding decision_text",
    )

    class Meta:
        ordering = ["decide_due_on", "id"]
        verbose_name = _("repair application")
        verbose_name_plural = _("repair applications")
        indexes = [models.Index(fields=["unit", "state", "decide_due_on"], name="repair_by_unit_and_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "applicant_index"],
                condition=Q(state__in=OPEN_STATES),
                name="applicant_has_one_open_repair_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(verified_by__isnull=False) & ~Q(approved_by=F("verified_by")),
                name="repair_is_decided_by_another_person",  # rule 4
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None, verified_at=None, finding="")
                | Q(verified_by__isnull=False, verified_at__isnull=False) & ~Q(finding=""),
                name="repair_verification_has_person_time_and_finding",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, approved_by__isnull=False, approved_at__isnull=False)
                & ~Q(decision_text="")
                | ~Q(state__in=DECIDED) & Q(approved_by=None, approved_at=None),
                name="repair_decided_has_person_time_and_reasons",
            ),
            models.CheckConstraint(
                condition=Q(is_false=True, state=RepairState.REFUSED, barred_until__isnull=False)
                | Q(is_false=False, barred_until=None),
                name="repair_false_material_is_refused_and_bars",
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(state__in=["SUBMITTED", "SUPPLEMENT_ASKED", "NOT_ACCEPTED"]),
                name="repair_without_entry_is_not_accepted",
            ),
            models.CheckConstraint(
                condition=Q(supplement_asked_on=None) | Q(supplement_due_on__isnull=False),
                name="repair_supplement_asked_has_a_last_day",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def due_on(self) -> date:
        """The next deadline: acceptance first, then the decision."""
        return self.accept_due_on if self.state == RepairState.SUBMITTED else self.decide_due_on

    @property
    def is_overdue(self) -> bool:
        return self.state in CLOCK_RUNS and self.due_on < clock.today()

    @property
    def contact(self) -> str:
        return crypto.unseal(self.sealed_contact)


class RepairMove(MoveRecord):
    of = models.ForeignKey(RepairApplication, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at", personal="reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a repair")
        verbose_name_plural = _("steps of repairs")


class RepairEscalationQuerySet(models.QuerySet["RepairEscalation"]):
    def standing(self) -> "RepairEscalationQuerySet":
        """Of cases that still have not made up for the day they missed."""
        missed = Case(
            When(of__state=RepairState.SUBMITTED, then=F("of__accept_due_on")), default=F("of__decide_due_on")
        )
        return self.filter(of__in=RepairApplication.objects.overdue().order_by().values("pk"), due_on=missed)


class RepairEscalation(EscalationRecord):
    of = models.ForeignKey(RepairApplication, models.PROTECT, related_name="escalations")

    objects = RepairEscalationQuerySet.as_manager()

    classified = Classified(internal="id of step due_on at")

    class Meta(EscalationRecord.Meta):
        verbose_name = _("escalation of a repair")
        verbose_name_plural = _("escalations of repairs")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "due_on", "step"], name="repair_is_escalated_once_a_missed_day_and_step"
            )
        ]
