"""Figures that are kept: counted once for a day that is over, and added up for whole weeks.

A kept day is right as long as no mark of it stands. Triggers on the counted tables write the marks, in the
transaction of the change, for every day but the present one (migration 0001); `services.keeping` counts such a day
anew. Whoever reads counts the days that are not kept, so what he reads is always what a recount gives (ADR 20).
"""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Measure
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified
from jinan_credit.oversight.enums import TallyCode
from lists.models import CreditList


class KeptSpanQuerySet(models.QuerySet["KeptSpan"]):
    def starts(self, tally: str, days: int) -> "models.QuerySet[KeptSpan, date]":
        """The first days of what is kept of a tally in spans of this length."""
        return self.filter(tally=tally, days=days).values_list("starts_on", flat=True)

    def right(self, tally: str) -> "KeptSpanQuerySet":
        """Of a tally, those in which no day is marked."""
        marks = FigureMark.objects.filter(
            tally=tally, day__gte=OuterRef("starts_on"), day__lt=OuterRef("starts_on") + OuterRef("days")
        )
        return self.filter(~Exists(marks), tally=tally)


class KeptSpan(models.Model):
    """This day, or the week that begins on this Monday, is kept."""

    tally = models.CharField(_("tally"), max_length=10, choices=TallyCode)
    starts_on = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("days"))

    objects = KeptSpanQuerySet.as_manager()

    classified = Classified(internal="id tally starts_on days")

    class Meta:
        verbose_name = _("kept span")
        verbose_name_plural = _("kept spans")
        constraints = [
            models.UniqueConstraint(fields=["tally", "days", "starts_on"], name="span_is_kept_once"),
            models.CheckConstraint(condition=models.Q(days__in=[1, 7]), name="span_is_a_day_or_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.tally} {self.starts_on} +{self.days}"


class FigureMark(models.Model):
    """Something that is counted on this day changed. Only added by triggers and only taken away by who counts anew."""

    tally = models.CharField(_("tally"), max_length=10, choices=TallyCode)
    day = models.DateField(_("day"))

    classified = Classified(internal="id tally day")

    class Meta:
        verbose_name = _("mark of a changed day")
        verbose_name_plural = _("marks of changed days")
        indexes = [models.Index(fields=["tally", "day"], name="mark_by_tally_and_day")]

    def __str__(self) -> str:
        return f"{self.tally} {self.day}"


class KeptCount(models.Model):
    """Counts of one span for one combination of what they are counted by."""

    starts_on = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("days"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.starts_on} +{self.days}"


class OfUnit(KeptCount):
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("unit"), db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True


class OfUnitAndList(OfUnit):
    credit_list = models.ForeignKey(
        CreditList, models.PROTECT, related_name="+", verbose_name=_("list"), db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True


class TaskCount(OfUnitAndList):
    """Of unit tasks by the day on which they were made: the fields of TaskFigures that no date changes by itself."""

    tasks = models.PositiveIntegerField(_("tasks to sign"))
    signed = models.PositiveIntegerField(_("signed"))
    signed_on_time = models.PositiveIntegerField(_("signed in time"))
    responded = models.PositiveIntegerField(pgettext_lazy("tasks", "answered"))
    owing_feedback = models.PositiveIntegerField(_("owing feedback"))
    fed_back = models.PositiveIntegerField(_("fed back"))
    not_executed = models.PositiveIntegerField(_("not executed"))
    releases = models.PositiveIntegerField(_("releases to confirm"))
    released = models.PositiveIntegerField(_("release confirmed"))
    released_on_time = models.PositiveIntegerField(_("release confirmed in time"))
    not_signed = models.PositiveIntegerField(_("not signed"))
    not_fed_back = models.PositiveIntegerField(_("not fed back"))
    not_released = models.PositiveIntegerField(_("release not confirmed"))

    classified = Classified(
        internal="id starts_on days unit credit_list tasks signed signed_on_time responded owing_feedback fed_back "
        "not_executed releases released released_on_time not_signed not_fed_back not_released"
    )

    class Meta:
        verbose_name = _("count of tasks")
        verbose_name_plural = _("counts of tasks")
        indexes = [models.Index(fields=["days", "starts_on"], name="task_count_by_span")]


class ReleaseCount(OfUnitAndList):
    """How many releases of removals of a day took so many days to be confirmed."""

    took = models.PositiveIntegerField(_("days to confirm"))
    released = models.PositiveIntegerField(_("release confirmed"))

    classified = Classified(internal="id starts_on days unit credit_list took released")

    class Meta:
        verbose_name = _("count of releases")
        verbose_name_plural = _("counts of releases")
        indexes = [models.Index(fields=["days", "starts_on"], name="release_count_by_span")]


class ExecutionCount(OfUnitAndList):
    """Of valid executions by the day on which they were performed. `amount` in CNY."""

    applied = models.PositiveIntegerField(_("measures applied"))
    not_applied = models.PositiveIntegerField(_("not applied"))
    amount = models.DecimalField(_("amount (CNY)"), max_digits=20, decimal_places=2, null=True)

    classified = Classified(internal="id starts_on days unit credit_list applied not_applied amount")

    class Meta:
        verbose_name = _("count of executions")
        verbose_name_plural = _("counts of executions")
        indexes = [models.Index(fields=["days", "starts_on"], name="execution_count_by_span")]


class MeasureCount(OfUnitAndList):
    """How often a unit applied a measure; an execution with two measures counts with each."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="+", verbose_name=_("measure"), db_index=False, db_constraint=False
    )
    applied = models.PositiveIntegerField(_("measures applied"))

    classified = Classified(internal="id starts_on days unit credit_list measure applied")

    class Meta:
        verbose_name = _("count of applied measures")
        verbose_name_plural = _("counts of applied measures")
        indexes = [models.Index(fields=["days", "starts_on"], name="measure_count_by_span")]


class ScreeningCount(OfUnit):
    """Of parties looked up singly, or found in a batch, by unit and kind of matter."""

    matter_name = models.CharField(_("matter"), max_length=200)
    screenings = models.PositiveIntegerField(_("screenings"))
    with_hits = models.PositiveIntegerField(_("screenings with hits"))
    cannot_tell = models.PositiveIntegerField(_("screenings that could not tell"))

    classified = Classified(internal="id starts_on days unit matter_name screenings with_hits cannot_tell")

    class Meta:
        verbose_name = _("count of screenings")
        verbose_name_plural = _("counts of screenings")
        indexes = [models.Index(fields=["days", "starts_on"], name="screening_count_by_span")]


class HitCount(OfUnit):
    """Of hits by the day of their screening."""

    matter_name = models.CharField(_("matter"), max_length=200)
    hits = models.PositiveIntegerField(_("hits"))
    answered = models.PositiveIntegerField(_("answered"))

    classified = Classified(internal="id starts_on days unit matter_name hits answered")

    class Meta:
        verbose_name = _("count of hits")
        verbose_name_plural = _("counts of hits")
        indexes = [models.Index(fields=["days", "starts_on"], name="hit_count_by_span")]


class ExpiryCount(OfUnitAndList):
    """Of entries by the last day of their term; `unit` decided them. Not yet out: `ended` less `out`."""

    ended = models.PositiveIntegerField(_("terms ended"))
    out = models.PositiveIntegerField(_("out"))
    out_on_time = models.PositiveIntegerField(_("out in time"))

    classified = Classified(internal="id starts_on days unit credit_list ended out out_on_time")

    class Meta:
        verbose_name = _("count of ended terms")
        verbose_name_plural = _("counts of ended terms")
        indexes = [models.Index(fields=["days", "starts_on"], name="expiry_count_by_span")]


class ListQuality(models.Model):
    """What is amiss with the entries in force of one list, as last counted.

    `twice`: those whose subject has another in force on the same list.
    """

    credit_list = models.OneToOneField(CreditList, models.PROTECT, related_name="+", verbose_name=_("list"))
    counted_at = models.DateTimeField(_("counted at"))
    entries = models.PositiveIntegerField(_("in force"))
    organisations = models.PositiveIntegerField(_("organisations"))
    without_code = models.PositiveIntegerField(_("organisations without a code"))
    twice = models.PositiveIntegerField(_("twice on the list"))
    without_basis = models.PositiveIntegerField(_("without a basis"))
    without_facts = models.PositiveIntegerField(_("without facts"))

    classified = Classified(
        internal="id credit_list counted_at entries organisations without_code twice without_basis without_facts"
    )

    class Meta:
        verbose_name = _("quality of a list")
        verbose_name_plural = _("quality of the lists")

    def __str__(self) -> str:
        return str(self.credit_list)
