"""A unit may act before it signs: what it has reported by then counts as soon as it has signed."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.moves import make_moves
from lists.enums import PublicationKind
from lists.models import Change
from sanctions.models import Execution, UnitTask, UnitTaskMove
from sanctions.workflow import UNIT_TASK


def count_earlier_reports(signed: Sequence[UnitTask], *, by: Actor) -> None:
    """The listings just signed on whose entries the unit has a valid report are fed back. `signed` are locked.

    A report on another task (of a correction, say) counts there.
    """
    by_key = {task.pk: task for task in signed}
    told = [by_key[pk] for pk in _reported(UnitTask.objects.filter(pk__in=by_key)).values_list("pk", flat=True)]
    make_moves(UnitTaskMove, told, UNIT_TASK, "feed_back", by=by, more=lambda task: {"unit": task.unit})


def _reported(tasks: QuerySet[UnitTask]) -> QuerySet[UnitTask]:
    listed = Change.objects.filter(entry=OuterRef("entry"), publication=OuterRef(OuterRef("publication")))
    reports = Execution.objects.valid().filter(Exists(listed), unit=OuterRef("unit"), task=None)
    return tasks.filter(Exists(reports), publication__kind=PublicationKind.LISTING).order_by("pk")
