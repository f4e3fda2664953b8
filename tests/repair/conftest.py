from collections.abc import Callable, Iterator
from random import Random

import pytest

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.rate import forget_calls
from lists.enums import DishonestyClass
from lists.models import Entry
from lists.services.synthetic import uscc
from repair.enums import RepairState
from repair.models import RepairApplication
from repair.services.applications import (
    Plea,
    accept_repair,
    ask_supplement,
    not_accept_repair,
    submit_repair,
    verify_repair,
)
from repair.services.decisions import approve_repair, refuse_repair
from tests.cast import Cast, publish_one

PLEA = Plea("已缴清罚款", "缴款凭证", "承诺属实")


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    forget_calls()
    yield
    forget_calls()


@pytest.fixture
def entry(cast: Cast) -> Entry:
    """Minor dishonesty: repair is possible at once."""
    return publish_one(cast, dishonesty_class=DishonestyClass.MINOR)


@pytest.fixture
def applicant() -> Applicant:
    return Applicant("测试企业", Relation.SELF, uscc(Random(5)), "0531-00000000")


@pytest.fixture
def submit(entry: Entry, applicant: Applicant) -> Callable[..., RepairApplication]:
    def make(of: Entry = entry, by: Applicant = applicant) -> RepairApplication:
        return submit_repair(entry=of, applicant=by, plea=PLEA, by=SYSTEM).application

    return make


@pytest.fixture
def in_state(cast: Cast, submit: Callable[..., RepairApplication]) -> Callable[[str], RepairApplication]:
    """An application brought into a state by the services themselves."""

    def bring(state: str) -> RepairApplication:
        case, clerk, decider = submit(), cast.actor("clerk"), cast.actor("reviewer")
        if state == RepairState.SUPPLEMENT_ASKED:
            ask_supplement(application=case, by=clerk, reason="请补充")
        elif state == RepairState.NOT_ACCEPTED:
            not_accept_repair(application=case, by=clerk, reason="材料不齐")
        elif state != RepairState.SUBMITTED:
            accept_repair(application=case, by=clerk)
            if state != RepairState.ACCEPTED:
                verify_repair(application=case, by=clerk, reason="已整改")
            if state == RepairState.APPROVED:
                approve_repair(application=case, by=decider, reason="同意")
            elif state == RepairState.REFUSED:
                refuse_repair(application=case, by=decider, reason="未整改到位")
        case.refresh_from_db()
        return case

    return bring
