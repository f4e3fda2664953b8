"""What objections learn from the lists."""

from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.signals import unit_succeeded
from lists.enums import PublicationKind
from lists.models import Publication
from lists.signals import demonstration_made, entries_purged, publication_made, records_outlived
from objections.services.decisions import close_objections_of
from objections.services.demonstration import demonstrate_tip_offs
from objections.services.purging import (
    purge_objections,
    purge_tip_offs,
    purge_tip_offs_of,
    purge_unfounded_objections,
)
from objections.services.succession import pass_on_cases


@receiver(demonstration_made, dispatch_uid="objections.demonstrate")
def on_demonstration_made(random: Random, **kwargs: Any) -> None:
    demonstrate_tip_offs(random=random)


@receiver(publication_made, dispatch_uid="objections.close")
def close_objections(publication: Publication, **kwargs: Any) -> None:
    if publication.kind == PublicationKind.REMOVAL:
        close_objections_of(publication=publication)


@receiver(entries_purged, dispatch_uid="objections.purge")
def on_entries_purged(entry_ids: list[UUID], **kwargs: Any) -> None:
    purge_objections(entry_ids=entry_ids)
    purge_tip_offs_of(entry_ids=entry_ids)


@receiver(records_outlived, dispatch_uid="objections.purge_tip_offs")
def on_records_outlived(day: date, **kwargs: Any) -> dict[str, int]:
    return {"tip-offs": purge_tip_offs(day=day), "objections": purge_unfounded_objections(day=day)}


@receiver(unit_succeeded, dispatch_uid="objections.pass_on")
def on_unit_succeeded(predecessor: Unit, successor: Unit, by: Actor, reason: str, **kwargs: Any) -> dict[str, int]:
    return pass_on_cases(predecessor=predecessor, successor=successor, by=by, reason=reason)
