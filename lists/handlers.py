from typing import Any

from django.dispatch import receiver

from catalog.services.reference_rows import Report
from catalog.signals import reference_loaded
from jinan_credit.kernel.nudges import nudge
from lists.models import Publication
from lists.models.publication import GIVES_NOTICE
from lists.services.load_lists import load_lists
from lists.signals import publication_made
from lists.tasks import issue_notices


@receiver(reference_loaded)
def load_lists_with_the_catalogue(report: Report, **kwargs: Any) -> None:
    load_lists(report)


@receiver(publication_made)
def give_notice(publication: Publication, **kwargs: Any) -> None:
    """The notices follow the publication; it does not wait for them."""
    if publication.kind in GIVES_NOTICE:
        nudge(issue_notices, publication.pk)
