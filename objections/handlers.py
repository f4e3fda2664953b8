"""What objections learn from the lists."""

from typing import Any

from django.dispatch import receiver

from lists.enums import PublicationKind
from lists.models import Publication
from lists.signals import publication_made
from objections.services.decisions import close_objections_of


@receiver(publication_made, dispatch_uid="objections.close")
def close_objections(publication: Publication, **kwargs: Any) -> None:
    if publication.kind == PublicationKind.REMOVAL:
        close_objections_of(publication=publication)
