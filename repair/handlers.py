"""What repairs learn from the lists."""

from typing import Any

from django.dispatch import receiver

from lists.enums import PublicationKind
from lists.models import Publication
from lists.signals import publication_made
from repair.services.decisions import close_repairs_of


@receiver(publication_made, dispatch_uid="repair.close")
def close_repairs(publication: Publication, **kwargs: Any) -> None:
    if publication.kind == PublicationKind.REMOVAL:
        close_repairs_of(publication=publication)
