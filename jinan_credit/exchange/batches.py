"""Rendered messages. A batch is the same bytes for every unit with the same data profile, so it is rendered once.

What is stored holds no document number in clear; numbers are decrypted here, once a batch and profile.
"""

import gzip
import json
import threading
from collections import OrderedDict
from datetime import datetime
from typing import Any

from django.utils import timezone

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange.enums import MessageKind
from jinan_credit.exchange.rules import Extent, Position
from jinan_credit.kernel import clock
from lists.enums import ChangeOp
from lists.models import Change, CreditList, Publication
from lists.selectors import render_body

CACHE_BYTES = 96 * 1024 * 1024
_GZIP_LEVEL = 4


class _RenderedBodies:
    """The bodies used last, up to CACHE_BYTES in a process."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> bytes | None:
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def put(self, key: tuple[Any, ...], body: bytes) -> None:
        with self._lock:
            self._size += len(body) - len(self._bodies.pop(key, b""))
            self._bodies[key] = body
            while self._size > CACHE_BYTES and len(self._bodies) > 1:
                self._size -= len(self._bodies.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._bodies.clear()
            self._size = 0


rendered_bodies = _RenderedBodies()


class FeedGap(RuntimeError):
    """The feed misses a number below its head: this must never be, and nothing is sent over the gap."""


def batch_body(
    credit_list: CreditList, start: Position, end: Position, profile: str, extent: Extent, *, is_gzip: bool = False
) -> bytes:
    """The message that carries the changes after `start` up to `end`. Raises FeedGap.

    A batch that ends at the floor or before it carries the last versions only, so it may hold fewer than its span.
    What was rendered before entries were deleted is not given again (rule 10).
    """
    floor, purges = extent.floor, extent.purges
    key = (credit_list.pk, end.epoch, start.seq, end.seq, profile, is_gzip, floor if end.seq <= floor else 0, purges)
    body = rendered_bodies.get(key)
    if body is None:
        if is_gzip:
            body = gzip.compress(batch_body(credit_list, start, end, profile, extent), _GZIP_LEVEL, mtime=0)
        else:
            body = _render(credit_list, start, end, DataProfile(profile), floor)
        rendered_bodies.put(key, body)
    return body


def empty_body(credit_list: CreditList, at: Position) -> bytes:
    """What a reader gets who already holds everything."""
    return _message(
        MessageKind.CHANGES, clock.now(), {"list": credit_list.code, "from": str(at), "to": str(at), "changes": []}
    )


def resync_body(credit_list: CreditList, epoch: str) -> bytes:
    """Tells a receiver that what it holds is of an epoch that is over."""
    data = {"list": credit_list.code, "epoch": epoch, "snapshot": snapshot_address(credit_list.code)}
    return _message(MessageKind.RESYNC, clock.now(), data)


def ended_body(credit_list: CreditList, at: datetime) -> bytes:
    """Tells a receiver that a list no longer concerns its unit: the copy has to go."""
    return _message(MessageKind.ENDED, at, {"list": credit_list.code})


def challenge_body(token: str) -> bytes:
    return _message("endpoint.challenge", clock.now(), {"token": token})


def snapshot_address(code: str) -> str:
    return f"/api/v1/snapshot/{code}/"


def dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def load(text: str) -> dict[str, Any]:
    """A stored body, read as JSON text."""
    found: dict[str, Any] = json.loads(text)
    return found


def entry_of(body: dict[str, Any], profile: DataProfile) -> dict[str, Any]:
    return render_body(body, profile)


def _render(credit_list: CreditList, start: Position, end: Position, profile: DataProfile, floor: int) -> bytes:
    found = Change.objects.between(credit_list.pk, start.seq, end.seq)
    if end.seq <= floor:
        found = found.last_up_to(floor)
    columns = ("seq", "op", "entry_id", "version", "changed_at", "publication_id", "reason", "body")
    rows = list(found.values_list(*columns))
    if end.seq > floor and len(rows) != end.seq - start.seq:
        raise FeedGap(f"{credit_list.code}: {len(rows)} changes between {start} and {end}")
    changes = []
    for seq, op, entry_id, version, changed_at, publication_id, reason, body in rows:
        change = {
            "seq": seq,
            "op": op,
            "id": str(entry_id),
            "version": version,
            "changed_at": _iso(changed_at),
            "publication": str(publication_id),
            "reason": reason,
        }
        if op == ChangeOp.UPSERT and body is not None:
            change["entry"] = entry_of(body, profile)
        changes.append(change)
    data = {"list": credit_list.code, "from": str(start), "to": str(end), "changes": changes}
    return _message(MessageKind.CHANGES, rows[-1][4] if rows else _published_at(credit_list, end), data)


def _published_at(credit_list: CreditList, position: Position) -> datetime:
    publications = Publication.objects.filter(credit_list=credit_list, last_seq__gte=position.seq)
    return publications.order_by("last_seq").values_list("published_at", flat=True)[0]


def _message(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    return dump({"type": str(kind), "timestamp": _iso(at), "data": data})


def _iso(at: datetime) -> str:
    return at.astimezone(timezone.get_current_timezone()).isoformat()
