"""What objections learn from the lists."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from lists.enums import PublicationKind
from lists.models import Publication
from lists.signals import entries_purged, publication_made
from objections.services.decisions import close_objections_of
from objections.services.purging import purge_objections


@receiver(publication_made, dispatch_uid="objections.close")
def close_objections(publication: Publication, **kwargs: Any) -> None:
    if publication.kind == PublicationKind.REMOVAL:
        close_objections_of(publication=publication)


@receiver(entries_purged, dispatch_uid="objections.purge")
def on_entries_purged(entry_ids: list[UUID], **kwargs: Any) -> None:
    purge_objections(entry_ids=entry_ids)
