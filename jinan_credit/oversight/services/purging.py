"""What stays when its time is over: of supervision notices the letter, its rows, who took which step when; of discarded
reports to the city government the period and the steps; of a log of access nothing."""

from datetime import date
from typing import Any
from uuid import UUID

from axes.models import AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.selectors import records_kept_since
from jinan_credit.accounts.models import SignInLock, SignInLockLift
from jinan_credit.oversight.enums import ReportState
from jinan_credit.oversight.models import (
    AuditExport,
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
    for path in ("objection__entry", "help_request__objection__entry", "repair__entry", "proposal__entry"):
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


def purge_access_logs(*, day: date) -> int:
    """Delete sign-ins, locks and acts of administrators a year old, files of the audit after the time of queries.

    The reveals of a number go with the party, the looks at a reporter lose their reason with the tip-off.
    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    a_year = records_kept_since(day, rule="access-log", limit="keep_days")
    queries = records_kept_since(day, rule="access-log", limit="person_query_keep_days")
    logs: list[QuerySet[Any]] = [
        AccessLog.objects.filter(attempt_time__lt=a_year),
        AccessFailureLog.objects.filter(attempt_time__lt=a_year),
        LogEntry.objects.filter(action_time__lt=a_year),
        SignInLockLift.objects.filter(lock__at__lt=a_year),
        SignInLock.objects.filter(at__lt=a_year),
        AuditExport.objects.filter(at__lt=queries),
    ]
    return sum(_delete_all(due) for due in logs)


def _delete_all(due: QuerySet[Any]) -> int:
    return in_batches(due, lambda keys: delete(due.model._default_manager.filter(pk__in=keys)))
