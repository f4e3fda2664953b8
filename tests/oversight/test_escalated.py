"""What came to the coordinator: unit, kind, number, days; nothing of the applicant."""

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import time_machine

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.workbench import counters_for
from lists.enums import DishonestyClass
from lists.services.synthetic import uscc
from objections.services.days import keep_days as keep_days_of_objections
from objections.services.help import ask_help
from objections.services.objections import accept_objection, not_accept_objection, submit_objection
from repair.services.applications import Plea, submit_repair
from repair.services.days import keep_days as keep_days_of_repairs
from tests.cast import publish_one

JINAN = ZoneInfo("Asia/Shanghai")
APPLICANT = Applicant("申请企业", Relation.SELF, uscc(Random(5)), "0531-11112222")


def test_the_escalated_are_listed_until_their_unit_acts(cast, sign_in, django_assert_max_num_queries):
    with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=JINAN), tick=False):
        cases = [_objection(cast, seed) for seed in range(1, 9)]
        entry = publish_one(cast, seed=9, dishonesty_class=DishonestyClass.MINOR)
        repair = submit_repair(
            entry=entry, applicant=APPLICANT, plea=Plea("整改", "凭证", "承诺"), by=SYSTEM
        ).application
    with time_machine.travel(datetime(2026, 11, 12, 10, tzinfo=JINAN), tick=False):
        keep_days_of_objections()
        keep_days_of_repairs()
        not_accept_objection(objection=cases[0], by=cast.actor("clerk"), reason="无关")
        client = sign_in(cast.coordinator)
        with django_assert_max_num_queries(10):
            page = client.get("/oversight/escalated/")
        text = page.content.decode()
        counted = [c.count for c in counters_for(cast.actor("coordinator")) if c.url == "/oversight/escalated/"]
        assert page.context["total"] == 8
        assert counted == [8]
        assert cases[0].receipt_number not in text
        for kept in (APPLICANT.name, APPLICANT.contact, APPLICANT.identifier, entry.subject_name):
            assert kept not in text
        assert cast.court.name in text
        rows = {row.get_cell_value("number"): row.get_cell("days") for row in page.context["table"].rows}
        assert rows[repair.receipt_number] == rows[cases[1].receipt_number] == 7
        for stranger in (cast.clerk, cast.reviewer, cast.finance_clerk):
            assert sign_in(stranger).get("/oversight/escalated/").status_code == 403


def test_a_late_answer_names_the_unit_that_owes_it(cast, sign_in):
    with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=JINAN), tick=False):
        case = accept_objection(objection=_objection(cast, 1), by=cast.actor("clerk"))
        ask_help(objection=case, unit=cast.finance, question="是否已缴清？", by=cast.actor("clerk"))
    with time_machine.travel(datetime(2026, 11, 10, 10, tzinfo=JINAN), tick=False):
        keep_days_of_objections()
        page = sign_in(cast.coordinator).get("/oversight/escalated/")
        (row,) = page.context["table"].rows
        assert (row.get_cell("unit"), row.get_cell("number")) == (cast.finance.name, case.receipt_number)
        assert str(row.get_cell("kind")) in page.content.decode()


def _objection(cast, seed):
    return submit_objection(
        entry=publish_one(cast, seed=seed), applicant=APPLICANT, grounds="OTHER", statement="异议", by=SYSTEM
    ).objection
