"""What a report means for the unit's tasks: listing and period are fed back, a confirmed release opens again."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.moves import make_moves
from lists.enums import PublicationKind
from lists.models import Change
from sanctions.enums import MatchedAs, Outcome, TaskKind, TaskState
from sanctions.models import Execution, UnitTask, UnitTaskMove
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.selectors.releases import releases_of_persons_off, releases_reached_by_entries
from sanctions.services.periodic_feedback import count_reports
from sanctions.workflow import AFTER_SIGNING, UNIT_TASK


def tell_tasks(executions: Sequence[Execution], *, by: Actor) -> None:
    """The signed tasks of the listings and the periods are fed back; a release that was confirmed has one more to lift.

    Locked in this order by every report, for one on a period holds that task first; and of each kind all at once, by
    key: two who answer for the same parties in whatever order do not wait for each other for ever.
    """
    entries = {execution.entry_id for execution in executions if execution.entry_id is not None}
    make_moves(UnitTaskMove, listing_tasks(entries, by=by), UNIT_TASK, "feed_back", by=by)
    count_reports(executions=executions)
    first = executions[0]
    reopen_releases(first, releases_reached_by_entries(first.unit_id, entries))
    on_persons = [one for one in executions if one.hit is not None and one.hit.matched_as == MatchedAs.RELATED_PERSON]
    if on_persons:
        reopen_releases(first, releases_of_persons_off(first.unit_id, on_persons))


def reopen_releases(execution: Execution, reached: UnitTaskQuerySet) -> None:
    """Locked in whatever state: one that is being confirmed at this moment has not seen this measure."""
    if execution.outcome != Outcome.APPLIED:
        return
    releases = reached.order_by("pk").select_for_update(of=("self",))
    confirmed = [release for release in releases if release.state == TaskState.CONFIRMED]
    reason = _("A measure was reported after the release was confirmed.")
    make_moves(UnitTaskMove, confirmed, UNIT_TASK, "reopen_release", by=SYSTEM, reason=reason)


def listing_tasks(entries: Collection[UUID], *, by: Actor) -> list[UnitTask]:
    """The unit's signed tasks of the publications that listed the entries, locked."""
    tasks = UnitTask.objects.of_unit(by).filter(
        kind=TaskKind.SIGN,
        state__in=AFTER_SIGNING,
        publication__kind=PublicationKind.LISTING,
        publication__in=Change.objects.filter(entry__in=entries).values("publication"),
    )
    return list(tasks.order_by("pk").select_for_update(of=("self",)))
