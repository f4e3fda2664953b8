"""What is handed in stays on disk with its row, or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant
from jinan_credit.accounts.files import files_or_nothing
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import CleanFile
from lists.enums import SubjectKind
from lists.models import Entry
from objections.enums import ObjectionGrounds, ObjectionState
from objections.models import Objection, ObjectionEvidence, TipOff
from objections.services.objections import submit_objection, supplement_objection
from objections.services.reporters import Reporter
from objections.services.tip_offs import Claim, receive_tip_off
from tests.cast import Cast, make_cast, publish_one
from tests.objections.conftest import PAPER


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


UNKEPT = CleanFile(b"%PDF-1.7", "longer than its column", "pdf")
"""The database refuses its row, after the one before it was written."""


def test_of_an_objection_that_fails_nothing_stays(
    cast: Cast, entry: Entry, applicant: Applicant, in_state: Callable[[str], Objection], media: Path
) -> None:
    with pytest.raises(DataError):
        submit_objection(
            entry=entry,
            applicant=applicant,
            grounds=ObjectionGrounds.OTHER,
            statement="文书日期有误",
            by=SYSTEM,
            evidence=[PAPER, UNKEPT],
        )
    case = in_state(ObjectionState.SUPPLEMENT_ASKED)
    with pytest.raises(DataError):
        supplement_objection(objection=case, text="补充", by=SYSTEM, evidence=[PAPER, UNKEPT])
    assert not kept(media)
    supplement_objection(objection=case, text="补充", by=SYSTEM, evidence=[PAPER])
    (path,) = kept(media)
    assert path.read_bytes() == PAPER.content
    assert ObjectionEvidence.objects.get().file.path == str(path)


def test_of_a_tip_off_that_fails_nothing_stays(cast: Cast, media: Path) -> None:
    claim = Claim(SubjectKind.LEGAL_PERSON, "测试企业", "虚假宣传")
    with pytest.raises(IntegrityError, match="reporter_left_a_name_and_a_contact"):
        receive_tip_off(claim=claim, by=SYSTEM, reporter=Reporter("李四", ""), evidence=[PAPER])
    assert not TipOff.objects.exists()
    assert not kept(media)


def test_the_outer_transaction_answers_for_the_files_of_the_inner_one(
    submit: Callable[..., Objection], media: Path
) -> None:
    @files_or_nothing()
    def outer() -> None:
        submit(evidence=[PAPER])
        assert len(kept(media)) == 1
        raise DomainError("stopped", "stopped")

    with pytest.raises(DomainError, match="stopped"):
        outer()
    assert not kept(media)
    assert not Objection.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_commit_without_an_answer_keeps_the_file(applicant: Applicant, media: Path) -> None:
    """It may have come through: a row without its file would be worse."""
    entry = publish_one(make_cast())

    @files_or_nothing()
    def cut_off() -> None:
        submit_objection(
            entry=entry,
            applicant=applicant,
            grounds=ObjectionGrounds.OTHER,
            statement="文书日期有误",
            by=SYSTEM,
            evidence=[PAPER],
        )
        connection.connection.close()

    with pytest.raises((OperationalError, InterfaceError)):
        cut_off()
    connection.close()
    assert len(kept(media)) == 1
