"""What must hold, during the run and at its end. Each judgement is a list of complaints; none is good."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from jinan_credit.exchange import rules
from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.enums import EndpointState, Via
from jinan_credit.exchange.models import Cursor, ParkedChange
from jinan_credit.exchange.services.leases import LEASE
from jinan_credit.kernel import clock
from lists.models import CreditList
from tests.chaos.copies import Copy
from tests.chaos.feeds import Promise
from tests.chaos.journal import Line, Position, What, digest
from tests.chaos.service import Service
from tests.chaos.world import Outage

SWEEP = 5.0
GRACE = 45.0
"""Seconds that processes need to start on a busy machine."""
LONG_OUTAGE = 7.0
"""Seconds; the first nudge into a frozen Redis is given up after five."""
ON_THE_WIRE = 12.0
"""Seconds; a message whose sender is gone may still be taken, up to its deadline and a little more."""

COPIES = "every copy equals the list, at every position"
DIGESTS = "at the end every unit's digest equals ours"
VERSIONS = "versions of an entry rise at the receiver"
CHAIN = "the chain from/to has no break"
REPEATS = "a batch is repeated only by a crash meanwhile, one for each"
OUTAGES = "publication succeeds while Redis is away"
WAITING = "nobody waits longer than the back-off says"
PARKED = "rejected changes are on record"
PROMISES = "what was committed is in the feed"
GAPS = "the feed has no gap and never goes back"
SIGNED = "every message is signed"
ALL = (COPIES, DIGESTS, VERSIONS, CHAIN, REPEATS, OUTAGES, WAITING, PARKED, PROMISES, GAPS, SIGNED)


# What the receivers wrote down ----------------------------------------------------------------------------------------


def breaks(journal: Iterable[Line]) -> Iterator[str]:
    """Each batch taken begins where the one before ended, unless the copy itself went back or began anew."""
    stands: dict[str, tuple[str, int]] = {}
    has_gone_back: set[str] = set()
    for line in journal:
        start = (line.epoch, line.start)
        if line.what == What.TAKEN:
            if stands.get(line.code, (line.epoch, 0)) != start:
                yield f"{line.code}: {start} was taken at {stands.get(line.code)}"
            has_gone_back.discard(line.code)
        elif line.what == What.WENT_BACK:
            has_gone_back.add(line.code)
        elif line.what in (What.FOREIGN, What.TORN) or (line.what == What.AHEAD and line.code not in has_gone_back):
            yield f"{line.code}: a batch that is {line.what} came from {start} at {stands.get(line.code)}"
        if line.what in (What.TAKEN, What.WENT_BACK, What.SNAPSHOT):
            stands[line.code] = (line.epoch, line.stop)


def of_kind(journal: Iterable[Line], *kinds: What) -> list[str]:
    return [f"{line.code} {line.epoch}:{line.start}-{line.stop} {line.what}" for line in journal if line.what in kinds]


def repeated(journal: Iterable[Line]) -> "Counter[str]":
    """By list: batches that brought changes which the copy had taken and acknowledged before."""
    return Counter(line.code for line in journal if line.what in (What.AGAIN, What.BEHIND))


@dataclass(frozen=True)
class Crash:
    """What may have cost an acknowledgement: from when to when, and whose; without a unit anybody's."""

    since: float
    until: float
    unit: str = ""

    def is_between(self, heard: float, heard_again: float) -> bool:
        return self.since <= heard_again and heard <= self.until + ON_THE_WIRE


def unexplained_repeats(unit: str, journal: list[Line], crashes: Iterable[Crash]) -> Iterator[str]:
    """Repeated batches without a crash since they came before. A crash explains one of each list, and no second."""
    of_unit = [crash for crash in crashes if crash.unit in ("", unit)]
    for code in repeated(journal):
        lines = [line for line in journal if line.code == code]
        lost = [Crash(line.at, line.at) for line in lines if line.what == What.LOST]
        unused = sorted([*of_unit, *lost], key=lambda crash: crash.until)
        for heard, line in _heard_again(lines):
            cause = next((crash for crash in unused if crash.is_between(heard, line.at)), None)
            if cause:
                unused.remove(cause)
            else:
                yield f"{unit} {code}: {line.epoch}:{line.start}-{line.stop} came again without a crash meanwhile"


def _heard_again(lines: list[Line]) -> Iterator[tuple[float, Line]]:
    """Each repeated batch of a list, and when the copy last heard of one that begins at the same place."""
    heard: dict[tuple[str, int], float] = {}
    for line in lines:
        if line.what in (What.AGAIN, What.BEHIND):
            yield heard.get((line.epoch, line.start), 0.0), line
        if line.what in (What.TAKEN, What.AGAIN, What.BEHIND):
            heard[line.epoch, line.start] = line.at


def unrecorded(unit: str, copy: Copy) -> Iterator[str]:
    """Rejected changes that nobody will see. Where the answer was lost in a crash, the batch came once more."""
    journal = copy.journal()
    came_again = {
        (line.code, line.epoch, seq)
        for line in journal
        if line.what in (What.AGAIN, What.BEHIND)
        for seq in range(line.start + 1, line.stop + 1)
    }
    parked = set(
        ParkedChange.objects.filter(cursor__unit__code=unit).values_list("cursor__credit_list__code", "epoch", "seq")
    )
    for holding in copy.holdings():
        for seq in holding.refused:
            rejected = (holding.code, holding.position.epoch, seq)
            if rejected not in parked | came_again:
                yield f"{unit}: {rejected} was rejected"


def differing_digests(unit: str, copy: Copy) -> Iterator[str]:
    """Three digests of each list at its head: ours, what the unit is told by REST, and that of the copy."""
    service = Service(copy)
    held = {holding.code: holding for holding in copy.holdings()}
    for credit_list in CreditList.objects.order_by("code"):
        ours, told, theirs = digest_of(credit_list), service.digest(credit_list.code), held.get(credit_list.code)
        if theirs is None or theirs.position != Position(ours.at.epoch, ours.at.seq):
            yield f"{unit} {credit_list.code} stands at {theirs and theirs.position}, not at {ours.at}"
        elif not (list(ours.buckets) == told["buckets"] == digest(theirs.entries)):
            yield f"{unit} {credit_list.code} differs at {ours.at}"


# What publishers were told --------------------------------------------------------------------------------------------


def stalled(made: list[Promise], failures: list[tuple[float, float, str]], outages: list[Outage]) -> Iterator[str]:
    """Nothing fails but for the database; while Redis alone is away acts are committed, and their nudges given up."""
    without_database = [outage for outage in outages if outage.what == "postgres"]
    for began, at, words in failures:
        if not any(began <= away.until + GRACE and at >= away.since for away in without_database):
            yield f"{words} at {at:.0f}, with the database there"
    for outage in outages:
        is_long = outage.what == "redis" and _undisturbed(outage, without_database) >= LONG_OUTAGE
        if is_long and not any(one.began <= outage.until and one.at >= outage.since for one in made):
            yield f"nothing was published in {outage.until - outage.since:.0f} s without Redis"


def _undisturbed(outage: Outage, others: list[Outage]) -> float:
    """Seconds of an outage; none when the database was away too, or had just come back."""
    is_disturbed = any(other.since <= outage.until and other.until + SWEEP >= outage.since for other in others)
    return 0.0 if is_disturbed else outage.until - outage.since


# What the cursors say -------------------------------------------------------------------------------------------------


def waiting(longest_outage: float, database_back_at: float) -> tuple[float, float, list[str]]:
    """Seconds by which an attempt is overdue at most; the age of the oldest change not taken; and complaints.

    A cursor is due when it is behind, its own time has come and nobody holds a lease on it. A sweep finds it, once
    there is something to sweep with. Nothing is counted from before the database came back last, perhaps from a dump.
    """
    now = clock.now()
    back_at = datetime.fromtimestamp(database_back_at, tz=UTC)
    complaints: list[str] = []
    overdue = age = 0.0
    behind = Cursor.objects.behind().filter(via=Via.PUSH, unit__endpoint__state=EndpointState.ACTIVE)
    for cursor in behind.with_lag().select_related("unit__endpoint", "credit_list"):
        begun = max(cursor.behind_since or back_at, back_at)  # type: ignore[attr-defined]
        since = [begun, cursor.next_attempt_at, cursor.lease_until, cursor.unit.endpoint.held_until]
        late = (now - max(moment for moment in since if moment)).total_seconds()
        overdue, age = max(overdue, late), max(age, (now - begun).total_seconds())
        if late > SWEEP + LEASE.total_seconds() + longest_outage + GRACE:
            complaints.append(f"{cursor.unit.code} {cursor.credit_list.code} has been due for {late:.0f} s")
        ahead = (cursor.next_attempt_at - now).total_seconds()
        if cursor.failures and ahead > rules.delay_after(cursor.failures, 1.0):
            complaints.append(f"{cursor.unit.code} waits {ahead:.0f} s after {cursor.failures} failures")
    return overdue, age, complaints
