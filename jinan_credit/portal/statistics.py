"""Counts of organisations on the public site: none is of natural persons, so none tells of one (SD art. 20).

Five statements, however many entries there are, and their result is remembered for a few minutes: a count is no entry,
and the page says of when it is. A task counts anew before it is forgotten, so nobody waits for it.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.core.cache import cache
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from jinan_credit.accounts.applicants import Relation
from jinan_credit.accounts.replica import is_hardly_late, read
from jinan_credit.kernel import clock
from jinan_credit.portal.selectors import public_lists
from lists.enums import CreditPromiseState, Disclosure, EntryState, ExitReason, ListKind, SubjectKind
from lists.models import CreditPromise, Entry
from repair.enums import RepairState
from repair.models import RepairApplication

REMEMBERED = timedelta(minutes=5)
_KEY = "portal.statistics"
MONTHS = 12


@dataclass(frozen=True)
class Count:
    label: str | Promise
    count: int
    kind: str = ""


@dataclass(frozen=True)
class Statistics:
    """Entries of organisations in force, and what became of others in the last twelve months."""

    at: datetime
    kinds: list[Count]
    by_list: list[Count]
    by_month: list[Count]
    by_reason: list[Count]
    repairs: int
    promises: list[Count]


_remembered: list[Statistics] = []
"""In this process; what another one counted lies in the cache."""


def statistics_now() -> Statistics:
    """As counted a few minutes ago at most, and today. Counted here only when nobody else has."""
    for recall in (_of_this_process, _of_the_cache):
        known = recall()
        if known and timedelta(0) <= clock.now() - known.at < REMEMBERED and clock.local_day(known.at) == clock.today():
            _remembered[:] = [known]
            return known
    return renew_statistics()


def renew_statistics() -> Statistics:
    """Count, for all processes."""
    counted = read(is_hardly_late, count)
    _remembered[:] = [counted]
    with suppress(RedisError):
        cache.set(_KEY, counted, REMEMBERED.total_seconds())
    return counted


def forget_statistics() -> None:
    """Count anew at the next look."""
    _remembered.clear()
    with suppress(RedisError):
        cache.delete(_KEY)


def _of_this_process() -> Statistics | None:
    return _remembered[0] if _remembered else None


def _of_the_cache() -> Statistics | None:
    try:
        known: Statistics | None = cache.get(_KEY)
    except RedisError:
        return None
    return known


def count() -> Statistics:
    """Five queries."""
    lists = list(public_lists().prefetch_related(None))
    in_force = Entry.objects.disclosed().filter(credit_list__in=[one.pk for one in lists]).order_by()
    # By publication, as the index has them: what month it was is asked once for each, not once an entry.
    lines = in_force.values_list("credit_list", "published_at").annotate(n=models.Count("pk"))
    of_list, of_month = Counter[int](), Counter[date]()
    for credit_list, published_at, n in lines:
        of_list[credit_list] += n
        of_month[clock.local_day(published_at).replace(day=1)] += n
    of_kind = Counter[str]()
    for one in lists:
        of_kind[one.kind] += of_list[one.pk]
    since = clock.today() - relativedelta(months=MONTHS)
    left = _left(since)
    promised = dict(CreditPromise.objects.public().order_by().values_list("state").annotate(n=models.Count("pk")))
    return Statistics(
        at=clock.now(),
        kinds=[Count(kind.label, of_kind[kind], kind) for kind in ListKind if kind in of_kind],
        by_list=[Count(one.name, of_list[one.pk], one.kind) for one in lists if of_list[one.pk]],
        by_month=_by_month(of_month),
        by_reason=[Count(reason.label, left[reason]) for reason in ExitReason if left.get(reason)],
        repairs=_repairs(since),
        promises=[Count(state.label, promised[state], state) for state in CreditPromiseState if promised.get(state)],
    )


def _by_month(of_month: Mapping[date, int]) -> list[Count]:
    """The last twelve months, newest first; what came before in one line."""
    this = clock.today().replace(day=1)
    months = [this - relativedelta(months=back) for back in range(MONTHS)]
    lines = [Count(f"{month:%Y-%m}", of_month.get(month, 0)) for month in months]
    before = sum(n for month, n in of_month.items() if month < months[-1])
    return [*lines, Count(_("Earlier"), before)] if before else lines


def _left(since: date) -> dict[str, int]:
    left = Entry.objects.filter(
        state=EntryState.REMOVED,
        exit_on__gte=since,
        disclosure=Disclosure.PUBLIC,
        credit_list__disclosure=Disclosure.PUBLIC,
    ).exclude(subject_kind=SubjectKind.NATURAL_PERSON)
    return dict(left.order_by().values_list("exit_reason").annotate(n=models.Count("pk")))


def _repairs(since: date) -> int:
    """Approved ones of organisations; those of related persons are not counted."""
    approved = RepairApplication.objects.filter(
        state=RepairState.APPROVED,
        approved_at__gte=clock.start_of(since),
        entry__disclosure=Disclosure.PUBLIC,
        credit_list__disclosure=Disclosure.PUBLIC,
    )
    hidden = [SubjectKind.NATURAL_PERSON, SubjectKind.ANONYMOUS]
    return approved.exclude(entry__subject_kind__in=hidden).exclude(relation=Relation.RELATED_PERSON).count()
