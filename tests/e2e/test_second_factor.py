"""A security key in a real Chromium under the content security policy: set up, signed in with, confirmed with."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from jinan_credit.kernel.crypto import seal
from tests.cast import PASSWORD, Cast
from tests.e2e.conftest import CHINESE, DESKTOP, ENGLISH, PHONE, Visits, chinese
from tests.e2e.test_every_page import look_at

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LANGUAGES = {CHINESE: "zh-hans", ENGLISH: "en"}
PAGES = (
    "second-factor/",
    "second-factor/app/remove/",
    "second-factor/codes/",
    "second-factor/codes/new/",
    "second-factor/keys/{}/edit/",
    "second-factor/keys/{}/remove/",
    "confirm/",
    "confirm/code/",
    "confirm/key/",
)

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in_key(page: Page) -> CDPSession:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return browser


def test_a_security_key_is_set_up_and_leads_in(visits: Visits, cast: Cast, live_server: LiveServer) -> None:
    """A key belongs to a name, not to a bare address: the site is asked for as localhost."""
    site = live_server.url.replace("127.0.0.1", "localhost")
    page = visits.open()
    page.goto(f"{site}/accounts/login/")
    plug_in_key(page)
    _sign_in(page, cast.clerk.username)
    expect(page).to_have_url(re.compile("/workbench/$"))

    page.goto(f"{site}/accounts/second-factor/keys/add/")
    page.get_by_role("button", name=chinese("Add")).click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)

    faults = _faults(page, "mfa_view_recovery_codes")

    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/")
    _sign_in(page, cast.clerk.username)
    expect(page).to_have_url(re.compile("/accounts/login/code/$"))
    faults += _faults(page, "mfa_authenticate")
    page.get_by_role("button", name=chinese("Use a security key")).click()
    expect(page).to_have_url(re.compile("/workbench/$"))

    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    key.wrap().name = "济南测试国际进出口贸易与供应链管理服务公司的蓝色密钥"
    key.save()
    Authenticator.objects.create(user=cast.clerk, type=Authenticator.Type.TOTP, data={"secret": seal("A" * 32)})
    for address in PAGES:
        page.goto(f"{site}/accounts/{address.format(key.pk)}")
        faults += _faults(page, address)
    assert not faults, "\n".join(["", *faults])

    page.goto(f"{site}/accounts/confirm/key/?next=/my-account/")
    page.get_by_role("button", name=chinese("Use a security key")).click()
    expect(page).to_have_url(re.compile("/my-account/$"))
    assert not visits.complaints


def _faults(page: Page, name: str) -> list[str]:
    """In both languages, at every width."""
    faults = []
    for locale in (ENGLISH, CHINESE):
        cookie = {"name": "django_language", "value": LANGUAGES[locale], "domain": "localhost", "path": "/"}
        page.context.add_cookies([cookie])
        page.goto(page.url)
        page.wait_for_load_state()
        faults += [f"{name} {locale}: {fault}" for fault in look_at(page, name, locale, (DESKTOP, PHONE))]
    return faults


def _sign_in(page: Page, username: str) -> None:
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator(".sign-in button[type=submit]").first.click()
