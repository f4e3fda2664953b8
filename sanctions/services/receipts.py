"""The receipt of a screening: a compact string that proves later who was looked up, when, in what, with what result.

`JC1.<payload>.<seal>`: payload is JSON in base64url, seal a keyed hash (kernel.crypto) over the payload. The party
stands in it as a fingerprint only, so the receipt may be printed and filed.
"""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from hmac import compare_digest
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import crypto
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.identifiers import normalise_code
from sanctions.enums import PartyKind
from sanctions.models import Screening, ScreeningBatch
from sanctions.selectors.findings import Finding

_EDITION = "JC1"
_FINGERPRINT_DIGITS = 32


class Looked(NamedTuple):
    """Of a screening with ten thousand others, what its receipt tells."""

    pk: UUID
    unit: Unit
    screened_at: datetime
    party_kind: str
    party_name: str
    party_code: str
    number_index: str
    positions: dict[str, str]
    result: str
    as_of: date | None = None
    known_at: datetime | None = None


def issue_receipt(screening: Screening | Looked, findings: Sequence[Finding]) -> str:
    """The receipt of a screening that is about to be kept."""
    payload = {
        "id": str(screening.pk),
        "unit": screening.unit.code,
        "at": screening.screened_at.isoformat(timespec="seconds"),
        "party": fingerprint(screening),
        "result": screening.result,
        "found": [[str(finding.entry_id), finding.version] for finding in findings],
        "positions": screening.positions,
        "as_of": screening.as_of.isoformat() if screening.as_of else None,
        "known_at": screening.known_at.isoformat(timespec="seconds") if screening.known_at else None,
    }
    return _sealed(payload)


def issue_batch_receipt(batch: ScreeningBatch) -> str:
    """The receipt of a batch: which file was looked up, when, in what, with how many of each result."""
    return _sealed(
        {
            "batch": batch.pk,
            "unit": batch.unit.code,
            "at": batch.screened_at.isoformat(timespec="seconds") if batch.screened_at else None,
            "file": batch.file_hash,
            "counts": {
                "clear": batch.clear_count,
                "hit": batch.hit_count,
                "unknown": batch.unknown_count,
                "wrong": batch.error_count,
            },
            "positions": batch.positions,
        }
    )


def read_receipt(text: str) -> dict[str, Any]:
    """What a receipt says; `receipt_wrong` (400) when it was not issued here or was altered since."""
    edition, _dot, rest = "".join(text.split()).partition(".")
    encoded, _dot, seal = rest.partition(".")
    if edition != _EDITION or not compare_digest(_seal(encoded).encode(), seal.encode()):
        raise InvalidInput(
            "receipt_wrong", _("This receipt was not issued here, or it has been altered."), field="receipt"
        )
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return payload


def fingerprint(screening: Screening | Looked) -> str:
    """By which the party of a receipt is recognised by whoever knows its identifier."""
    return _fingerprint(screening.party_kind, screening.party_code or screening.number_index or screening.party_name)


def is_about(payload: dict[str, Any], code: str) -> bool:
    """Whether a receipt that was read is about the organisation with this code."""
    return compare_digest(str(payload["party"]), _fingerprint(PartyKind.ORGANISATION, normalise_code(code)))


def _fingerprint(kind: str, identifier: str) -> str:
    return crypto.blind_index("receipt-party", kind, identifier)[:_FINGERPRINT_DIGITS]


def _sealed(payload: dict[str, Any]) -> str:
    encoded = _encode(json.dumps(payload, separators=(",", ":"), sort_keys=True).encode())
    return f"{_EDITION}.{encoded}.{_seal(encoded)}"


def _seal(encoded: str) -> str:
    return _encode(bytes.fromhex(crypto.blind_index("screening-receipt", encoded)))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
