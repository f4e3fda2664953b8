"""What stays when its time is over: of supervision notices the letter, its rows, who took which step when; of discarded
reports to the city government the period and the steps."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from catalog.selectors import records_kept_since
from jinan_credit.oversight.enums import ReportState
from jinan_credit.oversight.models import (
    CityReport,
    CityReportMove,
    SupervisionDocument,
    SupervisionMove,
    SupervisionNotice,
    SupervisionRow,
)
from jinan_credit.oversight.models.city_report import SECTIONS
from jinan_credit.oversight.models.supervision import OPEN
from lists.services.erasure import delete, empty, in_batches


def purge_supervision_of(*, entry_ids: list[UUID], publication_ids: list[int]) -> None:
    """Empty what was said in notices about these entries' tasks and cases. Idempotent."""
    about = Q(task__publication__in=publication_ids)
    for path in ("objection__entry", "help_request__objection__entry", "repair__entry"):
        about |= Q(**{f"{path}__in": entry_ids})
    _empty(list(SupervisionRow.objects.filter(about).order_by().values_list("notice", flat=True).distinct()))


def purge_supervision(*, day: date) -> int:
    """Empty what was said in notices that ended before the rule's time. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="retention", limit="supervision_days")
    moves = SupervisionMove.objects.filter(of=OuterRef("pk"))
    ended = SupervisionNotice.objects.exclude(state__in=OPEN)
    return in_batches(ended.filter(~Exists(moves.filter(at__gte=since)), Exists(moves.exclude(reason=""))), _empty)


def _empty(keys: list[Any]) -> None:
    delete(SupervisionDocument.objects.filter(reply__of__in=keys), "file")
    empty(SupervisionMove.objects.filter(of__in=keys), reason="")


def purge_given_up_reports(*, day: date) -> int:
    """Empty the reports to the city government that were discarded long enough ago. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    before = records_kept_since(day, rule="retention", limit="given_up_days")
    discarded = CityReportMove.objects.filter(of=OuterRef("pk"), name="discard", at__lt=before)
    due = CityReport.objects.filter(Exists(discarded), state=ReportState.DISCARDED).exclude(title="")
    return in_batches(due, _empty_reports)


def _empty_reports(keys: list[Any]) -> None:
    empty(CityReportMove.objects.filter(of__in=keys), reason="")
    empty(CityReport.objects.filter(pk__in=keys), **dict.fromkeys(("title", *SECTIONS), ""))
