"""What the exchange does when the lists tell something.

A publication took effect: once it is committed, senders are nudged. A dead broker neither stops nor slows it. Units
were told of an event: so are their office systems.
"""

import time
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.dispatch import receiver

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import StaffMessage, Unit
from jinan_credit.accounts.signals import staff_told, unit_succeeded
from jinan_credit.exchange import tasks
from jinan_credit.exchange.services.office_sending import queue_for_offices
from jinan_credit.exchange.services.purging import empty_rejections, purge_logs, purge_messages
from jinan_credit.exchange.services.succession import pass_on_copies, pass_on_office_system
from jinan_credit.kernel.nudges import nudge as nudge_task
from lists.models import Publication
from lists.signals import entries_purged, publication_made, records_outlived

log = structlog.get_logger(__name__)

_QUIET_SECONDS = 15.0
_quiet = {"until": 0.0}


@receiver(publication_made, dispatch_uid="exchange.nudge_senders")
def nudge_senders(sender: Any, *, publication: Publication, **kwargs: Any) -> None:
    list_id = publication.credit_list_id
    transaction.on_commit(lambda: nudge(list_id), robust=True)


def nudge(list_id: int) -> None:
    """Never raises. After a failure the broker is left alone for a while; the sweep finds the cursors meanwhile."""
    if time.monotonic() < _quiet["until"]:
        return
    try:
        tasks.fan_out.apply_async((list_id,), retry=False, expires=30)
    except Exception as error:  # noqa: BLE001 - whatever the broker does, the publication stands
        _quiet["until"] = time.monotonic() + _QUIET_SECONDS
        log.warning("nudge_lost", list=list_id, error=repr(error))


@receiver(staff_told, dispatch_uid="exchange.queue_for_offices")
def on_staff_told(messages: list[StaffMessage], **kwargs: Any) -> None:
    if queue_for_offices(messages=messages):
        nudge_task(tasks.send_to_offices)


@receiver(entries_purged, dispatch_uid="exchange.purge")
def on_entries_purged(entry_ids: list[UUID], **kwargs: Any) -> None:
    empty_rejections(entry_ids=entry_ids)


@receiver(records_outlived, dispatch_uid="exchange.purge_logs")
def on_records_outlived(day: date, **kwargs: Any) -> dict[str, int]:
    return {**purge_logs(day=day), **purge_messages(day=day)}


@receiver(unit_succeeded, dispatch_uid="exchange.pass_on")
def on_unit_succeeded(predecessor: Unit, successor: Unit, by: Actor, reason: str, **kwargs: Any) -> dict[str, int]:
    told: dict[str, Any] = {"predecessor": predecessor, "successor": successor, "by": by, "reason": reason}
    return pass_on_copies(**told) | pass_on_office_system(**told)
