"""Reports to the city government, for whoever oversees."""

from django.db.models import QuerySet

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.errors import NotFound
from jinan_credit.oversight.enums import ReportState
from jinan_credit.oversight.models import CityReport


def reports_visible_to(actor: Actor) -> QuerySet[CityReport]:
    return CityReport.objects.visible_to(actor).order_by("-pk").defer("document")


def report_for(pk: int, actor: Actor) -> CityReport:
    """`not_found` when there is none for this actor."""
    report = CityReport.objects.visible_to(actor).select_related("unit", "issued_by").filter(pk=pk).first()
    if report is None:
        raise NotFound
    return report


def last_step(report: CityReport) -> int | None:
    """What a form remembers, so that another person's change meanwhile is noticed."""
    return report.moves.order_by("-pk").values_list("pk", flat=True).first()


def standing(report: CityReport) -> CityReport | None:
    """The one of its period that is issued and not withdrawn."""
    return CityReport.objects.of_period(report.period).filter(state=ReportState.ISSUED).first()
