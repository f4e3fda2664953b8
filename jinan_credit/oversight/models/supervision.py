from functools import reduce
from operator import or_

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, EscalationStep
from jinan_credit.accounts.models import EscalationRecord, KeptDocument, MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from jinan_credit.oversight.enums import Owed, SupervisionState
from jinan_credit.oversight.workflow import AWAITS_REPLY
from lists.enums import ProposalState
from lists.models import CreditList, EntryProposal
from objections.enums import OPEN_STATES as OPEN_OBJECTIONS
from objections.enums import HelpState
from objections.models import HelpRequest, Objection
from repair.enums import OPEN_STATES as OPEN_REPAIRS
from repair.models import RepairApplication
from sanctions.enums import TaskState
from sanctions.models import UnitTask

NEVER_ISSUED = (SupervisionState.DRAFT, SupervisionState.DISCARDED)
OPEN = (SupervisionState.DRAFT, *AWAITS_REPLY, SupervisionState.REPLIED)

STILL_OWED = {
    Owed.SIGN: ("task", (TaskState.TO_SIGN,)),
    Owed.FEED_BACK: ("task", (TaskState.SIGNED, TaskState.TO_FEED_BACK)),
    Owed.CONFIRM_RELEASE: ("task", (TaskState.TO_CONFIRM,)),
    Owed.EXECUTE: ("task", (TaskState.NOT_EXECUTED, TaskState.SIGNED, TaskState.TO_FEED_BACK)),
    Owed.DECIDE_OBJECTION: ("objection", OPEN_OBJECTIONS),
    Owed.ANSWER_HELP: ("help_request", (HelpState.ASKED,)),
    Owed.DECIDE_REPAIR: ("repair", OPEN_REPAIRS),
    Owed.DECIDE_FALLEN_BASIS: ("proposal", (ProposalState.OPEN,)),
}
"""What a row is about, and in which of its states the unit has not yet done what it was urged to."""

ABOUT = ("task", "objection", "help_request", "repair", "proposal")


def still_owed(prefix: str = "") -> Q:
    return reduce(
        or_,
        (
            Q(**{f"{prefix}owed": owed, f"{prefix}{about}__state__in": states})
            for owed, (about, states) in STILL_OWED.items()
        ),
    )


def _is_about_what_is_owed() -> Q:
    return reduce(
        or_,
        (
            Q(owed=owed, **{f"{name}__isnull": name != about for name in ABOUT})
            for owed, (about, _states) in STILL_OWED.items()
        ),
    )


class SupervisionNoticeQuerySet(models.QuerySet["SupervisionNotice"]):
    def visible_to(self, actor: Actor) -> "SupervisionNoticeQuerySet":
        """All to the coordinator; to a unit those that were issued to it."""
        return self if actor.is_system or actor.may(Act.OVERSEE) else self.to_unit(actor)

    def to_unit(self, actor: Actor) -> "SupervisionNoticeQuerySet":
        return self.filter(unit__in=actor.units).exclude(state__in=NEVER_ISSUED)

    def with_counts(self) -> "SupervisionNoticeQuerySet":
        """With the number of rows, and of those that are done by now."""
        rows = Count("rows")
        return self.annotate(row_count=rows, done_count=rows - Count("rows", filter=still_owed("rows__")))

    def issued(self) -> "SupervisionNoticeQuerySet":
        return self.exclude(state__in=NEVER_ISSUED)

    def about_list(self, credit_list: CreditList) -> "SupervisionNoticeQuerySet":
        return self.filter(pk__in=SupervisionRow.objects.filter(credit_list=credit_list).order_by().values("notice"))

    def awaiting_reply(self) -> "SupervisionNoticeQuerySet":
        return self.filter(state__in=AWAITS_REPLY)

    def overdue(self) -> "SupervisionNoticeQuerySet":
        """Derived from the date: nothing has to run for a reply to be late."""
        return self.awaiting_reply().filter(due_on__lt=clock.today())

    def come_to_the_coordinator(self) -> "SupervisionNoticeQuerySet":
        """Overdue ones of which the coordinator was told after the unit's head."""
        told = SupervisionEscalation.objects.filter(step=EscalationStep.COORDINATOR, due_on=F("of__due_on"))
        return self.overdue().filter(pk__in=told.order_by().values("of"))


@history.track()
class SupervisionNotice(models.Model):
    """督办单: the coordinator urges one unit to do what it left undone, by a day, and to reply (P §五(四)).

    Numbers have no gaps in a year; what was issued is never changed. `due_on` is printed in the letter, so it is no
    provisional day: a returned reply gets another one.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="supervision_notices", verbose_name=_("urged unit"))
    issuing_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issuing unit"))
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    serial = models.PositiveIntegerField(_("serial"), null=True)
    title = models.CharField(_("title"), max_length=200)
    request = models.TextField(_("what is asked"))
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    rule_profile = models.ForeignKey(RuleProfile, models.PROTECT, related_name="+", verbose_name=_("rules"))
    due_on = models.DateField(_("reply due on"))
    state = models.CharField(_("state"), max_length=10, choices=SupervisionState, default=SupervisionState.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"), db_index=False
    )
    made_at = models.DateTimeField(_("made at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("issued by"),
        db_index=False,
    )
    issued_at = models.DateTimeField(_("issued at"), null=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("last reply by"),
        db_index=False,
    )
    replied_at = models.DateTimeField(_("last reply at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
        db_index=False,
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)
    is_settled = models.BooleanField(_("the matter is settled"), null=True)

    objects = SupervisionNoticeQuerySet.as_manager()

    classified = Classified(
        internal="id unit issuing_unit year serial title request legal_basis rule_profile due_on state made_by "
        "made_at issued_by issued_at replied_by replied_at closed_by closed_at is_settled"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("supervision notice")
        verbose_name_plural = _("supervision notices")
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="supervision_by_unit_and_state"),
            models.Index(fields=["issued_at"], name="supervision_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="supervision_number_is_unique"),
            models.CheckConstraint(
                condition=Q(year__isnull=False, serial__isnull=False, issued_by__isnull=False, issued_at__isnull=False)
                & ~Q(state__in=NEVER_ISSUED)
                | Q(state__in=NEVER_ISSUED, year=None, serial=None, issued_by=None, issued_at=None),
                name="supervision_issued_has_number_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(replied_by=None, replied_at=None) & ~Q(state=SupervisionState.REPLIED)
                | Q(replied_by__isnull=False, replied_at__isnull=False),
                name="supervision_replied_has_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=SupervisionState.CLOSED,
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                    is_settled__isnull=False,
                )
                | ~Q(state=SupervisionState.CLOSED) & Q(closed_by=None, closed_at=None, is_settled=None),
                name="supervision_closed_has_person_time_and_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(replied_by=None) | ~Q(closed_by=F("replied_by")),
                name="supervision_is_closed_by_another_than_who_replied",  # rule 4
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.issued_at IS NOT NULL AND "
                    "(OLD.unit_id, OLD.issuing_unit_id, OLD.year, OLD.serial, OLD.title, OLD.request, "
                    "OLD.legal_basis, OLD.issued_at) "
                    "IS DISTINCT FROM "
                    "(NEW.unit_id, NEW.issuing_unit_id, NEW.year, NEW.serial, NEW.title, NEW.request, "
                    "NEW.legal_basis, NEW.issued_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def number(self) -> str:
        """督〔2026〕3号; nothing before it is issued."""
        return f"督〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def awaits_reply(self) -> bool:
        return self.state in AWAITS_REPLY


class SupervisionRowQuerySet(models.QuerySet["SupervisionRow"]):
    def with_standing(self) -> "SupervisionRowQuerySet":
        """With what became of each: its task or case, and whether it is done by now."""
        done = Case(When(still_owed(), then=Value(False)), default=Value(True))
        return self.select_related(*ABOUT).annotate(is_done=done)


class SupervisionRow(models.Model):
    """A task or case that the notice is about, by the number, list and missed day that it had when it was chosen."""

    notice = models.ForeignKey(
        SupervisionNotice, models.PROTECT, related_name="rows", verbose_name=_("supervision notice")
    )
    task = models.ForeignKey(UnitTask, models.PROTECT, null=True, related_name="+", verbose_name=_("unit task"))
    objection = models.ForeignKey(Objection, models.PROTECT, null=True, related_name="+", verbose_name=_("objection"))
    help_request = models.ForeignKey(
        HelpRequest, models.PROTECT, null=True, related_name="+", verbose_name=_("request for help")
    )
    repair = models.ForeignKey(
        RepairApplication, models.PROTECT, null=True, related_name="+", verbose_name=_("repair application")
    )
    proposal = models.ForeignKey(EntryProposal, models.PROTECT, null=True, related_name="+", verbose_name=_("proposal"))
    number = models.CharField(_("number"), max_length=100)
    credit_list = models.ForeignKey(
        CreditList, models.PROTECT, related_name="+", verbose_name=_("list"), db_index=False
    )
    list_name = models.CharField(_("name of the list"), max_length=200)
    owed = models.CharField(_("what is owed"), max_length=20, choices=Owed)
    due_on = models.DateField(_("last day that was missed"), null=True)

    is_done: bool
    """Of rows read `with_standing`."""

    objects = SupervisionRowQuerySet.as_manager()

    classified = Classified(
        internal="id notice task objection help_request repair proposal number credit_list list_name owed due_on"
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("row of a supervision notice")
        verbose_name_plural = _("rows of supervision notices")
        constraints = [
            models.UniqueConstraint(fields=["notice", "task"], name="supervision_names_a_task_once"),
            models.UniqueConstraint(fields=["notice", "objection"], name="supervision_names_an_objection_once"),
            models.UniqueConstraint(fields=["notice", "help_request"], name="supervision_names_a_question_once"),
            models.UniqueConstraint(fields=["notice", "repair"], name="supervision_names_a_repair_once"),
            models.UniqueConstraint(fields=["notice", "proposal"], name="supervision_names_a_proposal_once"),
            models.CheckConstraint(condition=_is_about_what_is_owed(), name="supervision_row_is_about_what_is_owed"),
            models.CheckConstraint(
                condition=Q(owed=Owed.EXECUTE, due_on=None) | ~Q(owed=Owed.EXECUTE) & Q(due_on__isnull=False),
                name="supervision_row_names_the_day_missed",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.notice}: {self.number}"

    @property
    def about(self) -> UnitTask | Objection | HelpRequest | RepairApplication | EntryProposal:
        about = self.task or self.objection or self.help_request or self.repair or self.proposal
        assert about is not None, "a constraint sees to it"
        return about


class SupervisionMove(MoveRecord):
    """A step of a notice; a reply is one, its text is the reason. `due_on`: the last day that counted at the step."""

    of = models.ForeignKey(SupervisionNotice, models.PROTECT, related_name="moves")
    due_on = models.DateField(_("reply due on"))

    classified = Classified(internal="id of name from_state to_state by by_client unit at due_on", personal="reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a supervision notice")
        verbose_name_plural = _("steps of supervision notices")

    @property
    def is_late(self) -> bool:
        return clock.local_day(self.at) > self.due_on


class SupervisionEscalation(EscalationRecord):
    of = models.ForeignKey(SupervisionNotice, models.PROTECT, related_name="escalations")

    classified = Classified(internal="id of step due_on at")

    class Meta(EscalationRecord.Meta):
        verbose_name = _("escalation of a supervision notice")
        verbose_name_plural = _("escalations of supervision notices")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "due_on", "step"], name="supervision_is_escalated_once_a_missed_day_and_step"
            )
        ]


class SupervisionDocumentQuerySet(models.QuerySet["SupervisionDocument"]):
    def visible_to(self, actor: Actor) -> "SupervisionDocumentQuerySet":
        return self.filter(reply__of__in=SupervisionNotice.objects.visible_to(actor).order_by().values("pk"))


class SupervisionDocument(KeptDocument):
    """A document that came with a reply."""

    folder = "supervision"

    reply = models.ForeignKey(SupervisionMove, models.PROTECT, related_name="documents", verbose_name=_("reply"))

    objects = SupervisionDocumentQuerySet.as_manager()

    classified = Classified(internal="id reply content_type size sha256 added_at added_by", personal="file")

    class Meta(KeptDocument.Meta):
        verbose_name = _("document of a supervision notice")
        verbose_name_plural = _("documents of supervision notices")

    @property
    def download_stem(self) -> str:
        return self.reply.of.number
