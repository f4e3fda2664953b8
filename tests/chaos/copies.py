"""A unit's copy of the lists in one SQLite file: what it holds, what it was sent, how it shall misbehave next.

Every version taken is a row; the newest of an entry is the copy, so it can go back as one restored from a backup does.
The receiver writes it. Whoever tests reads it, and orders faults through it: both outlive a kill.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.journal import Holding, Line, Position, What

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ordered (n INTEGER PRIMARY KEY, fault TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS standing (list TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, base INTEGER);
CREATE TABLE IF NOT EXISTS held (
    list TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, op TEXT NOT NULL,
    PRIMARY KEY (list, id, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (list TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (list, seq));
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, list TEXT NOT NULL, seq INTEGER NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS journal (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, list TEXT NOT NULL, what TEXT NOT NULL, epoch TEXT NOT NULL,
    start INTEGER NOT NULL, stop INTEGER NOT NULL
);
"""
NEWEST = """
SELECT id, version FROM held WHERE list = ? AND op = 'upsert' AND NOT EXISTS (
    SELECT 1 FROM held later WHERE later.list = held.list AND later.id = held.id AND later.version > held.version
)
"""

Answer = tuple[int, dict[str, Any]]


class Copy:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        with self._transaction() as db:
            db.execute("PRAGMA journal_mode = WAL")
        with self._transaction() as db:
            db.executescript(SCHEMA)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=30)
        try:
            with self._writing, db:
                db.execute("PRAGMA synchronous = OFF")  # processes are killed here, not the machine
                yield db
        finally:
            db.close()

    # What the receiver does -------------------------------------------------------------------------------------

    def take(self, message_id: str, data: dict[str, Any], *, most: int | None = None, refuse: int = 0) -> Answer:
        """Apply a batch and say so: only the first `most` changes; without the last `refuse` of them."""
        code, start, stop = data["list"], Position.read(data["from"]), Position.read(data["to"])
        with self._transaction() as db:
            before = db.execute("SELECT status, answer FROM message WHERE id = ?", [message_id]).fetchone()
            if before:
                _note(db, code, What.AGAIN, start, stop.seq)
                return before[0], json.loads(before[1])
            stands = _standing(db, code) or Position(start.epoch, 0)
            if stands != start:
                _note(db, code, _misplaced(start, stands), start, stop.seq)
                return 409, {"expected": str(stands)}
            changes = data["changes"][:most]
            end = Position(stop.epoch, changes[-1]["seq"])
            if [change["seq"] for change in changes] != list(range(start.seq + 1, end.seq + 1)):
                _note(db, code, What.TORN, start, end.seq)
            refused = changes[max(len(changes) - refuse, 0) :] if refuse else []
            _apply(db, code, start.epoch, changes[: len(changes) - len(refused)])
            _refuse(db, code, start.epoch, refused)
            _note(db, code, What.TAKEN, start, end.seq)
            db.execute(
                "INSERT INTO standing VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET seq = excluded.seq", [code, *end]
            )
            answer = (422, _rejection(refused)) if refused else (200, {"acked": str(end)})
            if end == stop:
                row = [message_id, code, end.seq, answer[0], json.dumps(answer[1])]
                db.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?)", row)
        return answer

    def replace(self, code: str, position: Position, lines: Iterable[dict[str, Any]]) -> None:
        """Put a snapshot in place of what is held; one of the epoch that the copy already has comes too late."""
        rows = [(code, line["id"], line["version"], line["seq"], "upsert") for line in lines]
        with self._transaction() as db:
            stands = _standing(db, code)
            if stands is not None and stands.epoch == position.epoch:
                return
            for table in ("held", "refused", "standing"):
                db.execute(f"DELETE FROM {table} WHERE list = ?", [code])
            db.executemany("INSERT INTO held VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("INSERT INTO standing VALUES (?, ?, ?, ?)", [code, *position, position.seq])
            _note(db, code, What.SNAPSHOT, position, position.seq)

    def go_back(self, code: str, amount: int) -> Position | None:
        """Be as it was `amount` changes ago, or right after the snapshot. Gives the position; None without one."""
        with self._transaction() as db:
            row = db.execute("SELECT epoch, seq, base FROM standing WHERE list = ?", [code]).fetchone()
            if row is None:
                return None
            back = Position(row[0], max(row[1] - amount, row[2]))
            for table in ("held", "refused", "message"):
                db.execute(f"DELETE FROM {table} WHERE list = ? AND seq > ?", [code, back.seq])
            db.execute("UPDATE standing SET seq = ? WHERE list = ?", [back.seq, code])
            _note(db, code, What.WENT_BACK, back, back.seq)
        return back

    def note_forged(self) -> None:
        with self._transaction() as db:
            _note(db, "", What.FORGED, Position("", 0), 0)

    def note_lost(self, code: str) -> None:
        with self._transaction() as db:
            _note(db, code, What.LOST, Position("", 0), 0)

    def next_fault(self) -> tuple[str, int]:
        with self._transaction() as db:
            row = db.execute("SELECT n, fault, amount FROM ordered ORDER BY n LIMIT 1").fetchone()
            if row is None:
                return "", 0
            db.execute("DELETE FROM ordered WHERE n = ?", [row[0]])
        return row[1], row[2]

    # What everybody asks ----------------------------------------------------------------------------------------

    def position(self, code: str) -> Position | None:
        with self._transaction() as db:
            return _standing(db, code)

    def setting(self, name: str) -> str:
        with self._transaction() as db:
            row = db.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
        return str(row[0]) if row else ""

    def keep(self, **settings: str) -> None:
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", settings.items())

    # What the tester does ---------------------------------------------------------------------------------------

    def order(self, fault: str, amount: int) -> None:
        with self._transaction() as db:
            db.execute("INSERT INTO ordered (fault, amount) VALUES (?, ?)", [fault, amount])

    def forget_orders(self) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM ordered")

    def holdings(self) -> list[Holding]:
        """All lists, seen from one moment."""
        with self._transaction() as db:
            db.execute("BEGIN")
            return [
                Holding(
                    code,
                    Position(epoch, seq),
                    base,
                    dict(db.execute(NEWEST, [code]).fetchall()),
                    frozenset(row[0] for row in db.execute("SELECT seq FROM refused WHERE list = ?", [code])),
                )
                for code, epoch, seq, base in db.execute("SELECT * FROM standing ORDER BY list").fetchall()
            ]

    def journal(self) -> list[Line]:
        with self._transaction() as db:
            return [Line(*row) for row in db.execute("SELECT at, list, what, epoch, start, stop FROM journal")]


def _standing(db: sqlite3.Connection, code: str) -> Position | None:
    row = db.execute("SELECT epoch, seq FROM standing WHERE list = ?", [code]).fetchone()
    return Position(*row) if row else None


def _misplaced(start: Position, stands: Position) -> What:
    if start.epoch != stands.epoch:
        return What.FOREIGN
    return What.BEHIND if start.seq < stands.seq else What.AHEAD


def _apply(db: sqlite3.Connection, code: str, epoch: str, changes: list[dict[str, Any]]) -> None:
    for change in changes:
        newest = "SELECT max(version) FROM held WHERE list = ? AND id = ?"
        (held,) = db.execute(newest, [code, change["id"]]).fetchone()
        if held is not None and change["version"] <= held:
            _note(db, code, What.STALE, Position(epoch, change["seq"]), change["seq"])
            continue
        row = [code, change["id"], change["version"], change["seq"], change["op"]]
        db.execute("INSERT INTO held VALUES (?, ?, ?, ?, ?)", row)


def _refuse(db: sqlite3.Connection, code: str, epoch: str, changes: list[dict[str, Any]]) -> None:
    for change in changes:
        db.execute("INSERT INTO refused VALUES (?, ?)", [code, change["seq"]])
        _note(db, code, What.REFUSED, Position(epoch, change["seq"]), change["seq"])


def _rejection(changes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"rejected": [{"seq": change["seq"], "code": "ordered", "message": "by the seed"} for change in changes]}


def _note(db: sqlite3.Connection, code: str, what: What, start: Position, stop: int) -> None:
    row = [time.time(), code, what, start.epoch, start.seq, stop]
    db.execute("INSERT INTO journal (at, list, what, epoch, start, stop) VALUES (?, ?, ?, ?, ?, ?)", row)
