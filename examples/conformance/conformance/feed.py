"""The list that the test plays: its changes, its positions, and what a copy of it must then hold."""

import gzip
import hashlib
import json
import random
import secrets
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

Change = dict[str, Any]
BUCKETS = 256
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True)
class Batch:
    """Changes after `first` up to `last`, as they are pushed; `left_out` are the numbers of those that are not sent."""

    code: str
    epoch: str
    first: int
    changes: list[Change]
    left_out: frozenset[int] = frozenset()

    @property
    def last(self) -> int:
        return self.first + len(self.changes)

    @property
    def message_id(self) -> str:
        return f"{self.code}-{self.epoch}-{self.first}-{self.last}"

    @property
    def body(self) -> bytes:
        ends = {"from": f"{self.epoch}:{self.first}", "to": f"{self.epoch}:{self.last}"}
        return message("list.changes", {"list": self.code, **ends, "changes": self.sent})

    @property
    def sent(self) -> list[Change]:
        return [change for change in self.changes if change["seq"] not in self.left_out]

    @property
    def packed(self) -> bytes:
        return gzip.compress(self.body, 4, mtime=0)

    def after(self, seq: int) -> "Batch":
        return replace(self, first=seq, changes=self.changes[seq - self.first :])

    def half(self) -> "Batch":
        return replace(self, changes=self.changes[: max(1, len(self.changes) // 2)])


@dataclass
class Feed:
    """Where the receiver stands, and the versions that its copy holds of the entries made here."""

    code: str
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    seq: int = 0
    held: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    @property
    def position(self) -> str:
        return f"{self.epoch}:{self.seq}"

    def batch(self, *changes: Change, skipping: int = 0) -> Batch:
        """These changes with the numbers that come next, or that come after a gap."""
        first = self.seq + skipping
        numbered = [{"seq": first + n, **change} for n, change in enumerate(changes, 1)]
        return Batch(self.code, self.epoch, first, numbered)

    def fresh(self, count: int = 1) -> Batch:
        return self.batch(*(upsert(self.code) for _ in range(count)))

    def begin_anew(self, epoch: str, seq: int) -> None:
        """Under a new epoch: what was said before has no say."""
        self.epoch, self.seq = epoch, seq
        self.held.clear()
        self.removed.clear()

    def move(self, batch: Batch, to: int) -> None:
        """The receiver took a batch up to `to`: a change counts only if its version is newer."""
        for change in replace(batch, changes=batch.changes[: to - batch.first]).sent:
            known = max(self.held.get(change["id"], 0), self.removed.get(change["id"], 0))
            if change["version"] > known:
                self.held.pop(change["id"], None)
                (self.held if change["op"] == "upsert" else self.removed)[change["id"]] = change["version"]
        self.seq = to


def upsert(code: str, entry_id: str = "", version: int = 1, facts: int = 1) -> Change:
    return {**_change("upsert", entry_id, version, "PUBLISHED"), "entry": _entry(code, facts)}


def remove(entry_id: str, version: int) -> Change:
    return _change("remove", entry_id, version, "REPAIRED")


def message(kind: str, data: dict[str, Any]) -> bytes:
    whole = {"type": kind, "timestamp": _now(), "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(held: dict[str, int]) -> list[int]:
    sums = [0] * BUCKETS
    for entry_id, version in held.items():
        bucket = hashlib.sha256(entry_id.encode()).digest()[0]
        sums[bucket] += int.from_bytes(hashlib.sha256(f"{entry_id}:{version}".encode()).digest())
    return sums


def _change(op: str, entry_id: str, version: int, reason: str) -> Change:
    about = {"changed_at": _now(), "publication": str(uuid.uuid4()), "reason": reason}
    return {"op": op, "id": entry_id or str(uuid.uuid4()), "version": version, **about}


def _entry(code: str, facts: int) -> dict[str, Any]:
    number = random.randrange(10**6)
    return {
        "list": code,
        "kind": "BLACK",
        "subject": {
            "kind": "LEGAL_PERSON",
            "name": f"试验{number}有限公司",
            "code": _made_up_code(),
            "document_type": None,
            "document_number": None,
        },
        "related_persons": [
            {"role": "LEGAL_REPRESENTATIVE", "name": "试验人", "document_type": None, "document_number": None}
        ],
        "decided_by": "试验法院",
        "basis": "试验规定第一条",
        "document": {"number": f"（2026）试{number}号", "on": "2026-01-05"},
        "decided_on": "2026-01-05",
        "term": {"from": "2026-01-05", "to": "2027-01-04"},
        "grounds": "试验事由“引号”与\\反斜线、𠮷",
        "facts": "试验事实。" * facts,
        "dishonesty_class": "ORDINARY",
        "disclosure": "PUBLIC",
        "marks": [],
    }


def _made_up_code() -> str:
    """A unified social credit code with a right check character that belongs to nobody."""
    head = "91370100MA" + "".join(random.choices(_SIGNS, k=7))
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(head, _WEIGHTS, strict=True))
    return head + _SIGNS[-total % 31]


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat()
