"""The table at the end of a run."""

from tests.chaos.invariants import ALL, repeated
from tests.chaos.journal import What
from tests.chaos.run import Run


def summary(run: Run) -> str:
    journals = {unit: copy.journal() for unit, copy in run.world.copies.items()}
    figures = run.figures
    taken = sum(line.what == What.TAKEN for journal in journals.values() for line in journal)
    crashes = len(run.crashes) + sum(line.what == What.LOST for journal in journals.values() for line in journal)
    again = sum(repeated(journal).total() for journal in journals.values())
    rows = [
        ("faults", str(figures.faults.total())),
        *((f"  {name}", str(count)) for name, count in sorted(figures.faults.items())),
        ("changes published", str(sum(one.last - one.first + 1 for one in run.promises.made + run.promises.forgotten))),
        ("batches delivered", str(taken)),
        ("batches repeated", f"{again}, by {crashes} crashes, {len(journals)} units, 2 lists"),
        ("oldest change not taken", f"{figures.oldest:.0f} s"),
        ("longest wait of a cursor that was due", f"{figures.overdue:.0f} s"),
        ("all level after the last fault", f"{figures.settled_in:.0f} s"),
        ("looks at all copies meanwhile", str(figures.looks)),
        ("processes that ended by themselves", str(figures.ended.total())),
    ]
    rows += [(name, _verdict(run.complaints[name])) for name in ALL]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {value}" for name, value in rows)


def _verdict(complaints: list[str]) -> str:
    return f"BROKEN ({len(complaints)}): {complaints[0]}" if complaints else "ok"
