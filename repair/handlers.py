"""What repairs learn from the lists."""

from datetime import date
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.signals import unit_succeeded
from lists.enums import PublicationKind
from lists.models import Publication
from lists.signals import entries_purged, publication_made, records_outlived
from repair.services.decisions import close_repairs_of
from repair.services.purging import purge_repairs, purge_unfounded_repairs
from repair.services.succession import pass_on_repairs


@receiver(publication_made, dispatch_uid="repair.close")
def close_repairs(publication: Publication, **kwargs: Any) -> None:
    if publication.kind == PublicationKind.REMOVAL:
        close_repairs_of(publication=publication)


@receiver(entries_purged, dispatch_uid="repair.purge")
def on_entries_purged(entry_ids: list[UUID], **kwargs: Any) -> None:
    purge_repairs(entry_ids=entry_ids)


@receiver(records_outlived, dispatch_uid="repair.purge_unfounded")
def on_records_outlived(day: date, **kwargs: Any) -> dict[str, int]:
    return {"repairs": purge_unfounded_repairs(day=day)}


@receiver(unit_succeeded, dispatch_uid="repair.pass_on")
def on_unit_succeeded(predecessor: Unit, successor: Unit, by: Actor, reason: str, **kwargs: Any) -> dict[str, int]:
    return pass_on_repairs(predecessor=predecessor, successor=successor, by=by, reason=reason)
