from datetime import date, datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.enums import KeyTaskGroup, KeyTaskProgress, KeyTaskReportState, KeyTaskRequestState
from catalog.models.memorandum import Memorandum
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified


class KeyTaskQuerySet(models.QuerySet["KeyTask"]):
    def with_standing(self) -> "KeyTaskQuerySet":
        """Each with what its last report says, `progress` and `reported_at`, and with `asked_for_on`, the day by which
        a report is asked for. Derived: nothing has to run for a task to be overdue.
        """
        sent = KeyTaskReport.objects.filter(key_task=OuterRef("pk")).sent().order_by("-sent_at", "-pk")
        asked = KeyTaskRequest.objects.filter(key_task=OuterRef("pk"), state=KeyTaskRequestState.ASKED)
        return self.annotate(
            progress=Coalesce(Subquery(sent.values("progress")[:1]), Value("")),
            reported_at=Subquery(sent.values("sent_at")[:1]),
            asked_for_on=Subquery(asked.values("due_on")[:1]),
        )

    def asked(self) -> "KeyTaskQuerySet":
        """Those on which a report is asked for."""
        return self.with_standing().filter(Q(asked_for_on__isnull=False))

    def report_late(self, on: date | None = None) -> "KeyTaskQuerySet":
        """Those on which the day asked for has passed without a report; that day counts."""
        return self.with_standing().filter(Q(asked_for_on__lt=on or clock.today()))

    def overdue(self, on: date | None = None) -> "KeyTaskQuerySet":
        """Those whose time limit has passed and that are not done, and those whose report is late."""
        day = on or clock.today()
        is_over = Q(due_on__lt=day) & ~Q(progress=KeyTaskProgress.DONE)
        return self.with_standing().filter(is_over | Q(asked_for_on__lt=day))


@history.track(gone=True)
class KeyTask(models.Model):
    """One of the 31 rows of the plan's annex. Its status is that of its last report."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    group = models.CharField(_("group"), max_length=12, choices=KeyTaskGroup)
    content = models.CharField(_("task"), max_length=300)
    lead_units = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name=_("lead units"))
    lead_text = models.CharField(_("lead units as printed"), max_length=100)
    cooperating_text = models.CharField(_("cooperating units as printed"), max_length=100)
    time_limit = models.CharField(_("time limit"), max_length=50)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    memorandum = models.ForeignKey(
        Memorandum, models.PROTECT, null=True, blank=True, related_name="key_tasks", verbose_name=_("memorandum")
    )
    source = models.CharField(_("source"), max_length=200)

    objects = KeyTaskQuerySet.as_manager()
    progress: str
    reported_at: datetime | None
    asked_for_on: date | None
    """Of rows read `with_standing`."""

    classified = Classified(
        public="id number group content lead_text cooperating_text time_limit due_on memorandum source"
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("key task")
        verbose_name_plural = _("key tasks")

    def __str__(self) -> str:
        return f"{self.number}. {self.content}"

    @property
    def progress_label(self) -> str:
        return str(KeyTaskProgress(self.progress).label) if self.progress else ""

    @property
    def is_past_its_limit(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today() and self.progress != KeyTaskProgress.DONE

    @property
    def is_report_late(self) -> bool:
        return self.asked_for_on is not None and self.asked_for_on < clock.today()


@history.track()
class KeyTaskRequest(models.Model):
    """The coordinator asks for a report on a task by a day. The first report sent answers it, whichever lead unit's."""

    key_task = models.ForeignKey(KeyTask, models.PROTECT, related_name="requests", verbose_name=_("key task"))
    due_on = models.DateField(_("due on"))
    text = models.TextField(_("what to report on"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=KeyTaskRequestState, default=KeyTaskRequestState.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"), db_index=False
    )
    asked_at = models.DateTimeField(_("asked at"))

    classified = Classified(internal="id key_task due_on text state asked_by asked_at")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("request for a report on a key task")
        verbose_name_plural = _("requests for reports on key tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["key_task"],
                condition=Q(state=KeyTaskRequestState.ASKED),
                name="key_task_is_asked_for_one_report_at_a_time",
            )
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.key_task}: {self.due_on}"


class KeyTaskRequestMove(MoveRecord):
    of = models.ForeignKey(KeyTaskRequest, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a request for a report")
        verbose_name_plural = _("steps of requests for reports")


class KeyTaskReportQuerySet(models.QuerySet["KeyTaskReport"]):
    def visible_to(self, actor: Actor) -> "KeyTaskReportQuerySet":
        """What was sent, for every unit; what was not, for the unit that writes it."""
        if not actor.may(Act.SEE_WORKBENCH):
            return self.none()
        sent = Q(state=KeyTaskReportState.SENT)
        return self.filter(sent | Q(unit=actor.unit) if actor.unit is not None else sent)

    def sent(self) -> "KeyTaskReportQuerySet":
        return self.filter(state=KeyTaskReportState.SENT)


@history.track()
class KeyTaskReport(models.Model):
    """What a lead unit tells about a task, of a day or a period. Never changed once it was sent: a new one follows."""

    key_task = models.ForeignKey(KeyTask, models.PROTECT, related_name="reports", verbose_name=_("key task"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    period_from = models.DateField(_("report from"))
    period_to = models.DateField(_("report to"))
    progress = models.CharField(_("status of the task"), max_length=10, choices=KeyTaskProgress)
    text = models.TextField(_("report"))
    state = models.CharField(_("state"), max_length=10, choices=KeyTaskReportState, default=KeyTaskReportState.DRAFT)
    answers = models.ForeignKey(
        KeyTaskRequest, models.PROTECT, null=True, related_name="reports", verbose_name=_("answers the request")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"), db_index=False
    )
    made_at = models.DateTimeField(_("made at"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by"), db_index=False
    )
    sent_at = models.DateTimeField(_("sent at"), null=True)

    objects = KeyTaskReportQuerySet.as_manager()

    classified = Classified(
        internal="id key_task unit period_from period_to progress text state answers made_by made_at sent_by sent_at"
    )

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = _("report on a key task")
        verbose_name_plural = _("reports on key tasks")
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="key_task_report_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state=KeyTaskReportState.SENT, sent_at__isnull=False, sent_by__isnull=False)
                | ~Q(state=KeyTaskReportState.SENT) & Q(sent_at=None, sent_by=None, answers=None),
                name="key_task_report_sent_has_a_person_and_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=KeyTaskReportState.SENT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_task} ({self.unit}, {self.period_to})"


class KeyTaskReportMove(MoveRecord):
    of = models.ForeignKey(KeyTaskReport, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a report on a key task")
        verbose_name_plural = _("steps of reports on key tasks")


class KeyTaskEvidence(models.Model):
    """What proves a report, made harmless before it was kept. Goes out of a draft, never out of what was sent."""

    report = models.ForeignKey(KeyTaskReport, models.PROTECT, related_name="evidence", verbose_name=_("report"))
    file = models.FileField(_("file"), upload_to="key-tasks/")
    content_type = models.CharField(_("kind of file"), max_length=20)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"), db_index=False
    )
    added_at = models.DateTimeField(_("added at"))

    classified = Classified(internal="id report file content_type size sha256 added_by added_at")

    class Meta:
        ordering = ["id"]
        verbose_name = _("evidence of a report on a key task")
        verbose_name_plural = _("evidence of reports on key tasks")
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="key_task_report_has_a_file_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_replaced", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="belongs_to_a_draft",
                operation=pgtrigger.Insert | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF (SELECT state FROM catalog_keytaskreport WHERE id = COALESCE(NEW.report_id, OLD.report_id))
                        <> 'DRAFT' THEN
                        RAISE EXCEPTION 'evidence comes to a report and leaves it while it is a draft';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.download_name

    @property
    def download_name(self) -> str:
        return f"{self.report.key_task.number}-{self.report_id}-{self.pk}.{str(self.file).rpartition('.')[2]}"


class KeyTaskNote(models.Model):
    """A word of the coordinator on a task, for its lead units. Rows are only added."""

    key_task = models.ForeignKey(KeyTask, models.PROTECT, related_name="notes", verbose_name=_("key task"))
    text = models.TextField(_("note"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"), db_index=False
    )
    made_at = models.DateTimeField(_("made at"))

    classified = Classified(internal="id key_task text made_by made_at")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("note on a key task")
        verbose_name_plural = _("notes on key tasks")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
