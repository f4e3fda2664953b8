import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
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
from objections.enums import OPEN_STATES, Decision, ExtensionState, ObjectionGrounds, ObjectionState

CLOCK_RUNS = (ObjectionState.SUBMITTED, ObjectionState.ACCEPTED, ObjectionState.EXAMINED)
DECIDED = (ObjectionState.UPHELD, ObjectionState.DISMISSED)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, actor: Actor) -> "ObjectionQuerySet":
        """Those addressed to one's own unit: who decided the listing decides the objection (P §四(三))."""
        return self if actor.is_system else self.filter(unit__in=actor.units)

    def open(self) -> "ObjectionQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def overdue(self) -> "ObjectionQuerySet":
        """Undecided after their last day; while a supplement or an appraisal is awaited the clock stands still."""
        return self.filter(state__in=CLOCK_RUNS, due_on__lt=clock.today())

    def due_soon(self) -> "ObjectionQuerySet":
        """Not late, and to be decided within a few working days; where the clock stands still none is."""
        return self.filter(state__in=CLOCK_RUNS, due_on__range=due_soon())

    def awaiting_extension(self) -> "ObjectionQuerySet":
        """More time was asked for, and nobody has decided."""
        return self.filter(extensions__state=ExtensionState.ASKED)

    def escalated(self) -> "ObjectionQuerySet":
        """Overdue ones of which the unit's head was told."""
        told = ObjectionEscalation.objects.standing().filter(step=EscalationStep.UNIT_HEAD)
        return self.filter(pk__in=told.order_by().values("of"))


@history.track(exclude=["secret_hash"])
class Objection(models.Model):
    """异议: written, to the unit that decided the listing; measures are not suspended (P §四(三)).

    Without `entry` it is one whose document number and identifier fit no entry: the unit of the list that was
    named answers it. The applicant cannot tell the two apart.
    """

    receipt_number = models.CharField(_("receipt number"), max_length=20, unique=True)
    secret_hash = models.CharField(max_length=64)
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="objections", verbose_name=_("list"))
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="objections", verbose_name=_("entry"))
    stated_document = models.CharField(_("document number as stated"), max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="objections", verbose_name=_("unit"))
    applicant_name = models.CharField(_("applicant"), max_length=100)
    relation = models.CharField(_("applicant is"), max_length=20, choices=Relation)
    sealed_identifier = models.TextField(_("identifier (sealed)"))
    masked_identifier = models.CharField(_("identifier (masked)"), max_length=40)
    applicant_index = models.CharField(_("blind index"), max_length=64)
    sealed_contact = models.TextField(_("contact (sealed)"))
    grounds = models.CharField(_("grounds of the objection"), max_length=20, choices=ObjectionGrounds)
    statement = models.TextField(_("statement"))
    supplement = models.TextField(_("supplement"), blank=True)
    supplement_asked_on = models.DateField(_("supplement asked on"), null=True)
    supplement_due_on = models.DateField(_("supplement due on"), null=True)
    supplement_due_is_provisional = models.BooleanField(_("day of the supplement is provisional"), default=False)
    received_on = models.DateField(_("received on"))
    counted_from = models.DateField(_("working days counted from"))
    counted_wd = models.PositiveSmallIntegerField(_("working days counted; while paused, those left"))
    paused_on = models.DateField(_("paused on"), null=True)
    due_on = models.DateField(_("decision due on"))
    due_is_provisional = models.BooleanField(_("provisional"), default=False)
    rule_profile = models.ForeignKey(RuleProfile, models.PROTECT, related_name="+", verbose_name=_("rules"))
    state = models.CharField(_("state"), max_length=20, choices=ObjectionState, default=ObjectionState.SUBMITTED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    listing_reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved the listing")
    )
    examined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("examined by")
    )
    examined_at = models.DateTimeField(_("examined at"), null=True)
    finding = models.TextField(_("finding"), blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_text = models.TextField(_("reasons"), blank=True)
    corrections = models.JSONField(_("corrected values, old and new"), default=dict)
    remedies = models.TextField(_("remedies"), blank=True)

    objects = ObjectionQuerySet.as_manager()

    classified = Classified(
        internal="id receipt_number secret_hash credit_list entry stated_document unit relation grounds "
        "supplement_asked_on supplement_due_on supplement_due_is_provisional received_on counted_from counted_wd "
        "paused_on due_on due_is_provisional rule_profile state entered_by listing_reviewed_by "
        "examined_by examined_at decision decided_by decided_at remedies",
        personal="applicant_name sealed_identifier masked_identifier applicant_index sealed_contact statement "
        "supplement finding decision_text corrections",
    )

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="objection_by_unit_and_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "applicant_index"],
                condition=Q(state__in=OPEN_STATES),
                name="applicant_has_one_open_objection_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(examined_by__isnull=False) & ~Q(decided_by=F("examined_by")),
                name="objection_is_decided_by_another_person",  # rule 4
            ),
            models.CheckConstraint(
                condition=Q(listing_reviewed_by=None)
                | (
                    (Q(examined_by=None) | ~Q(examined_by=F("listing_reviewed_by")))
                    & (Q(decided_by=None) | ~Q(decided_by=F("listing_reviewed_by")))
                ),
                name="who_approved_the_listing_does_not_decide_the_objection",
            ),
            models.CheckConstraint(
                condition=Q(examined_by=None, examined_at=None, finding="")
                | Q(examined_by__isnull=False, examined_at__isnull=False) & ~Q(finding=""),
                name="objection_examination_has_person_time_and_finding",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decision="")
                & ~Q(decision_text="")
                | ~Q(state__in=DECIDED) & Q(decided_by=None, decided_at=None, decision=""),
                name="objection_decided_has_person_time_and_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObjectionState.DISMISSED) | ~Q(remedies=""),
                name="objection_dismissed_names_the_remedies",
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(state__in=["SUBMITTED", "SUPPLEMENT_ASKED", "NOT_ACCEPTED"]),
                name="objection_without_entry_is_not_accepted",
            ),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.PAUSED, paused_on__isnull=False)
                | ~Q(state=ObjectionState.PAUSED) & Q(paused_on=None),
                name="objection_paused_knows_since_when",
            ),
            models.CheckConstraint(
                condition=Q(supplement_asked_on=None) | Q(supplement_due_on__isnull=False),
                name="objection_supplement_asked_has_a_last_day",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def correction_lines(self) -> list[tuple[str, str, str]]:
        """What the decision corrected in the entry: the field in words, the old and the new value."""
        return [
            (str(Entry._meta.get_field(name).verbose_name), old, new)  # type: ignore[union-attr]
            for name, (old, new) in self.corrections.items()
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_overdue(self) -> bool:
        return self.state in CLOCK_RUNS and self.due_on < clock.today()

    @property
    def is_extensible(self) -> bool:
        """Accepted, not paused, not decided, and its last day has not passed."""
        return self.state in (ObjectionState.ACCEPTED, ObjectionState.EXAMINED) and not self.is_overdue

    @property
    def contact(self) -> str:
        return crypto.unseal(self.sealed_contact)

    @property
    def barred_deciders(self) -> list[int | None]:
        """Who made, approved or examined what is decided here (rule 4)."""
        listing = self.entry.makers if self.entry else []
        return [self.examined_by_id, self.listing_reviewed_by_id, *listing]


class ObjectionMove(MoveRecord):
    of = models.ForeignKey(Objection, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at", personal="reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of an objection")
        verbose_name_plural = _("steps of objections")


class ObjectionEscalationQuerySet(models.QuerySet["ObjectionEscalation"]):
    def standing(self) -> "ObjectionEscalationQuerySet":
        """Of cases that still have not made up for the day they missed."""
        return self.filter(of__in=Objection.objects.overdue().order_by().values("pk"), due_on=F("of__due_on"))


class ObjectionEscalation(EscalationRecord):
    of = models.ForeignKey(Objection, models.PROTECT, related_name="escalations")

    objects = ObjectionEscalationQuerySet.as_manager()

    classified = Classified(internal="id of step due_on at")

    class Meta(EscalationRecord.Meta):
        verbose_name = _("escalation of an objection")
        verbose_name_plural = _("escalations of objections")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "due_on", "step"], name="objection_is_escalated_once_a_missed_day_and_step"
            )
        ]
