"""What oversight does when lower floors tell something. One service call each; safe to hear twice."""

from datetime import date
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from catalog.signals import cases_escalated
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import EscalationRecord, Unit
from jinan_credit.accounts.signals import unit_succeeded
from jinan_credit.oversight.services.demonstration import demonstrate_oversight
from jinan_credit.oversight.services.escalations import tell_coordinators
from jinan_credit.oversight.services.purging import (
    purge_access_logs,
    purge_given_up_reports,
    purge_supervision,
    purge_supervision_of,
)
from jinan_credit.oversight.services.succession import pass_on_supervision
from lists.signals import demonstration_made, entries_purged, records_outlived


@receiver(demonstration_made, dispatch_uid="oversight.demonstrate")
def on_demonstration_made(**kwargs: Any) -> None:
    demonstrate_oversight()


@receiver(entries_purged, dispatch_uid="oversight.purge")
def on_entries_purged(entry_ids: list[UUID], publication_ids: list[int], **kwargs: Any) -> None:
    purge_supervision_of(entry_ids=entry_ids, publication_ids=publication_ids)


@receiver(records_outlived, dispatch_uid="oversight.purge_outlived")
def on_records_outlived(day: date, **kwargs: Any) -> dict[str, int]:
    return {
        "supervision notices": purge_supervision(day=day),
        "reports to the city government": purge_given_up_reports(day=day),
        "logs of access": purge_access_logs(day=day),
    }


@receiver(unit_succeeded, dispatch_uid="oversight.pass_on")
def on_unit_succeeded(predecessor: Unit, successor: Unit, by: Actor, reason: str, **kwargs: Any) -> dict[str, int]:
    return pass_on_supervision(predecessor=predecessor, successor=successor, by=by, reason=reason)


@receiver(cases_escalated, dispatch_uid="oversight.tell_coordinators")
def on_cases_escalated(records: list[EscalationRecord], **kwargs: Any) -> None:
    tell_coordinators(records=records)
