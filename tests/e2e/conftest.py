"""A person in a real Chromium: pages that watch for errors, a web server and a worker on the test database."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from jinan_credit.accounts.models import User
from jinan_credit.accounts.rate import forget_calls
from tests.cast import PASSWORD, Cast, make_cast
from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1280, 900), (390, 844)
CHINESE, ENGLISH = "zh-CN", "en"
PICTURES = Path(__file__).parent / "failures"
PATIENCE = 15_000
AXE = Axe().axe_script
REPORTS = "/policy-reports/"


def chinese(text: str, **values: object) -> str:
    """What a Chinese page says for a text of the catalogue."""
    with translation.override("zh-hans"):
        return gettext(text) % values if values else gettext(text)


def chinese_count(singular: str, plural: str, count: int, **values: object) -> str:
    with translation.override("zh-hans"):
        return ngettext(singular, plural, count) % values


class Visits:
    """The open pages of one test, and what their browser complained of."""

    def __init__(self, browser: Browser, server: LiveServer) -> None:
        self.complaints: list[str] = []
        self._browser, self._address, self._ready = browser, server.url, ReadyAnswers(server)
        self._contexts: list[BrowserContext] = []
        self._may_refuse: set[str] = set()

    def open(
        self,
        user: User | None = None,
        *,
        size: tuple[int, int] = DESKTOP,
        locale: str = CHINESE,
        javascript: bool = True,
    ) -> Page:
        """A page of a browser of its own, signed in as `user`."""
        context = self._browser.new_context(
            base_url=self._address,
            locale=locale,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(AXE)  # sent to each page by itself, it would be compiled anew each time
        context.on("console", self._hear)
        context.on("request", self._see)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        page = context.new_page()
        if user is not None:
            sign_in(page, user)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        """Chromium writes what the content security policy refuses as an error, too."""
        place = message.location.get("url", "")
        if message.type in ("error", "assert") and place.removeprefix(self._address) not in self._may_refuse:
            self.complaints.append(f"{place}: {message.text}")

    def _see(self, request: Request) -> None:
        if request.url.endswith(REPORTS):
            self.complaints.append(f"reported against the policy: {request.post_data}")

    def goto(self, page: Page, address: str) -> int:
        """Open an address that may answer with a refusal, of which a browser complains, too. Gives the status."""
        self.expect_refusal(address)
        answer = page.goto(address)
        assert answer is not None
        return answer.status

    def show(self, page: Page, address: str, made: HttpResponse) -> None:
        """Open an address whose answer the test has asked for already: it is not made twice."""
        self._ready.next_page = made
        assert self.goto(page, address) == 200, address
        assert self._ready.next_page is None, f"{address} was not asked for"

    def expect_refusal(self, address: str) -> None:
        """An address may answer with a refusal although a page, not the test, opens it."""
        self._may_refuse.add(quote(address, safe="/?&=%"))

    def picture(self, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages):
            with suppress(Exception):
                page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)

    def close(self) -> None:
        with ExitStack() as stack:
            for context in self._contexts:
                stack.callback(context.close)


class ReadyAnswers:
    """Before the application of a server: gives a page that is made already."""

    def __init__(self, server: LiveServer) -> None:
        httpd: Any = server.thread.httpd
        self.next_page: HttpResponse | None = None
        self._application = getattr(httpd.get_app(), "_application", httpd.get_app())
        httpd.set_app(self)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        page = self.next_page
        if page is None or environ.get("HTTP_SEC_FETCH_DEST") != "document":
            return self._application(environ, start_response)  # type: ignore[no-any-return]
        self.next_page = None
        start_response("200 OK", list(page.items()))
        return [page.content]


def sign_in(page: Page, user: User) -> None:
    """By the sign-in page; ends at the workbench."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator(".sign-in button[type=submit]").click()
    expect(page).to_have_url(re.compile("/workbench/$"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Playwright keeps a loop in this thread, in which Django would refuse the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visits(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[Visits]:
    expect.set_options(timeout=PATIENCE)
    opened = Visits(browser, live_server)
    yield opened
    if request.node.stash.get(FAILED, False):
        opened.picture(re.sub(r"\W+", "-", request.node.name).strip("-"))
    opened.close()
    assert not opened.complaints, "\n".join(opened.complaints)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def fresh_limits(empty_cache: None) -> Iterator[None]:
    forget_calls()
    yield
    forget_calls()


@pytest.fixture
def worker(
    transactional_db: None, process_environment: Callable[[], dict[str, str]], tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker on the test database; earlier tests left it nothing to do."""
    queues = ["-Q", "jobs,sweep,push,push-failing", "-P", "solo", "--without-mingle", "--without-gossip"]
    from jinan_credit.celery import app

    app.control.purge()
    with (tmp_path / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "jinan_credit", "-q", "worker", *queues, "--loglevel", "WARNING"],
            cwd=ROOT,
            env=process_environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
