"""The unit's desk: queue, case, documents; another unit sees none of it."""

from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.urls import reverse

from catalog.selectors import due_soon_until
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant
from jinan_credit.accounts.workbench import counters_for
from lists.enums import DishonestyClass
from lists.services.synthetic import uscc
from repair.deadlines import SOURCES
from repair.enums import RepairState
from repair.models import RepairApplication
from repair.panels import entry_panel
from repair.selectors import open_moves_of, waiting_for
from repair.services.applications import submit_repair
from tests.cast import publish_one
from tests.repair.conftest import PLEA

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def as_(cast, client):
    def sign_in(name: str):
        client.force_login(getattr(cast, name), backend=BACKEND)
        return client

    return sign_in


@pytest.mark.parametrize("state", [state for state in RepairState.values if state != "CLOSED"])
def test_the_case_page_answers_in_every_state(as_, in_state, state):
    case = in_state(state)
    for name in ("clerk", "reviewer"):
        page = as_(name).get(reverse("repair", args=[case.pk]))
        assert page.status_code == 200
        assert case.receipt_number in page.content.decode()


def test_another_unit_gets_404_for_everything(as_, submit):
    case = submit()
    stranger = as_("stranger")
    assert stranger.get(reverse("repair", args=[case.pk])).status_code == 404
    assert stranger.post(reverse("repair", args=[case.pk]), {"move": "accept"}).status_code == 404
    assert case.receipt_number not in stranger.get(reverse("repairs")).content.decode()


def test_from_acceptance_to_approval_in_the_browser(as_, submit, entry):
    case = submit()
    url = reverse("repair", args=[case.pk])
    clerk = as_("clerk")

    def state_after(client, move, reason="", to=url):
        assert client.post(url, {"move": move, "reason": reason})["Location"] == to
        case.refresh_from_db()
        return case.state

    assert state_after(clerk, "accept") == RepairState.ACCEPTED
    assert state_after(clerk, "verify", "已整改\x00到位", reverse("repairs")) == RepairState.VERIFIED
    for refused in ("approve", "close", "nonsense", ""):
        assert state_after(clerk, refused, "x") == RepairState.VERIFIED
        assert "alert-danger" in clerk.get(url).content.decode()
    assert state_after(as_("reviewer"), "approve", "同意修复", reverse("repairs")) == RepairState.APPROVED
    entry.refresh_from_db()
    assert case.state == RepairState.APPROVED
    assert entry.exit_reason == "REPAIRED"


@pytest.mark.parametrize("state", [state for state in RepairState.values if state != "CLOSED"])
def test_one_waits_for_whoever_may_take_its_next_step(cast, in_state, state):
    """What waits for the applicant waits for nobody here."""
    case = in_state(state)
    for name in ("clerk", "reviewer", "second_reviewer"):
        actor = cast.actor(name)
        is_next = bool(open_moves_of(case, actor)) and state != "SUPPLEMENT_ASKED"
        assert waiting_for(actor).filter(pk=case.pk).exists() == is_next, name
    assert not waiting_for(cast.actor("finance_clerk")).exists()


def test_nobody_is_led_to_decide_what_he_verified(cast, in_state):
    case = in_state(RepairState.VERIFIED)
    RoleGrant.objects.create(user=cast.clerk, role=Role.REVIEWER)
    assert not waiting_for(cast.actor("clerk")).filter(pk=case.pk).exists()


def test_after_a_decision_comes_the_next_application(as_, cast):
    done, other = (
        submit_repair(
            entry=publish_one(cast, seed=seed, dishonesty_class=DishonestyClass.MINOR),
            applicant=Applicant("企业", Relation.SELF, uscc(Random(seed)), "0531"),
            plea=PLEA,
            by=SYSTEM,
        ).application
        for seed in (1, 2)
    )
    here, there = (reverse("repair", args=[case.pk]) for case in (done, other))
    page = as_("clerk").post(here, {"move": "not_accept", "reason": "材料不齐"}, follow=True)
    assert page.redirect_chain == [(there, 302)]
    assert f'<a href="{here}">{done.receipt_number}</a>' in page.content.decode()


def test_due_soon_is_what_the_mail_of_the_morning_calls_so(as_, cast, in_state):
    case = in_state(RepairState.ACCEPTED)
    counts = []
    for day in (case.received_on, case.decide_due_on, case.decide_due_on + timedelta(days=1)):
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
            (counter,) = [one for one in counters_for(cast.actor("clerk")) if one.url.endswith("repairs/?soon=yes")]
            assert as_("clerk").get(counter.url).context["total"] == counter.count
            owed = [source.count(due_soon_until()).get(cast.court.pk) for source in SOURCES]
            assert sum(one.soon for one in owed if one) == counter.count
        counts.append(counter.count)
    assert counts == [0, 1, 0]


def test_false_material_in_the_browser(as_, in_state):
    case = in_state(RepairState.VERIFIED)
    as_("reviewer").post(reverse("repair", args=[case.pk]), {"move": "refuse_false", "reason": "凭证系伪造"})
    case.refresh_from_db()
    assert case.is_false
    page = as_("clerk").get(reverse("repair", args=[case.pk])).content.decode()
    assert case.barred_until.isoformat() in page


def test_a_clerk_enters_one_for_a_visitor(as_, cast, entry):
    clerk = as_("clerk")
    assert clerk.get(reverse("repair_enter")).status_code == 200
    page = clerk.post(
        reverse("repair_enter"),
        {
            "credit_list": cast.black.pk,
            "document_number": entry.document_number,
            "applicant_name": "访客",
            "relation": "SELF",
            "identifier": entry.subject.code,
            "contact": "13800000000",
            "statement": "已缴清",
            "evidence_note": "凭证",
            "promise": "on",
        },
        follow=True,
    ).content.decode()
    case = RepairApplication.objects.get()
    assert (case.entry, case.entered_by) == (entry, cast.clerk)
    assert case.receipt_number in page


def test_counters_equal_the_lists_they_open(as_, cast, in_state):
    in_state(RepairState.VERIFIED)
    for name in ("clerk", "reviewer"):
        client = as_(name)
        for counter in counters_for(cast.actor(name)):
            if counter.url.startswith(reverse("repairs")):
                assert client.get(counter.url).context["total"] == counter.count


def test_the_entry_panel_says_from_when_repair_is_possible(cast, entry):
    assert entry_panel(entry, cast.actor("clerk")) is not None
    assert entry_panel(entry, cast.actor("finance_clerk")) is None
