"""What sanctions does when lower floors tell something. One service call each; safe to hear twice."""

from datetime import date
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.signals import unit_succeeded
from jinan_credit.exchange.signals import changes_acknowledged
from jinan_credit.kernel.nudges import nudge
from lists.models import CreditList, Publication
from lists.signals import entries_purged, publication_made, records_outlived
from sanctions.services.purging import (
    purge_answers,
    purge_batches,
    purge_cases,
    purge_given_up_bulletins,
    purge_given_up_cases,
    purge_kept_parties,
    purge_portfolios,
    purge_screenings,
)
from sanctions.services.succession import pass_on_tasks
from sanctions.services.unit_tasks import open_tasks, sign_acknowledged
from sanctions.tasks import tell_portfolios


@receiver(publication_made, dispatch_uid="sanctions.open_tasks")
def on_publication_made(publication: Publication, **kwargs: Any) -> None:
    open_tasks(publication=publication)
    nudge(tell_portfolios)


@receiver(changes_acknowledged, dispatch_uid="sanctions.sign_acknowledged")
def on_changes_acknowledged(unit: Unit, credit_list: CreditList, seq: int, auto_sign: bool, **kwargs: Any) -> None:
    """A machine's acknowledgement is no signature, unless the unit has chosen to sign automatically."""
    if auto_sign:
        sign_acknowledged(unit=unit, credit_list=credit_list, seq=seq)


@receiver(entries_purged, dispatch_uid="sanctions.purge")
def on_entries_purged(entry_ids: list[UUID], publication_ids: list[int], **kwargs: Any) -> None:
    purge_answers(entry_ids=entry_ids, publication_ids=publication_ids)


@receiver(entries_purged, dispatch_uid="sanctions.purge_cases")
def on_entries_with_cases_purged(entry_ids: list[UUID], **kwargs: Any) -> None:
    purge_cases(entry_ids=entry_ids)


@receiver(records_outlived, dispatch_uid="sanctions.purge_screenings")
def on_records_outlived(day: date, **kwargs: Any) -> dict[str, int]:
    return {
        "screenings": purge_screenings(day=day),
        "cases": purge_given_up_cases(day=day),
        "bulletins": purge_given_up_bulletins(day=day),
        "batches of parties": purge_batches(day=day),
        "parties of portfolios": purge_kept_parties(day=day),
        "portfolios": purge_portfolios(day=day),
    }


@receiver(unit_succeeded, dispatch_uid="sanctions.pass_on")
def on_unit_succeeded(predecessor: Unit, successor: Unit, by: Actor, reason: str, **kwargs: Any) -> dict[str, int]:
    return pass_on_tasks(predecessor=predecessor, successor=successor, by=by, reason=reason)
