"""A unit was succeeded: open applications for repair lie on the successor's desk."""

from django.db import transaction

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import pass_on
from repair.models import RepairApplication, RepairMove, RepairQuerySet


def open_repairs_of_unit(unit: Unit) -> RepairQuerySet:
    return RepairApplication.objects.open().filter(unit=unit)


@transaction.atomic
def pass_on_repairs(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """Their days run on. By the system, as part of the succession. Returns {what: how many}."""
    return {"repairs": pass_on(RepairMove, open_repairs_of_unit(predecessor), successor, by=by, reason=reason)}
