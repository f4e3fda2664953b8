"""信用承诺: who enters one, who judges it, and that the database refuses what the table refuses."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.workbench import menu_for
from jinan_credit.kernel import clock
from lists.enums import CreditPromiseKind, CreditPromiseState, SubjectKind
from lists.models import CreditPromise, CreditPromiseMove, Subject, SubjectName
from lists.services.credit_promises import decide_credit_promise, enter_credit_promise
from lists.services.purging import purge
from lists.services.synthetic import citizen_number, company_name, uscc
from tests.cast import Cast, make_user
from tests.lists.browser import signed_in
from tests.lists.marks import MARK, plant, texts_with
from tests.lists.steps import refused, succeed

S = CreditPromiseState


def values(seed: int = 1, **given: Any) -> dict[str, Any]:
    random, today = Random(seed), clock.today()
    return {
        "subject_kind": SubjectKind.LEGAL_PERSON,
        "name": company_name(random),
        "code": uscc(random),
        "kind": CreditPromiseKind.QUALITY,
        "matter": "产品质量三包",
        "text": "七日内无理由退货。\n\n质量问题包换。",
        "promised_on": today,
        "valid_until": today + timedelta(days=365),
        **given,
    }


@pytest.fixture
def promise(cast: Cast) -> CreditPromise:
    return enter_credit_promise(values=values(), by=cast.actor("stranger"))


@pytest.fixture
def colleague(cast: Cast) -> Any:
    """Another person of the association that entered the promise."""
    from jinan_credit.accounts.actors import actor_of

    return actor_of(make_user("colleague", cast.stranger_unit, Role.REVIEWER))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"subject_kind": SubjectKind.NATURAL_PERSON}, "subject_is_a_person"),
        ({"code": "91370100MA3C000000"}, "code_wrong"),
        ({"text": "  "}, "text_missing"),
        ({"text": "负责人身份证 " + " ".join(citizen_number(Random(3)))}, "number_told"),
        ({"promised_on": clock.today() + timedelta(days=2)}, "promised_in_future"),
        ({"valid_until": clock.today() - timedelta(days=1)}, "ends_before_it_begins"),
    ],
)
def test_what_is_no_public_promise_is_refused(cast: Cast, given: dict[str, Any], code: str) -> None:
    with refused(code):
        enter_credit_promise(values=values(**given), by=cast.actor("stranger"))
    assert not CreditPromise.objects.exists()


def test_the_same_promise_is_entered_once(cast: Cast, promise: CreditPromise) -> None:
    with refused("promise_known"):
        enter_credit_promise(values=values(), by=cast.actor("finance_clerk"))


def test_who_entered_it_does_not_judge_it(cast: Cast, promise: CreditPromise, colleague: Any) -> None:
    for name in ("keep", "break"):
        with refused("own_work"):
            decide_credit_promise(promise=promise, name=name, by=cast.actor("stranger"), reason="已核实")
    with refused("reason_missing"):
        decide_credit_promise(promise=promise, name="break", by=colleague)
    assert decide_credit_promise(promise=promise, name="break", by=colleague, reason="抽检不合格").state == S.BROKEN
    with refused("own_work"):
        decide_credit_promise(promise=promise, name="take_back", by=cast.actor("stranger"), reason="撤销")
    with refused("move_not_open"):
        decide_credit_promise(promise=promise, name="withdraw", by=cast.actor("stranger"), reason="撤回")
    taken = decide_credit_promise(promise=promise, name="take_back", by=colleague, reason="认定有误")
    assert (taken.state, taken.decided_by, taken.decided_at) == (S.GIVEN, None, None)
    assert [move.name for move in promise.moves.order_by("pk")] == ["give", "break", "take_back"]


def test_the_successor_sees_what_was_judged_and_sets_it_right(
    cast: Cast, promise: CreditPromise, colleague: Any
) -> None:
    decide_credit_promise(promise=promise, name="break", by=colleague, reason="误记")
    succeed(cast.stranger_unit, cast.transport)
    heir = cast.actor("transport_clerk")
    assert CreditPromise.objects.visible_to(heir).get() == promise
    assert decide_credit_promise(promise=promise, name="take_back", by=heir, reason="误记").state == S.GIVEN


def test_another_unit_cannot_touch_it(cast: Cast, promise: CreditPromise) -> None:
    with refused("promise_not_found"):
        decide_credit_promise(promise=promise, name="keep", by=cast.actor("finance_clerk"))
    page = reverse("credit_promise", args=[promise.pk])
    assert signed_in(cast.finance_clerk).get(page).status_code == 404
    assert signed_in(cast.finance_clerk).post(page, {"move": "keep"}).status_code == 404
    assert signed_in(cast.coordinator).post(page, {"move": "keep"}).status_code == 404
    assert signed_in(cast.coordinator).get(page).status_code == 200


def test_the_database_refuses_a_person_and_own_judgement(promise: CreditPromise) -> None:
    row = CreditPromise.objects.filter(pk=promise.pk)
    wrong: list[dict[str, Any]] = [
        {"subject_kind": SubjectKind.NATURAL_PERSON},
        {"state": S.KEPT, "decided_by": promise.entered_by, "decided_at": clock.now()},
        {"state": S.WITHDRAWN},
        {"valid_until": promise.promised_on - timedelta(days=1)},
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**change)


def test_what_the_public_sees_follows_from_state_and_dates(cast: Cast, promise: CreditPromise, colleague: Any) -> None:
    public = CreditPromise.objects.public
    assert public().get() == promise
    with time_machine.travel(clock.now() + timedelta(days=366), tick=False):
        assert not public().exists()
        assert CreditPromise.objects.to_judge().get() == promise
        decide_credit_promise(promise=promise, name="break", by=colleague, reason="未兑现")
        assert public().get().state == S.BROKEN
    with time_machine.travel(clock.now() + timedelta(days=366 * 8), tick=False):
        assert not public().exists()


def test_a_withdrawn_one_is_not_public(cast: Cast, promise: CreditPromise) -> None:
    decide_credit_promise(promise=promise, name="withdraw", by=cast.actor("stranger"), reason="录入错误")
    assert not CreditPromise.objects.public().exists()


def test_at_the_disclosure_limit_it_names_nobody(promise: CreditPromise) -> None:
    plant(CreditPromise, CreditPromiseMove, Subject, SubjectName)
    assert texts_with(MARK)
    with time_machine.travel(clock.now() + timedelta(days=366 * 5), tick=False):
        assert purge()["promises"] == 0
    with time_machine.travel(clock.now() + timedelta(days=366 * 7), tick=False):
        assert purge()["promises"] == 1
        assert purge()["promises"] == 0
    promise.refresh_from_db()
    assert promise.subject.kind == SubjectKind.ANONYMOUS
    assert texts_with(MARK) == []


def test_the_staff_pages_lead_from_the_form_to_the_judgement(cast: Cast, colleague: Any) -> None:
    typed = {name: str(value) for name, value in values().items()}
    entering = signed_in(cast.stranger)
    wrong = entering.post(reverse("credit_promise_new"), {**typed, "code": "1"})
    assert wrong.status_code == 400
    assert typed["matter"] in wrong.content.decode()
    page = entering.post(reverse("credit_promise_new"), typed)["Location"]
    assert 'value="keep"' not in entering.get(page).content.decode()
    judging = signed_in(colleague.user)
    assert 'value="keep"' in judging.get(page).content.decode()
    judging.post(page, {"move": "keep"})
    assert CreditPromise.objects.get().state == S.KEPT
    found = judging.get(reverse("credit_promises"), {"state": "KEPT"}).content.decode()
    assert typed["name"] in found


@pytest.mark.parametrize(
    ("name", "sees", "total"),
    [
        ("stranger", True, 2),  # the association's own
        ("clerk", True, 0),
        ("reviewer", True, 0),
        ("coordinator", True, 2),
        ("officer", False, 0),
        ("auditor", False, 0),
    ],
)
def test_the_menu_leads_to_what_ones_unit_was_promised(
    cast: Cast, promise: CreditPromise, colleague: Any, name: str, sees: bool, total: int
) -> None:
    other = enter_credit_promise(values=values(2), by=cast.actor("stranger"))
    decide_credit_promise(promise=promise, name="keep", by=colleague)
    decide_credit_promise(promise=other, name="break", by=colleague, reason="未兑现")
    url = reverse("credit_promises")
    assert (url in [item.url for item in menu_for(cast.actor(name))]) == sees
    if not sees:
        return
    page = signed_in(getattr(cast, name)).get(url)
    assert page.context["total"] == total
    shown = " ".join(row.get_cell("state") for row in page.context["table"].rows)
    assert [str(state.label) in shown for state in (S.KEPT, S.BROKEN)] == [bool(total)] * 2
