"""The tip-offs of a demonstration: one in each state that makes no draft, by the same acts as any other."""

from random import Random

from django.db import transaction

from jinan_credit.accounts.actors import SYSTEM, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from lists.enums import ListKind, SubjectKind
from lists.models import CreditList
from lists.services.demonstration import SHOWN, staff_of
from lists.services.synthetic import company_name, person_name, uscc
from objections.enums import TipOffState
from objections.models import TipOff
from objections.services.reporters import Reporter
from objections.services.tip_offs import Claim, answer_tip_off, assign_tip_off, forward_tip_off, receive_tip_off
from objections.services.verifying import not_substantiate_tip_off

_FACTS = {
    TipOffState.RECEIVED: "演示：采购方拖欠货款，有能力履行而拒不履行。",
    TipOffState.ASSIGNED: "演示：被执行人转移财产，规避执行。",
    TipOffState.NOT_SUBSTANTIATED: "演示：据称法定代表人以他人名义经营。",
    TipOffState.NOT_OURS: "演示：外省企业合同违约。",
    TipOffState.ANSWERED: "演示：据称违反限制消费令。",
}


@transaction.atomic
def demonstrate_tip_offs(*, random: Random) -> None:
    """Refusals: none in a system that was just filled."""
    credit_list = CreditList.objects.filter(code__in=SHOWN, kind=ListKind.BLACK).earliest("pk")
    unit = credit_list.initiating_units.order_by("pk")[0]
    clerk = actor_of(staff_of(unit)[0])
    officer = actor_of(User.objects.get(role_grants__role=Role.TIP_OFF_OFFICER))
    named = Reporter(person_name(random), "0531-00000000")
    cases: dict[str, TipOff] = {}
    for state, facts in _FACTS.items():
        claim = Claim(SubjectKind.LEGAL_PERSON, company_name(random), facts, uscc(random), credit_list)
        reporter = named if state == TipOffState.ASSIGNED else None
        cases[state] = receive_tip_off(claim=claim, by=SYSTEM, reporter=reporter).tip_off
    forward_tip_off(tip_off=cases[TipOffState.NOT_OURS], to="当地信用主管部门", by=officer, reason="不属本市")
    for state in (TipOffState.ASSIGNED, TipOffState.NOT_SUBSTANTIATED, TipOffState.ANSWERED):
        assign_tip_off(tip_off=cases[state], unit=unit, by=officer)
    for state in (TipOffState.NOT_SUBSTANTIATED, TipOffState.ANSWERED):
        not_substantiate_tip_off(tip_off=cases[state], by=clerk, reason="经查无实据")
    answer_tip_off(tip_off=cases[TipOffState.ANSWERED], by=officer, reason="经核查，未发现所述情况。")
