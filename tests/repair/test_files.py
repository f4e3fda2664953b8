"""What is handed in stays on disk with its row, or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant
from jinan_credit.kernel.uploads import CleanFile
from lists.models import Entry
from repair.enums import RepairState
from repair.models import RepairApplication, RepairEvidence
from repair.services.applications import submit_repair, supplement_repair
from tests.repair.conftest import PLEA

PAPER = CleanFile(b"%PDF-1.7", "application/pdf", "pdf")


UNKEPT = CleanFile(b"%PDF-1.7", "longer than its column", "pdf")
"""The database refuses its row, after the one before it was written."""


def test_of_a_repair_that_fails_nothing_stays(
    entry: Entry,
    applicant: Applicant,
    in_state: Callable[[str], RepairApplication],
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(DataError):
        submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM, evidence=[PAPER, UNKEPT])
    case = in_state(RepairState.SUPPLEMENT_ASKED)
    with pytest.raises(DataError):
        supplement_repair(application=case, text="补充", by=SYSTEM, evidence=[PAPER, UNKEPT])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    supplement_repair(application=case, text="补充", by=SYSTEM, evidence=[PAPER])
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (kept.read_bytes(), RepairEvidence.objects.get().file.path) == (PAPER.content, str(kept))
