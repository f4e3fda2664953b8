import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from catalog.selectors import due_soon
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import EscalationStep
from jinan_credit.accounts.models import EscalationRecord, MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from objections.enums import HelpState
from objections.models.objection import Objection


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def asked_of(self, actor: Actor) -> "HelpRequestQuerySet":
        """Those that one's own unit answers or has answered."""
        return self if actor.is_system else self.filter(unit__in=actor.units)

    def visible_to(self, actor: Actor) -> "HelpRequestQuerySet":
        """For the unit that asks and the one that is asked."""
        own = Q(objection__in=Objection.objects.visible_to(actor).order_by().values("pk"))
        return self if actor.is_system else self.filter(Q(unit__in=actor.units) | own)

    def open(self) -> "HelpRequestQuerySet":
        return self.filter(state=HelpState.ASKED)

    def overdue(self) -> "HelpRequestQuerySet":
        return self.open().filter(due_on__lt=clock.today())

    def due_soon(self) -> "HelpRequestQuerySet":
        """Not late, and to be answered within a few working days."""
        return self.open().filter(due_on__range=due_soon())

    def escalated(self) -> "HelpRequestQuerySet":
        """Overdue ones of which the asked unit's head was told."""
        told = HelpEscalation.objects.standing().filter(step=EscalationStep.UNIT_HEAD)
        return self.filter(pk__in=told.order_by().values("of"))


@history.track()
class HelpRequest(models.Model):
    """协助: the deciding unit asks another for what it alone knows; its days count apart (SD art. 39)."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="help_requests", verbose_name=_("objection"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="help_requests", verbose_name=_("asked unit"))
    question = models.TextField(_("question"))
    state = models.CharField(_("state"), max_length=20, choices=HelpState, default=HelpState.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    due_on = models.DateField(_("answer due on"))
    due_is_provisional = models.BooleanField(_("provisional"), default=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    objects = HelpRequestQuerySet.as_manager()

    classified = Classified(
        internal="id objection unit state asked_at asked_by due_on due_is_provisional answered_at answered_by",
        personal="question answer",
    )

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="help_by_unit_and_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["objection", "unit"],
                condition=Q(state=HelpState.ASKED),
                name="objection_has_one_open_question_to_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(state=HelpState.ANSWERED, answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer="")
                | ~Q(state=HelpState.ANSWERED) & Q(answered_by=None, answered_at=None, answer=""),
                name="help_answered_has_person_time_and_text",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.objection}: {self.unit}"

    @property
    def is_open(self) -> bool:
        return self.state == HelpState.ASKED

    @property
    def rule_profile(self) -> RuleProfile:
        return self.objection.rule_profile


class HelpMove(MoveRecord):
    of = models.ForeignKey(HelpRequest, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at", personal="reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a request for help")
        verbose_name_plural = _("steps of requests for help")


class HelpEscalationQuerySet(models.QuerySet["HelpEscalation"]):
    def standing(self) -> "HelpEscalationQuerySet":
        """Of questions that still wait for the answer that was missed."""
        return self.filter(of__in=HelpRequest.objects.overdue().order_by().values("pk"), due_on=F("of__due_on"))


class HelpEscalation(EscalationRecord):
    of = models.ForeignKey(HelpRequest, models.PROTECT, related_name="escalations")

    objects = HelpEscalationQuerySet.as_manager()

    classified = Classified(internal="id of step due_on at")

    class Meta(EscalationRecord.Meta):
        verbose_name = _("escalation of a request for help")
        verbose_name_plural = _("escalations of requests for help")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "due_on", "step"], name="help_is_escalated_once_a_missed_day_and_step"
            )
        ]
