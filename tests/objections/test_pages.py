"""The unit's desk: queue, case, decision, documents; another unit sees none of it."""

from datetime import timedelta
from random import Random
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import gettext

from catalog.selectors import due_soon_until, work_calendar
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel.uploads import CleanFile
from lists.models import Entry
from lists.services.synthetic import uscc
from objections.deadlines import SOURCES
from objections.enums import ObjectionState
from objections.models import Objection
from objections.panels import entry_panel
from objections.selectors import open_moves_of, waiting_for
from objections.services.extensions import ask_extension
from objections.services.help import ask_help
from objections.services.objections import accept_objection

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def as_(cast, client):
    def sign_in(name: str):
        client.force_login(getattr(cast, name), backend=BACKEND)
        return client

    return sign_in


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", [state for state in ObjectionState.values if state != "CLOSED"])
def test_the_case_page_shows_the_tables_moves(as_, in_state, state, language):
    case = in_state(state)
    for name in ("clerk", "second_reviewer", "reviewer"):
        page = as_(name).get(reverse("objection", args=[case.pk]), headers={"Accept-Language": language})
        assert page.status_code == 200
        assert case.receipt_number in page.content.decode()


def test_another_unit_gets_404_for_everything(as_, submit):
    case = submit(evidence=[CleanFile(b"%PDF-1.7", "application/pdf", "pdf")])
    stranger = as_("stranger")
    for url in (
        reverse("objection", args=[case.pk]),
        reverse("objection_correct", args=[case.pk]),
        reverse("objection_evidence", args=[case.evidence.get().pk]),
    ):
        assert stranger.get(url).status_code == 404
    assert stranger.post(reverse("objection", args=[case.pk]), {"move": "accept"}).status_code == 404
    assert case.receipt_number not in stranger.get(reverse("objections")).content.decode()


def test_nobody_signed_in_is_sent_to_the_sign_in(client, submit):
    case = submit()
    for url in (reverse("objections"), reverse("objection", args=[case.pk]), reverse("objection_enter")):
        response = client.get(url)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


def test_from_acceptance_to_dismissal_in_the_browser(as_, submit):
    case = submit()
    url = reverse("objection", args=[case.pk])
    clerk = as_("clerk")

    def state_after(client, move, reason="", to=url):
        """A refusal too leads back to the page, and stands on it."""
        assert client.post(url, {"move": move, "reason": reason})["Location"] == to
        case.refresh_from_db()
        return case.state

    assert state_after(clerk, "accept") == ObjectionState.ACCEPTED
    for refused in (("accept", ""), ("dismiss", "x"), ("examine", "")):
        assert state_after(clerk, *refused) == ObjectionState.ACCEPTED
        assert "alert-danger" in clerk.get(url).content.decode()
    assert state_after(clerk, "examine", "经查\x00属实", reverse("objections")) == ObjectionState.EXAMINED
    assert state_after(as_("reviewer"), "dismiss", "不成立") == ObjectionState.EXAMINED
    assert state_after(as_("second_reviewer"), "dismiss", "不成立", reverse("objections")) == ObjectionState.DISMISSED


@pytest.mark.parametrize("move", ["close", "supplement", "correct", "nonsense", ""])
def test_steps_that_are_no_buttons_are_refused(as_, in_state, move):
    case = in_state(ObjectionState.EXAMINED)
    as_("second_reviewer").post(reverse("objection", args=[case.pk]), {"move": move, "reason": "x"})
    case.refresh_from_db()
    assert case.state == ObjectionState.EXAMINED


@pytest.mark.parametrize("state", [state for state in ObjectionState.values if state != "CLOSED"])
def test_one_waits_for_whoever_may_take_its_next_step(cast, in_state, state):
    """What waits for the applicant or for an appraisal waits for nobody here."""
    case = in_state(state)
    for name in ("clerk", "reviewer", "second_reviewer"):
        actor = cast.actor(name)
        is_next = bool(open_moves_of(case, actor)) and state not in ("SUPPLEMENT_ASKED", "PAUSED")
        assert waiting_for(actor).filter(pk=case.pk).exists() == is_next, name
    assert not waiting_for(cast.actor("finance_clerk")).exists()


def test_what_waits_for_another_unit_or_for_more_time(cast, in_state):
    case, clerk, decider = in_state(ObjectionState.ACCEPTED), cast.actor("clerk"), cast.actor("second_reviewer")
    assert waiting_for(clerk).get() == case
    ask_help(objection=case, unit=cast.finance, question="？", by=clerk)
    assert not waiting_for(clerk).exists()
    assert not waiting_for(decider).exists()
    case.refresh_from_db()
    ask_extension(objection=case, until=work_calendar().due_on(case.due_on, 1).on, by=clerk, reason="案情复杂")
    assert waiting_for(decider).get() == case


def test_after_a_decision_comes_the_next_objection(as_, cast, entry, submit):
    """In the filter and the order of the list; the one that is done is named and linked."""
    cases = [submit(by=Applicant("企业", Relation.SELF, uscc(Random(seed)), "0531")) for seed in range(4)]
    for case in cases[:3]:
        accept_objection(objection=case, by=cast.actor("clerk"))
    clerk = as_("clerk")
    query = "state=ACCEPTED&sort=-receipt_number"
    queue = f"?{urlencode({'queue': query})}"
    last, middle, _first = sorted(cases[:3], key=lambda case: case.receipt_number, reverse=True)
    here, there = (f"{reverse('objection', args=[case.pk])}{queue}" for case in (last, middle))
    assert f'href="{here}"' in clerk.get(f"{reverse('objections')}?{query}").content.decode()
    assert f'action="{here}"' in clerk.get(here).content.decode()
    done = clerk.post(here, {"move": "examine", "reason": "经查属实"}, follow=True)
    assert done.redirect_chain == [(there, 302)]
    assert f'<a href="{here}">{last.receipt_number}</a>' in done.content.decode()
    decider = as_("second_reviewer")
    decided = decider.post(here, {"move": "dismiss", "reason": "不成立"}, follow=True)
    assert decided.redirect_chain == [(f"{reverse('objections')}?{query}", 302)], "the others are not examined"
    assert gettext("Nothing else waits for you in this list.") in decided.content.decode()


def test_due_soon_is_what_the_mail_of_the_morning_calls_so(as_, cast, in_state):
    case = in_state(ObjectionState.ACCEPTED)
    counts = []
    for day in (case.due_on - timedelta(days=20), case.due_on, case.due_on + timedelta(days=1)):
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
            (counter,) = [one for one in counters_for(cast.actor("clerk")) if one.url.endswith("objections/?soon=yes")]
            assert as_("clerk").get(counter.url).context["total"] == counter.count
            owed = [source.count(due_soon_until()).get(cast.court.pk) for source in SOURCES]
            assert sum(one.soon for one in owed if one) == counter.count
        counts.append(counter.count)
    assert counts == [0, 1, 0]


def test_the_decision_form_corrects_field_by_field(as_, in_state, entry):
    case = in_state(ObjectionState.EXAMINED)
    url = reverse("objection_correct", args=[case.pk])
    reviewer = as_("second_reviewer")
    page = reviewer.get(url)
    values = {name: field.value() for name, field in ((f.name, f) for f in page.context["form"])}
    values = {name: value if value is not None else "" for name, value in values.items()}
    assert reviewer.post(url, {**values, "reason": "成立"}).status_code == 200  # nothing changes
    beyond = {**values, "reason": "成立", "term_to": "2099-01-01"}
    refused = reviewer.post(url, beyond)
    assert refused.status_code == 200
    assert "error-summary" in refused.content.decode()
    done = reviewer.post(url, {**values, "reason": "成立", "grounds": "更正后的事由"})
    assert done["Location"] == reverse("objections")
    entry.refresh_from_db()
    case.refresh_from_db()
    assert entry.grounds == "更正后的事由"
    assert list(case.corrections) == ["grounds"]
    shown = reviewer.get(reverse("objection", args=[case.pk])).content.decode()
    assert "测试事由" in shown


def test_a_clerk_enters_one_for_a_visitor(as_, cast, entry):
    clerk = as_("clerk")
    assert clerk.get(reverse("objection_enter")).status_code == 200
    page = clerk.post(
        reverse("objection_enter"),
        {
            "credit_list": cast.black.pk,
            "document_number": entry.document_number,
            "applicant_name": "访客",
            "relation": "SELF",
            "identifier": entry.subject.code,
            "contact": "13800000000",
            "grounds": "OTHER",
            "statement": "来访陈述",
        },
        follow=True,
    ).content.decode()
    case = Objection.objects.get()
    assert (case.entry, case.entered_by) == (entry, cast.clerk)
    assert case.receipt_number in page


def test_documents_come_as_attachments(as_, submit):
    case = submit(evidence=[CleanFile(b"%PDF-1.7 harmless", "application/pdf", "pdf")])
    response = as_("clerk").get(reverse("objection_evidence", args=[case.evidence.get().pk]))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"%PDF-1.7 harmless"


def test_counters_equal_the_lists_they_open(as_, cast, in_state):
    in_state(ObjectionState.ACCEPTED)
    for name in ("clerk", "second_reviewer"):
        client = as_(name)
        for counter in counters_for(cast.actor(name)):
            if counter.url.startswith(reverse("objections")):
                assert client.get(counter.url).context["total"] == counter.count


def test_the_queue_takes_constant_queries(as_, cast, submit, django_assert_max_num_queries):
    for seed in range(12):
        submit(by=Applicant("企业", Relation.SELF, uscc(Random(seed)), "0531"))
    client = as_("clerk")
    with django_assert_max_num_queries(12):
        client.get(reverse("objections"))


def test_markup_of_the_applicant_is_text(as_, entry):
    from jinan_credit.accounts.actors import SYSTEM
    from objections.services.objections import submit_objection

    case = submit_objection(
        entry=entry,
        applicant=Applicant("<script>alert(1)</script>", Relation.SELF, entry.subject.code, "<b>x</b>"),
        grounds="OTHER",
        statement="<script>alert(2)</script>",
        by=SYSTEM,
    ).objection
    page = as_("clerk").get(reverse("objection", args=[case.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_entry_panel_is_for_the_units_own_staff(cast, submit):
    entry = Entry.objects.get(pk=submit().entry_id)
    assert entry_panel(entry, cast.actor("clerk")) is not None
    assert entry_panel(entry, cast.actor("finance_clerk")) is None
