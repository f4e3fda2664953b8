"""The database that checked migrations made, kept in `.local/` until one of them changes, for `bin/test fast`."""

import hashlib
from pathlib import Path

from places import LOCAL, REQUIREMENTS, ROOT, remake
from services import Postgres

MIGRATIONS = ("*/migrations/*.py", "jinan_credit/*/migrations/*.py", "jinan_credit/kernel/*.py")
"""Ours, and what they import; those of other projects are as old as the requirements."""


def kept() -> Path:
    """Where the database of the migrations that are there now is, or would be."""
    digest = hashlib.sha256()
    paths = [*REQUIREMENTS.glob("*.txt"), *(path for pattern in MIGRATIONS for path in ROOT.glob(pattern))]
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return LOCAL / "migrated" / f"{digest.hexdigest()[:16]}.dump"


def keep(postgres: Postgres) -> None:
    """Only the newest: an older one is of migrations that changed."""
    place = kept()
    if not place.exists():
        remake(place.parent)
        draft = place.with_suffix(".new")
        postgres.dump(draft)
        draft.rename(place)
