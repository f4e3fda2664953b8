"""Files of parties, as units give them."""

import csv
import io
import json
from typing import Any

from jinan_credit.accounts.actors import Actor
from sanctions.models import ScreeningBatch
from sanctions.rules import Matter
from sanctions.services.batch_jobs import screen_batch
from sanctions.services.batch_rows import PARTY_FILE
from sanctions.services.batches import screen_file

MATTER = Matter(name="政府采购", code="CG-1", reference="2026-11")


def ndjson(*parties: dict[str, Any] | str) -> io.BytesIO:
    """An object a line; a text stands as it is."""
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in parties]
    return io.BytesIO("\n".join(lines).encode())


def csv_file(*rows: dict[str, str]) -> io.BytesIO:
    """By the names of the template."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, PARTY_FILE.columns)
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(out.getvalue().encode())


def screened_file(file: io.BytesIO, by: Actor, name: str = "parties.ndjson") -> ScreeningBatch:
    batch = screen_file(file=file, file_name=name, matter=MATTER, purpose="采购资格审查", by=by)
    return done(batch)


def done(batch: ScreeningBatch) -> ScreeningBatch:
    screen_batch(batch.pk)
    batch.refresh_from_db()
    return batch
