"""What is handed in stays on disk with its row, or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import CleanFile
from lists.models import Entry
from repair.enums import RepairState
from repair.models import RepairApplication, RepairEvidence
from repair.services.applications import submit_repair, supplement_repair
from tests.repair.conftest import PLEA

PAPER = CleanFile(b"%PDF-1.7", "application/pdf", "pdf")


def then_nothing() -> Iterator[CleanFile]:
    yield PAPER
    raise DomainError("stopped", "stopped")


def test_of_a_repair_that_fails_nothing_stays(
    entry: Entry,
    applicant: Applicant,
    in_state: Callable[[str], RepairApplication],
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(DomainError, match="stopped"):
        submit_repair(entry=entry, applicant=applicant, plea=PLEA, by=SYSTEM, evidence=then_nothing())
    case = in_state(RepairState.SUPPLEMENT_ASKED)
    with pytest.raises(DomainError, match="stopped"):
        supplement_repair(application=case, text="补充", by=SYSTEM, evidence=then_nothing())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    supplement_repair(application=case, text="补充", by=SYSTEM, evidence=[PAPER])
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (kept.read_bytes(), RepairEvidence.objects.get().file.path) == (PAPER.content, str(kept))
