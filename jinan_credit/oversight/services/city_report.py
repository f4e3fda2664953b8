"""报告: the coordinator writes to the city government by quarter and year, issues it, withdraws what was wrong."""

from collections.abc import Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import make_move, require_move, require_right, require_seen, write_move
from jinan_credit.accounts.numbering import next_serial
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import require_no_citizen_number
from jinan_credit.oversight.city_report_document import written
from jinan_credit.oversight.city_report_sheets import counted_sheets
from jinan_credit.oversight.models import CityReport, CityReportMove
from jinan_credit.oversight.models.city_report import NUMBERED, SECTIONS
from jinan_credit.oversight.rules import ReportPeriod
from jinan_credit.oversight.selectors.city_report import standing
from jinan_credit.oversight.workflow import CITY_REPORT


@transaction.atomic
def draft_report(*, period: ReportPeriod, by: Actor) -> CityReport:
    """Begin a report of a period that is over; a corrected one, with the words of the last that was issued of it.

    Refusals: `act_not_allowed`, `no_unit`, `period_not_over`, `report_drafted` (one of this period is).
    """
    move = CITY_REPORT.require("draft", "")
    require_right(move, by=by, reason="")
    if by.unit is None or by.user is None:
        raise NotAllowed("no_unit", _("Your account belongs to no unit."))
    if not period.is_over(clock.today()):
        raise InvalidInput("period_not_over", _("This period is not over yet."), field="period")
    last = CityReport.objects.of_period(period).filter(state__in=NUMBERED).order_by("-issued_at").first()
    report = CityReport(
        unit=by.unit,
        kind=period.kind,
        period_from=period.first,
        **(last.texts if last else {"title": _title_of(period)}),
        made_by=by.user,
        made_at=clock.now(),
    )
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        if "one_draft_report_of_a_period" not in str(error):
            raise
        drafted = _("A report of this period is drafted already. Go on with that one.")
        raise DomainError("report_drafted", drafted, field="period") from error
    write_move(CityReportMove, report, move.name, from_state="", to_state=report.state, by=by, reason="")
    return report


@transaction.atomic
def revise_report(
    *, report: CityReport, texts: Mapping[str, str], by: Actor, seen_step: int | None = None
) -> CityReport:
    """Write title and sections of a draft. `seen_step`: the last step of the report that the person saw.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `edit_conflict`, `title_missing`, `number_told`.
    """
    report = _lock(report, by)
    require_move(CITY_REPORT, "revise", state=report.state, by=by)
    require_seen(report, seen_step)
    if not texts["title"].strip():
        raise InvalidInput("title_missing", _("A report needs a heading."), field="title")
    require_no_citizen_number(**texts)
    for name in ("title", *SECTIONS):
        setattr(report, name, texts[name].strip())
    make_move(CityReportMove, report, CITY_REPORT, "revise", by=by)
    return report


def issue_report(*, report: CityReport, by: Actor, seen_step: int | None = None) -> CityReport:
    """Count the figures once more, give the next number of the year, and keep the whole as it is from now on.

    The figures are of one moment, which is why they are counted before the transaction that numbers them: a number
    is given under a lock, and what is read at one moment does not see who held it before.
    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `edit_conflict`, `report_empty`, `report_stands`
    (another of the period does).
    """
    by.require(Act.OVERSEE)
    require_move(CITY_REPORT, "issue", state=report.state, by=by)
    counted = counted_sheets(report.period)
    with transaction.atomic():
        report = _lock(report, by)
        require_move(CITY_REPORT, "issue", state=report.state, by=by)
        require_seen(report, seen_step)
        if not any(getattr(report, name) for name in SECTIONS):
            raise InvalidInput("report_empty", _("Write at least one section before you issue the report."))
        report.year = clock.today().year
        report.serial = next_serial(CityReport, report.year)
        _require_place(report)
        report.issued_by, report.issued_at, report.counted_at = by.user, clock.now(), counted.at
        report.document = written(report, counted).as_data()
        make_move(CityReportMove, report, CITY_REPORT, "issue", by=by)
        return report


@transaction.atomic
def discard_report(*, report: CityReport, by: Actor, reason: str) -> CityReport:
    """Give up a draft. Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`, `number_told`."""
    report = _lock(report, by)
    require_no_citizen_number(reason=reason)
    make_move(CityReportMove, report, CITY_REPORT, "discard", by=by, reason=reason)
    return report


@transaction.atomic
def withdraw_report(*, report: CityReport, by: Actor, reason: str) -> CityReport:
    """Take an issued report back. It stays as it was, under its number, with a note; a corrected one can be issued.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`, `number_told`.
    """
    report = _lock(report, by)
    require_move(CITY_REPORT, "withdraw", state=report.state, by=by, reason=reason)
    require_no_citizen_number(reason=reason)
    report.withdrawn_on = clock.today()
    make_move(CityReportMove, report, CITY_REPORT, "withdraw", by=by, reason=reason)
    return report


def move_report(*, report: CityReport, name: str, by: Actor, reason: str = "") -> CityReport:
    """The step that a button of the report's page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "discard":
            return discard_report(report=report, by=by, reason=reason)
        case "withdraw":
            return withdraw_report(report=report, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of a report."))


def _lock(report: CityReport, by: Actor) -> CityReport:
    by.require(Act.OVERSEE)
    visible = CityReport.objects.visible_to(by).select_related("unit")
    locked = visible.select_for_update(of=("self",)).filter(pk=report.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _title_of(period: ReportPeriod) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("Report on joint rewards and sanctions: %(period)s") % {"period": period}


def _require_place(report: CityReport) -> None:
    """Under the lock of the numbering, so that no other is issued meanwhile."""
    other = standing(report)
    if other is not None:
        raise DomainError(
            "report_stands",
            _("%(number)s of this period stands. Withdraw it first, with the reason.") % {"number": other.number},
        )
