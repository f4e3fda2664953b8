import re
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from jinan_credit import urls as site_urls
from jinan_credit.accounts import workbench
from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.settings.environment import ROOT


def text(response) -> str:
    return response.content.decode()


def refusing(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "nul":
        return HttpResponse(User.objects.filter(username="a\x00").count())
    raise {
        "conflict": DomainError("taken", "Somebody signed it before you."),
        "input": InvalidInput("bad", "The <b>date</b> is missing."),
        "right": NotAllowed("no_right", "Your role does not include it."),
        "missing": NotFound("gone", "It is not there."),
        "broken": ZeroDivisionError("a fault of ours"),
    }[kind]


urlpatterns = [path("refusing/<str:kind>/", refusing), path("", include(site_urls))]


# Workbench


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Counter]], None]:
    def put(counters: list[Counter]) -> None:
        monkeypatch.setattr(workbench, "_counters", [lambda actor: counters])

    return put


def test_the_workbench_asks_for_a_sign_in(client: Client, db: None) -> None:
    answer = client.get("/workbench/")

    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/workbench/"


def test_the_workbench_shows_counters_that_open_their_lists(signed_in: Client, work) -> None:
    work([Counter("To sign", 3, "/tasks/?state=TO_SIGN"), Counter("Overdue", 1, "/tasks/?due=over", is_urgent=True)])

    page = text(signed_in.get("/workbench/"))

    card = r'<a class="counter-card( counter-urgent)?"\s+href="([^"]+)">\s*<span class="counter-count">(\d+)'
    cards = re.findall(card, page)
    assert cards == [(" counter-urgent", "/tasks/?due=over", "1"), ("", "/tasks/?state=TO_SIGN", "3")]


def test_what_is_done_stands_below_as_plain_links(signed_in: Client, work) -> None:
    work([Counter("To sign", 3, "/tasks/?state=TO_SIGN"), Counter("Overdue", 0, "/tasks/?due=over", is_urgent=True)])

    page = text(signed_in.get("/workbench/"))

    assert page.count('class="counter-card') == 1
    assert '<li><a href="/tasks/?due=over">Overdue</a></li>' in page


def test_what_a_page_sends_by_itself_carries_the_csrf_token(signed_in: Client) -> None:
    assert re.search(r"<body hx-headers='{\"X-CSRFToken\": \"\w+\"}'>", text(signed_in.get("/workbench/")))


def test_an_urgent_counter_at_nought_is_not_urgent(signed_in: Client, work) -> None:
    work([Counter("Overdue", 0, "/tasks/?due=over", is_urgent=True)])

    page = text(signed_in.get("/workbench/"))

    assert "counter-urgent" not in page
    assert "all-done" in page


def test_somebody_without_a_role_is_told_whom_to_ask(client: Client, make_person, work) -> None:
    work([])
    client.force_login(make_person("newcomer"), backend="django.contrib.auth.backends.ModelBackend")

    page = text(client.get("/workbench/", headers={"Accept-Language": "en"}))

    assert "no role with work" in page


def test_my_account_names_unit_roles_and_acts_in_words(signed_in: Client, clerk: User) -> None:
    page = text(signed_in.get("/my-account/", headers={"Accept-Language": "en"}))

    assert str(clerk.unit) in page
    assert "Clerk" in page
    assert "Enter, import and submit entries" in page
    assert "Publish or return entries" not in page
    assert Act.DRAFT_ENTRIES not in page
    assert Role.CLERK not in page


def test_the_menu_holds_what_this_person_may_open_in_order(signed_in: Client, monkeypatch) -> None:
    monkeypatch.setattr(workbench, "_menu", [])
    workbench.add_menu_item("Second", url_name="my_account", icon="list", act=Act.SIGN_TASKS, order=20)
    workbench.add_menu_item("First", url_name="workbench", icon="home", act=Act.SEE_WORKBENCH, order=10)
    workbench.add_menu_item("Never", url_name="workbench", icon="lock", act=Act.SEE_AUDIT, order=5)

    page = text(signed_in.get("/workbench/"))

    wide = page[page.index("menubar-wide") : page.index("menubar-phone")]
    assert re.findall(r"</svg>(\w+)</a>", wide) == ["First", "Second"]
    assert wide.count('aria-current="page"') == 1


# Language and type


def test_chinese_is_the_default_and_english_a_click_away(client: Client, db: None) -> None:
    assert '<html lang="zh-Hans"' in text(client.get("/accounts/login/", headers={"Accept-Language": "fr"}))

    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})

    assert answer.url == "/accounts/login/"
    page = text(client.get("/accounts/login/"))
    assert '<html lang="en"' in page
    assert "Staff sign-in" in page


def test_the_language_switch_keeps_the_query(signed_in: Client) -> None:
    page = text(signed_in.get("/workbench/?a=1&b=%22%3E"))

    assert '<input type="hidden" name="next" value="/workbench/?a=1&amp;b=%22%3E">' in page


def test_large_type_is_a_cookie_and_comes_back_to_the_page(client: Client, db: None) -> None:
    on = client.post("/text-size/", {"size": "large", "next": "/accounts/login/?next=/my-account/"})

    assert on.url == "/accounts/login/?next=/my-account/"
    assert ' class="is-large"' in text(client.get("/accounts/login/"))
    client.post("/text-size/", {"size": "normal", "next": "/accounts/login/"})
    assert ' class="is-large"' not in text(client.get("/accounts/login/"))


def test_the_type_switch_leads_nowhere_else(client: Client, db: None) -> None:
    assert client.post("/text-size/", {"size": "large", "next": "https://example.org/"}).url == "/"


# Refusals and errors


@pytest.mark.urls("tests.pages.test_pages")
@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("conflict", 409, "Somebody signed it before you."),
        ("input", 400, "The &lt;b&gt;date&lt;/b&gt; is missing."),
        ("right", 403, "Your role does not include it."),
    ],
)
@pytest.mark.parametrize("as_staff", [True, False])
def test_a_refusal_says_what_and_why_and_leads_back(
    client: Client, clerk: User, kind: str, status: int, words: str, as_staff: bool
) -> None:
    if as_staff:
        client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get(f"/refusing/{kind}/", headers={"Referer": "http://testserver/tasks/?page=2"})

    assert answer.status_code == status
    assert words in text(answer)
    assert 'href="/tasks/?page=2"' in text(answer)
    assert re.search(r"<code>[0-9a-f-]{36}</code>", text(answer))


@pytest.mark.urls("tests.pages.test_pages")
def test_a_refusal_never_leads_to_another_site(client: Client, db: None) -> None:
    page = text(client.get("/refusing/conflict/", headers={"Referer": "https://example.org/lure"}))

    assert "example.org" not in page


@pytest.mark.urls("tests.pages.test_pages")
def test_what_is_hidden_looks_like_what_is_missing(signed_in: Client) -> None:
    hidden = signed_in.get("/refusing/missing/")
    missing = signed_in.get("/no-such-page/")

    assert hidden.status_code == missing.status_code == 404
    assert _bare(hidden) == _bare(missing)


def _bare(response) -> list[str]:
    page = re.sub(r'name="next" value="[^"]*"|session-seconds="\d+"|<code>[0-9a-f-]{36}</code>', "", text(response))
    return [line for line in page.splitlines() if "csrf" not in line.lower()]


@pytest.mark.urls("tests.pages.test_pages")
def test_a_fault_of_ours_gives_a_number_and_no_detail(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/refusing/broken/")

    assert answer.status_code == 500
    assert "fault of ours" not in text(answer)
    assert re.search(r"<code>[0-9a-f-]{36}</code>", text(answer))


@pytest.mark.urls("tests.pages.test_pages")
def test_the_page_of_a_fault_needs_no_database() -> None:
    answer = Client(raise_request_exception=False).get("/refusing/broken/")

    assert answer.status_code == 500


def test_a_form_without_its_token_is_refused_with_a_page(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a", "password": "b"})

    assert answer.status_code == 403
    assert "notice-page" in text(answer)


@override_settings(ALLOWED_HOSTS=["right.example"])
def test_a_wrong_host_gets_the_page_for_what_is_not_understood(db: None) -> None:
    answer = Client(SERVER_NAME="wrong.example").get("/accounts/login/")

    assert answer.status_code == 400
    assert "notice-page" in text(answer)


@pytest.mark.urls("tests.pages.test_pages")
def test_what_is_no_text_is_the_senders_fault(signed_in: Client) -> None:
    answer = signed_in.get("/refusing/nul/")

    assert answer.status_code == 400
    assert "notice-page" in text(answer)


# Gallery


def test_the_gallery_shows_every_component(signed_in: Client) -> None:
    answer = signed_in.get("/components/?messages=1&role=CLERK&user=x&sort=name")

    assert answer.status_code == 200
    for css in ("counter-card", "timeline-item", "move-details", "chip", "empty-state", "progress-box", "status-bad"):
        assert css in text(answer)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_gallery_leaves_no_component_out(signed_in: Client, language: str) -> None:
    spoken = {"Accept-Language": language}
    answers = [signed_in.get("/components/", headers=spoken), signed_in.post("/components/", headers=spoken)]

    shown = {template.name for answer in answers for template in answer.templates}
    assert {f"_components/{file.name}" for file in (ROOT / "templates/_components").iterdir()} <= shown
    assert ("组件" in text(answers[0])) is (language == "zh-hans")


def test_a_wrong_form_names_each_fault_beside_its_field_and_on_top(signed_in: Client) -> None:
    page = text(signed_in.post("/components/", {"name": "<script>" * 9, "kind": "X"}))

    assert '<a href="#id_name">' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_error"' in page
    assert 'id="id_kind_error"' in page
    assert "<script>&lt;" not in page
    assert "&lt;script&gt;&lt;script&gt;" in page


def test_a_chip_takes_one_filter_out_and_leaves_the_others(signed_in: Client) -> None:
    page = text(signed_in.get("/components/?role=CLERK&user=wang&sort=name&page=2"))

    chips = re.findall(r'<a class="chip"\s+href="([^"]+)"', page)
    assert chips == ["/components/?user=wang&amp;sort=name", "/components/?role=CLERK&amp;sort=name"]


def test_sorting_keeps_the_filters(signed_in: Client) -> None:
    page = text(signed_in.get("/components/?role=CLERK&sort=name"))

    assert 'aria-sort="ascending"' in page
    assert 'href="?role=CLERK&amp;sort=-name"' in page


@override_settings(SITE_IS_LOCAL=False)
def test_the_gallery_is_no_part_of_production(signed_in: Client) -> None:
    assert signed_in.get("/components/").status_code == 404


@pytest.mark.parametrize("path_", ["/accounts/login/", "/no-such-page/"])
def test_pages_carry_a_policy_without_inline_code(client: Client, db: None, path_: str) -> None:
    answer = client.get(path_)

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]* src=)[^>]*>|<[^>]+ (style|on[a-z]+)=", text(answer))
