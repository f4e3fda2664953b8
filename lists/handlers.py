from typing import Any

from django.dispatch import receiver

from catalog.services.reference_rows import Report
from catalog.signals import reference_loaded
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.signals import unit_succeeded
from jinan_credit.kernel.nudges import nudge
from lists.models import Publication
from lists.models.publication import GIVES_NOTICE
from lists.services.load_lists import load_lists
from lists.services.succession import pass_on_lists
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


@receiver(unit_succeeded, dispatch_uid="lists.pass_on")
def on_unit_succeeded(predecessor: Unit, successor: Unit, by: Actor, reason: str, **kwargs: Any) -> dict[str, int]:
    return pass_on_lists(predecessor=predecessor, successor=successor, by=by, reason=reason)
