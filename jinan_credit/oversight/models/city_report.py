import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel.classification import Classified
from jinan_credit.oversight.enums import ReportKind, ReportState
from jinan_credit.oversight.rules import ReportPeriod

NUMBERED = (ReportState.ISSUED, ReportState.WITHDRAWN)
SECTIONS = {
    "situation": _("Overall situation"),
    "work": _("Main work"),
    "problems": _("Problems"),
    "suggestions": _("Suggestions and next steps"),
}
"""The coordinator's own words, in the order in which they stand in a report: fields, with their headings."""

_FIXED = (
    "unit_id",
    "kind",
    "period_from",
    "year",
    "serial",
    "title",
    *SECTIONS,
    "document",
    "counted_at",
    "issued_by_id",
    "issued_at",
)


def _row(of: str) -> str:
    return f"({', '.join(f'{of}.{name}' for name in _FIXED)})"


class CityReportQuerySet(models.QuerySet["CityReport"]):
    def visible_to(self, actor: Actor) -> "CityReportQuerySet":
        """The coordinator's alone: figures of all units stand in them."""
        return self if actor.is_system or actor.may(Act.OVERSEE) else self.none()

    def of_period(self, period: ReportPeriod) -> "CityReportQuerySet":
        return self.filter(kind=period.kind, period_from=period.first)


@history.track()
class CityReport(models.Model):
    """向市政府的报告 (P §五(四)): what the coordinator tells the city government of a quarter or a year.

    Numbers have no gaps in a year. What was issued is never changed: `document` is the whole of it, with the figures
    as they were counted at `counted_at`. A corrected report is another one; its place is free once this is withdrawn.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="city_reports", verbose_name=_("reporting unit"))
    kind = models.CharField(_("kind"), max_length=10, choices=ReportKind)
    period_from = models.DateField(_("first day of the period"))
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    serial = models.PositiveIntegerField(_("serial"), null=True)
    title = models.CharField(_("title"), max_length=200)
    situation = models.TextField(SECTIONS["situation"], blank=True)
    work = models.TextField(SECTIONS["work"], blank=True)
    problems = models.TextField(SECTIONS["problems"], blank=True)
    suggestions = models.TextField(SECTIONS["suggestions"], blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
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
    counted_at = models.DateTimeField(_("figures counted at"), null=True)
    document = models.JSONField(_("report as issued"), null=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)

    objects = CityReportQuerySet.as_manager()

    classified = Classified(
        internal="id unit kind period_from year serial title situation work problems suggestions state made_by "
        "made_at issued_by issued_at counted_at document withdrawn_on"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("report to the city government")
        verbose_name_plural = _("reports to the city government")
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="city_report_number_is_unique"),
            models.UniqueConstraint(
                fields=["kind", "period_from"],
                condition=Q(state=ReportState.DRAFT),
                name="one_draft_report_of_a_period",
            ),
            models.UniqueConstraint(
                fields=["kind", "period_from"],
                condition=Q(state=ReportState.ISSUED),
                name="one_report_of_a_period_stands",
            ),
            models.CheckConstraint(
                condition=Q(period_from__day=1)
                & (
                    Q(kind=ReportKind.YEARLY, period_from__month=1)
                    | Q(kind=ReportKind.QUARTERLY, period_from__month__in=[1, 4, 7, 10])
                ),
                name="city_report_is_of_a_quarter_or_a_year",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=NUMBERED,
                    year__isnull=False,
                    serial__isnull=False,
                    issued_by__isnull=False,
                    issued_at__isnull=False,
                    counted_at__isnull=False,
                    document__isnull=False,
                )
                | ~Q(state__in=NUMBERED)
                & Q(
                    year=None,
                    serial=None,
                    issued_by=None,
                    issued_at=None,
                    counted_at=None,
                    document__isnull=True,
                ),
                name="city_report_issued_has_number_person_time_and_figures",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.WITHDRAWN, withdrawn_on__isnull=False)
                | ~Q(state=ReportState.WITHDRAWN) & Q(withdrawn_on=None),
                name="city_report_withdrawn_has_its_day",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.issued_at IS NOT NULL AND {_row('OLD')} IS DISTINCT FROM {_row('NEW')}"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title or f"#{self.pk}"

    @property
    def number(self) -> str:
        """济信报〔2026〕1号; nothing before it is issued."""
        return f"济信报〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def period(self) -> ReportPeriod:
        return ReportPeriod(self.kind, self.period_from)

    @property
    def texts(self) -> dict[str, str]:
        """Title and sections, as the coordinator writes them."""
        return {name: getattr(self, name) for name in ("title", *SECTIONS)}


class CityReportMove(MoveRecord):
    of = models.ForeignKey(CityReport, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a report to the city government")
        verbose_name_plural = _("steps of reports to the city government")
