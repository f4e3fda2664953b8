"""The end of a session in a real Chromium: told before, and what was typed survives it."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from jinan_credit.accounts.models import User
from jinan_credit.accounts.sealed_sessions import SessionStore
from tests.cast import PASSWORD, Cast
from tests.e2e.conftest import CHINESE, DESKTOP, PHONE, Visits, chinese
from tests.e2e.test_every_page import look_at

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


TOLD_SECONDS_BEFORE = 120


def used_ago(user: User, seconds: int) -> None:
    """The person did nothing for so long."""
    store = SessionStore()
    for session in Session.objects.all():
        data = store.decode(session.session_data)
        if data.get("_auth_user_id") == str(user.pk):
            data["used_at"] -= seconds
            session.session_data = store.encode(data)
            session.save()


def test_what_was_typed_survives_the_end_of_the_session(visits: Visits, cast: Cast, settings) -> None:
    settings.SESSION_IDLE_SECONDS = TOLD_SECONDS_BEFORE + 3
    page = visits.open(cast.reviewer)
    page.goto("/messages/ways/")
    page.locator("input[name=contact_email]").fill("typed@jinan.example")
    stay = page.get_by_role("button", name=chinese("Stay signed in"))
    expect(stay).to_be_visible()
    assert not look_at(page, "message_ways", CHINESE, (DESKTOP, PHONE))

    used_ago(cast.reviewer, settings.SESSION_IDLE_SECONDS)
    stay.click()
    expect(page.locator("[data-session-over]")).to_be_visible()
    page.locator("form.post-form button[type=submit]").first.click()
    page.locator("input[name=login]").fill(cast.reviewer.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator(".sign-in button[type=submit]").click()
    expect(page).to_have_url(re.compile("/session/unsent/$"))
    assert not look_at(page, "unsent_form", CHINESE, (DESKTOP, PHONE))
    page.get_by_role("button", name=chinese("Send it now")).click()
    expect(page).to_have_url(re.compile("/messages/ways/$"))
    expect(page.locator("input[name=contact_email]")).to_have_value("typed@jinan.example")


def test_a_click_prolongs_it(visits: Visits, cast: Cast, settings) -> None:
    settings.SESSION_IDLE_SECONDS = TOLD_SECONDS_BEFORE + 3
    page = visits.open(cast.reviewer)
    page.goto("/messages/kinds/")
    stay = page.get_by_role("button", name=chinese("Stay signed in"))
    expect(stay).to_be_visible()

    settings.SESSION_IDLE_SECONDS = 1800
    used_ago(cast.reviewer, 1700)
    stay.click()

    expect(stay).to_be_hidden()
    assert page.request.get("/session/left/").json()["seconds"] > 1700
