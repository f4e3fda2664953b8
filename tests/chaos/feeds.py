"""Our side: the feed of each list, replayed change by change as a reader sees it; and what publishers were told."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lists.models import Change, FeedHead, Publication
from tests.chaos.journal import Holding


class Replayed(NamedTuple):
    op: str
    entry: str
    version: int


class Feeds:
    def __init__(self) -> None:
        self.epochs: dict[str, str] = {}
        self.changes: dict[str, list[Replayed]] = {}
        self.read_in_all = 0

    def read(self) -> list[str]:
        """Read on. Gives what no reader may ever see: a head that goes back, a number missing below the head."""
        return [wrong for head in FeedHead.objects.select_related("credit_list") for wrong in self._read(head)]

    def _read(self, head: FeedHead) -> Iterator[str]:
        code = head.credit_list.code
        if self.epochs.get(code) != head.epoch:
            self.epochs[code], self.changes[code] = head.epoch, []
        known = self.changes[code]
        if head.seq < len(known):
            yield f"{code}: the head went from {len(known)} back to {head.seq}"
            return
        columns = ("seq", "op", "entry_id", "version")
        rows = list(Change.objects.between(head.pk, len(known), head.seq).values_list(*columns))
        if [seq for seq, *_rest in rows] != list(range(len(known) + 1, head.seq + 1)):
            yield f"{code}: numbers are missing between {len(known)} and {head.seq}"
            return
        known += [Replayed(op, str(entry), version) for _seq, op, entry, version in rows]
        self.read_in_all += len(rows)

    def difference(self, holding: Holding) -> str:
        """How a copy differs from the list as it was at its position; empty when it does not, or is of a past epoch.

        What the unit itself has refused it need not hold.
        """
        code, at = holding.code, holding.position
        if self.epochs.get(code) != at.epoch:
            return ""
        if at.seq > len(self.changes[code]):
            return f"stands at {at}, beyond the head {len(self.changes[code])}"
        expected: dict[str, int] = {}
        for seq, (op, entry, version) in enumerate(self.changes[code][: at.seq], 1):
            if seq <= holding.base or seq not in holding.refused:
                expected.pop(entry, None)
                if op == "upsert":
                    expected[entry] = version
        wrong = expected.items() ^ holding.entries.items()
        return f"differs at {at} in {len(wrong)} entries and versions: {sorted(wrong)[:4]}" if wrong else ""


@dataclass(frozen=True)
class Promise:
    """An act whose commit the publisher was told."""

    began: float
    at: float
    publication: int
    code: str
    first: int
    last: int


class Promises:
    """What the publishers' journals say, read on as they grow."""

    def __init__(self, journals: list[Path]) -> None:
        self._journals = dict.fromkeys(journals, 0)
        self.made: list[Promise] = []
        self.forgotten: list[Promise] = []
        self.failures: list[tuple[float, float, str]] = []

    def read(self) -> None:
        for path, offset in self._journals.items():
            if not path.exists():
                continue
            with path.open("rb") as file:
                file.seek(offset)
                whole = file.read().rpartition(b"\n")[0]
            self._journals[path] = offset + len(whole)
            for line in whole.splitlines():
                self._read(line)

    def forget_since(self, moment: float) -> None:
        """After a restore the dump is the truth: what was promised after it began may be gone."""
        self.read()
        self.forgotten += [promise for promise in self.made if promise.at >= moment]
        self.made = [promise for promise in self.made if promise.at < moment]

    def broken(self) -> list[str]:
        """Promises of which the feed holds nothing, or something else."""
        self.read()
        found = Publication.objects.in_bulk([promise.publication for promise in self.made])
        places = {pk: (one.first_seq, one.last_seq) for pk, one in found.items()}
        return [
            f"{promise.code} {promise.first}-{promise.last} was committed; there is {places.get(promise.publication)}"
            for promise in self.made
            if places.get(promise.publication) != (promise.first, promise.last)
        ]

    def _read(self, line: bytes) -> None:
        try:
            values = json.loads(line)
        except ValueError:
            return
        if "failed" in values:
            self.failures.append((values["began"], values["at"], values["failed"]))
        else:
            self.made.append(Promise(**values))
