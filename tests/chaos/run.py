"""A run: strikes by the plan, watches meanwhile, lets the house settle, heals what units rejected, and judges."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import Error as DatabaseError
from django.db import connection

from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.rules import LONGEST_DELAY
from tests.chaos import invariants
from tests.chaos.faults import DUMP, RESTORE
from tests.chaos.feeds import Feeds, Promises
from tests.chaos.invariants import Crash
from tests.chaos.journal import What
from tests.chaos.plan import Stroke
from tests.chaos.programs import BEATS, GROUPS, POSTGRES, PUBLISHERS, PUSH_LOOP, WEB, WORKERS
from tests.chaos.service import Service
from tests.chaos.world import World

LOOK_EVERY = 2.0
TEND_EVERY = 1.0
PATIENCE = 60.0

Say = Callable[[str], None]


@dataclass
class Figures:
    faults: "Counter[str]" = field(default_factory=Counter)
    ended: "Counter[str]" = field(default_factory=Counter)
    oldest: float = 0.0
    overdue: float = 0.0
    settled_in: float = 0.0
    looks: int = 0


class Run:
    def __init__(self, world: World, plan: list[Stroke], say: Say) -> None:
        self.world, self.plan, self.say = world, plan, say
        self.feeds, self.promises = Feeds(), Promises(world.journals)
        self.figures = Figures()
        self.crashes: list[Crash] = []
        self._struck_at: dict[Stroke, float] = {}
        self.complaints: dict[str, list[str]] = {name: [] for name in invariants.ALL}
        self._longest_outage = max((stroke.lasts for stroke in plan), default=0.0)
        self._began = time.monotonic()
        self._looked_at = self._tended_at = 0.0

    def play(self) -> bool:
        """The whole run. True when everything held."""
        self._begin_work()
        self._strike()
        self._settle()
        self._heal()
        self._judge()
        return not any(self.complaints.values())

    def complain(self, invariant: str, complaints: Iterable[str]) -> None:
        """Each is said at once, and only once."""
        for complaint in complaints:
            if complaint not in self.complaints[invariant]:
                self.complaints[invariant].append(complaint)
                self.say(f"{self._now()} BROKEN {invariant}: {complaint}")

    def _begin_work(self) -> None:
        """The first list reaches everybody; then others are published."""
        self.world.dump()
        self.world.finish_dump()
        self.world.programs.launch(WEB, *GROUPS[WORKERS], *GROUPS[BEATS], PUSH_LOOP)
        self._wait_until_level()
        self.world.programs.launch(*GROUPS[PUBLISHERS])
        self._wait_until_something_is_published()
        self.say(f"{self._now()} the first list is everywhere, more is published: faults begin")

    # Faults -------------------------------------------------------------------------------------------------------

    def _strike(self) -> None:
        """What takes long to begin or to end moves all that follows: the order of the plan stays."""
        origin = time.monotonic()
        for at, stroke, act in self._agenda():
            while time.monotonic() < origin + at:
                self._watch()
                time.sleep(0.05)
            begun = time.monotonic()
            act(stroke)
            origin += time.monotonic() - begun

    def _agenda(self) -> list[tuple[float, Stroke, Callable[[Stroke], None]]]:
        begins = [(stroke.at, stroke, self._begin) for stroke in self.plan]
        ends = [(stroke.at + stroke.lasts, stroke, self._end) for stroke in self.plan if stroke.lasts]
        return sorted([*begins, *ends], key=lambda event: event[0])

    def _begin(self, stroke: Stroke) -> None:
        if stroke.fault is not DUMP:
            self.figures.faults[stroke.fault.name] += 1
            self.say(f"{self._now()} {self.figures.faults.total():3} {stroke}")
        self._struck_at[stroke] = time.time()
        begun = time.monotonic()
        stroke.fault.begin(self.world, stroke)
        if not stroke.lasts:
            self._note_crash(stroke)
        if stroke.fault is RESTORE:
            self._longest_outage = max(self._longest_outage, time.monotonic() - begun)
            self.promises.forget_since(self.world.dumped_at)
            self.complain(invariants.PROMISES, self.promises.broken())
            self._wait_until_something_is_published()

    def _end(self, stroke: Stroke) -> None:
        stroke.fault.end(self.world, stroke)
        self._note_crash(stroke)
        if stroke.target == POSTGRES:
            self.complain(invariants.PROMISES, self.promises.broken())

    def _note_crash(self, stroke: Stroke) -> None:
        """From when it struck until what it struck is back."""
        if stroke.fault.repeats:
            unit = stroke.target if stroke.fault.repeats == "own" else ""
            self.crashes.append(Crash(self._struck_at[stroke], time.time(), unit))

    # Watching -----------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        if time.monotonic() > self._tended_at + TEND_EVERY:
            tended_before = time.time() - (time.monotonic() - self._tended_at)
            self._tended_at = time.monotonic()
            for name in self.world.programs.tend():
                self.figures.ended[name] += 1
                self.crashes.append(Crash(tended_before, time.time()))
                self.say(f"{self._now()}     {name} ended by itself and is started again")
        if time.monotonic() > self._looked_at + LOOK_EVERY and not self.world.is_away(POSTGRES):
            try:
                self._look()
            except DatabaseError:
                connection.close()
            self._looked_at = time.monotonic()

    def _look(self) -> None:
        holdings = [(unit, holding) for unit, copy in self.world.copies.items() for holding in copy.holdings()]
        self.complain(invariants.GAPS, self.feeds.read())
        for unit, holding in holdings:
            if wrong := self.feeds.difference(holding):
                self.complain(invariants.COPIES, [f"{unit} {holding.code} {wrong}"])
        overdue, oldest, complaints = invariants.waiting(self._longest_outage, self.world.back_at(POSTGRES))
        self.complain(invariants.WAITING, complaints)
        self.figures.overdue = max(self.figures.overdue, overdue)
        self.figures.oldest = max(self.figures.oldest, oldest)
        self.figures.looks += 1

    def _wait_until_something_is_published(self) -> None:
        count, ends_at = len(self.promises.made), time.monotonic() + PATIENCE
        while len(self.promises.made) == count and time.monotonic() < ends_at:
            self._watch()
            time.sleep(0.1)
            self.promises.read()

    # The end ------------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """No more faults, no more publications; whoever failed is waited for as long as his back-off says."""
        for name in GROUPS[PUBLISHERS]:
            self.world.programs.kill(name)
        for copy in self.world.copies.values():
            copy.forget_orders()
        self._longest_outage = 0.0
        begun = time.monotonic()
        self._wait_until_level()
        self.figures.settled_in = time.monotonic() - begun
        self.say(f"{self._now()} settled in {self.figures.settled_in:.0f} s")

    def _wait_until_level(self) -> None:
        ends_at = time.monotonic() + LONGEST_DELAY + 60
        while Cursor.objects.behind().exists():
            self._watch()
            time.sleep(0.2)
            if self.complaints[invariants.WAITING] or time.monotonic() > ends_at:
                self.complain(invariants.WAITING, ["the house did not settle"])
                return

    def _heal(self) -> None:
        """Units that rejected changes go back before the first of them and ask for them again."""
        for unit, copy in self.world.copies.items():
            self.complain(invariants.PARKED, invariants.unrecorded(unit, copy))
            for holding in copy.holdings():
                if holding.refused:
                    back = copy.go_back(holding.code, holding.position.seq - min(holding.refused) + 1)
                    Service(copy).post("/api/v1/endpoint/rewind/", {"list": holding.code, "to": str(back)})
        self._wait_until_level()

    def _judge(self) -> None:
        self._look()
        self.complain(invariants.PROMISES, self.promises.broken())
        everything_made = self.promises.made + self.promises.forgotten
        self.complain(
            invariants.OUTAGES, invariants.stalled(everything_made, self.promises.failures, self.world.outages)
        )
        for unit, copy in self.world.copies.items():
            journal = copy.journal()
            self.complain(invariants.VERSIONS, invariants.of_kind(journal, What.STALE))
            self.complain(invariants.SIGNED, invariants.of_kind(journal, What.FORGED))
            self.complain(invariants.CHAIN, [f"{unit} {wrong}" for wrong in invariants.breaks(journal)])
            self.complain(invariants.REPEATS, invariants.unexplained_repeats(unit, journal, self.crashes))
            self.complain(invariants.DIGESTS, invariants.differing_digests(unit, copy))

    def _now(self) -> str:
        return f"{time.monotonic() - self._began:7.1f} s"
