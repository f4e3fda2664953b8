from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import RuleProfile
from catalog.selectors import due_soon
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import SubjectKind
from lists.models import CreditList, Entry
from objections.enums import CONCLUDED_STATES, TipOffOutcome, TipOffState

_NOT_YET = (TipOffState.RECEIVED, TipOffState.ASSIGNED)


class TipOffQuerySet(models.QuerySet["TipOff"]):
    def visible_to(self, actor: Actor) -> "TipOffQuerySet":
        """All for who receives them or watches over that; for a unit those that it verifies."""
        if actor.is_system or actor.may(Act.ASSIGN_TIP_OFFS) or actor.may(Act.SEE_REPORTERS):
            return self
        if actor.unit is not None and actor.may(Act.VERIFY_TIP_OFFS):
            return self.filter(unit__in=actor.units)
        return self.none()

    def open(self) -> "TipOffQuerySet":
        return self.exclude(state=TipOffState.ANSWERED)

    def to_answer(self) -> "TipOffQuerySet":
        return self.filter(state__in=CONCLUDED_STATES)

    def overdue(self) -> "TipOffQuerySet":
        """With nobody after the last day for that, or unanswered after the last day for the answer."""
        today = clock.today()
        with_nobody = Q(state=TipOffState.RECEIVED, assign_due_on__lt=today)
        return self.filter(with_nobody | ~Q(state=TipOffState.ANSWERED) & Q(due_on__lt=today))

    def due_soon(self) -> "TipOffQuerySet":
        """Not late, and to be assigned, then to be answered, within a few working days."""
        days = due_soon()
        with_nobody = Q(state=TipOffState.RECEIVED, assign_due_on__range=days)
        with_somebody = ~Q(state__in=(TipOffState.RECEIVED, TipOffState.ANSWERED)) & Q(due_on__range=days)
        return self.filter(with_nobody | with_somebody)


@history.track(exclude=["secret_hash"])
class TipOff(models.Model):
    """举报: from the public, about grave dishonesty (P §三(二)4).

    Nothing here tells who made it: see `TipOffReporter`, which no relation of this model leads to.
    """

    receipt_number = models.CharField(_("receipt number"), max_length=20, unique=True)
    secret_hash = models.CharField(max_length=64)
    party_kind = models.CharField(_("kind of subject"), max_length=20, choices=SubjectKind)
    party_name = models.CharField(_("name of the party"), max_length=200)
    party_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    credit_list = models.ForeignKey(
        CreditList,
        models.PROTECT,
        null=True,
        related_name="tip_offs",
        verbose_name=_("list, as stated"),
    )
    facts = models.TextField(_("facts"))
    stated_time = models.CharField(_("when, as stated"), max_length=100, blank=True)
    stated_place = models.CharField(_("where, as stated"), max_length=200, blank=True)
    received_on = models.DateField(_("received on"))
    assign_due_on = models.DateField(_("assignment due on"))
    due_on = models.DateField(_("answer due on"))
    due_is_provisional = models.BooleanField(_("provisional"), default=False)
    rule_profile = models.ForeignKey(RuleProfile, models.PROTECT, related_name="+", verbose_name=_("rules"))
    state = models.CharField(_("state"), max_length=20, choices=TipOffState, default=TipOffState.RECEIVED)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="tip_offs", verbose_name=_("unit that verifies")
    )
    outcome = models.CharField(
        pgettext_lazy("of a tip-off", "outcome"), max_length=20, choices=TipOffOutcome, blank=True
    )
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("concluded by")
    )
    concluded_at = models.DateTimeField(_("concluded at"), null=True)
    findings = models.TextField(_("findings"), blank=True)
    forwarded_to = models.CharField(_("forwarded to"), max_length=200, blank=True)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="tip_off", verbose_name=_("entry drafted from it")
    )
    answer = models.TextField(_("answer to the reporter"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = TipOffQuerySet.as_manager()

    classified = Classified(
        internal="id receipt_number secret_hash party_kind party_code credit_list received_on assign_due_on due_on "
        "due_is_provisional rule_profile state unit outcome concluded_by concluded_at forwarded_to entry answered_by "
        "answered_at",
        personal="party_name facts stated_time stated_place findings answer",
    )

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("tip-off")
        verbose_name_plural = _("tip-offs")
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="tip_off_by_unit_and_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=TipOffState.ASSIGNED) | Q(unit__isnull=False),
                name="tip_off_assigned_is_with_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_NOT_YET, outcome="", concluded_by=None, concluded_at=None, findings="")
                | ~Q(state__in=_NOT_YET)
                & Q(concluded_by__isnull=False, concluded_at__isnull=False)
                & ~Q(outcome="")
                & ~Q(findings=""),
                name="tip_off_concluded_has_person_time_and_findings",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CONCLUDED_STATES) | Q(outcome=F("state")),
                name="tip_off_outcome_is_how_it_was_concluded",
            ),
            models.CheckConstraint(
                condition=Q(outcome=TipOffOutcome.VERIFIED, entry__isnull=False, unit__isnull=False)
                | ~Q(outcome=TipOffOutcome.VERIFIED) & Q(entry=None),
                name="tip_off_verified_became_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(outcome=TipOffOutcome.NOT_OURS) & ~Q(forwarded_to="")
                | ~Q(outcome=TipOffOutcome.NOT_OURS) & Q(forwarded_to=""),
                name="tip_off_forwarded_says_where_to",
            ),
            models.CheckConstraint(
                condition=Q(state=TipOffState.ANSWERED, answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer="")
                | ~Q(state=TipOffState.ANSWERED) & Q(answered_by=None, answered_at=None, answer=""),
                name="tip_off_answered_has_person_time_and_answer",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def is_open(self) -> bool:
        return self.state != TipOffState.ANSWERED

    @property
    def deadline(self) -> date:
        """The next one: to find a unit first, then to answer."""
        return self.assign_due_on if self.state == TipOffState.RECEIVED else self.due_on


class TipOffMove(MoveRecord):
    of = models.ForeignKey(TipOff, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at", personal="reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a tip-off")
        verbose_name_plural = _("steps of tip-offs")


class TipOffReporter(models.Model):
    """Who made a tip-off, when he said so: apart from it, sealed, without history (rule 11).

    Read by `services.reporters` alone. A query of tip-offs cannot join it: there is no relation in this direction.
    """

    tip_off = models.OneToOneField(
        TipOff, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("tip-off")
    )
    sealed_name = models.TextField(_("name (sealed)"))
    sealed_contact = models.TextField(_("contact (sealed)"))

    classified = Classified(internal="tip_off", personal="sealed_name sealed_contact")

    class Meta:
        verbose_name = _("reporter")
        verbose_name_plural = _("reporters")
        constraints = [
            models.CheckConstraint(
                condition=~Q(sealed_name="") & ~Q(sealed_contact=""), name="reporter_left_a_name_and_a_contact"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pk}"


class ReporterLook(models.Model):
    """Somebody looked who made a tip-off, and why. It tells of the look, never of what was seen."""

    tip_off = models.ForeignKey(TipOff, models.PROTECT, related_name="looks", verbose_name=_("tip-off"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=500)

    classified = Classified(internal="id tip_off by unit at reason")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("look at a reporter's identity")
        verbose_name_plural = _("looks at reporters' identities")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.by}: {self.tip_off_id}"
