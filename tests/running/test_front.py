"""deploy/nginx.conf, read as nginx reads it: which listener passes which address on."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from jinan_credit.accounts.api.schema_refusals import REFUSAL
from tests.cast import Cast
from tests.conftest import ROOT
from tests.e2e.routes import FOR_ALL

WHOLE = re.sub(r"(?m)(^|\s)#.*$", "", (ROOT / "deploy" / "nginx.conf").read_text())
CONF = re.sub(r"'[^'\n]*'", "''", WHOLE)
"""Without its texts."""
NOT_FOR_THE_PUBLIC = {"account_login", "account_inactive", "api_docs"}
"""Pages that nobody signs in for, and that all the same only the staff and the units' programmers need."""
WITHOUT_A_PAGE = {"robots", "sitemap", "set_language", "text_size", "policy_report"}
PUBLIC = (FOR_ALL - NOT_FOR_THE_PUBLIC) | WITHOUT_A_PAGE


def _listener(port: int) -> str:
    return next(part for part in CONF.split("server {") if re.search(rf"listen {port}\b", part))


def _locations(port: int) -> list[tuple[str, str, str]]:
    """(modifier, address, what stands inside), in the order of the file."""
    return re.findall(r"location (?:(=|~) )?(\S+) \{([^}]*)\}", _listener(port))


def _passes(port: int, address: str) -> bool:
    """An exact address wins, then the first expression that fits, then the longest beginning."""
    found = _locations(port)
    exact = [inside for how, where, inside in found if how == "=" and where == address]
    fitting = [inside for how, where, inside in found if how == "~" and re.search(where, address)]
    starting = sorted((where, inside) for how, where, inside in found if not how and address.startswith(where))
    chosen = [*exact, *fitting, *(inside for _where, inside in reversed(starting))][0]
    return "proxy_pass" in chosen


def _routes() -> list[tuple[str, str]]:
    """(name, an address that fits it) of every route."""
    return [(pattern.name or "", "/" + _example(path)) for path, pattern in _walk(get_resolver(), "")]


def _walk(resolver: URLResolver, before: str) -> list[tuple[str, URLPattern]]:
    found = []
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        found += _walk(one, path) if isinstance(one, URLResolver) else [(path, one)]
    return found


def _example(path: str) -> str:
    filled = re.sub(r"<(?:int|slug|str|path):?[^>]*>|<[^:>]*>", "1", path)
    filled = re.sub(r"<uuid:[^>]*>", "01a23212-e839-73c9-af62-2b5a4b645cd5", filled)
    return re.sub(r"\(\?P1[^)]*\)|[\^$\\]", "", filled)


def test_the_example_addresses_lead_to_routes() -> None:
    addresses = dict(_routes())

    assert addresses["home"] == "/"
    assert addresses["public_entry"].startswith("/public/entries/01a2")
    assert len(addresses) > 150


@pytest.mark.parametrize(("name", "address"), _routes())
def test_the_public_listener_knows_the_public_site_alone(name: str, address: str) -> None:
    """A new route is not public until somebody writes it both here and there."""
    assert _passes(8443, address) is (name in PUBLIC)


@pytest.mark.parametrize(("name", "address"), _routes())
def test_the_listener_of_the_units_knows_their_interface_alone(name: str, address: str) -> None:
    assert _passes(8444, address) is address.startswith(("/api/v1/", "/o/token/"))


@pytest.mark.parametrize("address", ["/metrics", "/-/ready/", "/admin/", "/api/docs/", "/entries/", "/status/"])
def test_inside_everything_is_passed_on(address: str) -> None:
    assert _passes(9443, address)


@pytest.mark.parametrize(
    "address", ["/Admin/", "/publications/", "/repairs/", "/tip-offs/", "/statusx/", "/objections/newer/"]
)
def test_what_only_looks_public_is_not(address: str) -> None:
    assert not _passes(8443, address)


def test_what_a_visitor_says_of_himself_is_overwritten() -> None:
    for header, value in {
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "https",
        "X-Request-ID": "$request_id",
    }.items():
        assert f"proxy_set_header {header} {value};" in CONF


def test_braces_are_balanced() -> None:
    assert CONF.count("{") == CONF.count("}")


ADDRESS_OF_STAFF = "https://credit.example.cn:9443"


def _pages_of_the_public() -> list[str]:
    found = []
    for name in sorted(PUBLIC - WITHOUT_A_PAGE):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            pass  # one that takes an argument
    return found


def _targets(client: Client, page: str) -> set[str]:
    """Where the links, forms and files of a page lead, as far as they lead to this site.

    A refusal, such as that of a receipt without an application, is told to the staff on a page of theirs.
    """
    answer = client.get(page, secure=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    found = re.findall(r'(?:href|src|action|hx-get|hx-post)="([^"]*)"', text if 'class="public-header"' in text else "")
    return {re.split(r"[?#]", target)[0] for target in found if target.startswith("/")}


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["", "clerk"])
@pytest.mark.parametrize("address", [ADDRESS_OF_STAFF, None])
def test_what_a_public_page_links_to_passes_the_listener_of_the_public(
    cast: Cast, client: Client, settings: Any, who: str, address: str | None
) -> None:
    settings.STAFF_ADDRESS = address
    if who:
        client.force_login(getattr(cast, who))
    targets = {target for page in _pages_of_the_public() for target in _targets(client, page)}

    assert {"/", "/public/lists/", "/objections/new/"} <= targets
    assert [one for one in sorted(targets) if not one.startswith("/static/") and not _passes(8443, one)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "path"), [("", "/accounts/login/"), ("clerk", "/workbench/")])
def test_a_public_page_sends_the_staff_to_their_own_address(
    cast: Cast, client: Client, settings: Any, who: str, path: str
) -> None:
    if who:
        client.force_login(getattr(cast, who))
    link = f'class="switch-button" href="{ADDRESS_OF_STAFF}{path}"'
    settings.STAFF_ADDRESS = ADDRESS_OF_STAFF

    assert link in client.get("/").content.decode()
    settings.STAFF_ADDRESS = None
    assert path not in client.get("/").content.decode()
    settings.STAFF_ADDRESS = ""
    assert link.replace(ADDRESS_OF_STAFF, "") in client.get("/").content.decode()


# What nginx says itself ----------------------------------------------------------------------------------------

OWN_ERRORS = "404 413 502 503 504"


def _texts(variable: str) -> dict[str, str]:
    """By status, as the map of this name has them."""
    (inside,) = re.findall(rf"map \$status \${variable} \{{\n(.*?)\n    \}}", WHOLE, re.DOTALL)
    texts = dict(re.findall(r"^\s*(\w+) '([^'\n]*)';$", inside, re.MULTILINE))
    assert len(texts) == len(inside.splitlines()), "a line that is no text"
    return texts


@pytest.mark.parametrize(("port", "place"), [(8443, "page"), (8444, "refusal"), (9443, "page")])
def test_an_error_of_nginx_itself_is_told_in_words(port: int, place: str) -> None:
    listener = _listener(port)

    assert f"error_page {OWN_ERRORS} @{place};" in listener
    assert f"location @{place} {{" in listener
    assert f"return 500 ${place};" in listener
    assert "proxy_intercept_errors" not in CONF, "what a program says itself is passed on"


def test_the_units_systems_read_it_as_every_other_error_of_the_interface() -> None:
    texts = _texts("refusal")

    assert set(texts) == {"404", "413", "default"}
    for status, text in texts.items():
        told = json.loads(text.removesuffix("\\n"))
        assert set(told) == set(REFUSAL["required"])
        assert told["type"] == ("server_error" if status == "default" else "client_error")
        (error,) = told["errors"]
        assert set(error) == set(REFUSAL["properties"]["errors"]["items"]["required"])
        assert "$request_id" in error["detail"]


def test_people_read_it_in_both_languages_with_the_number_of_the_request() -> None:
    chinese, english, page = _texts("page_in_chinese"), _texts("page_in_english"), _texts("page")["default"]

    assert set(chinese) == set(english) == {"404", "413", "default"}
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in chinese.values())
    assert all(text.isascii() for text in english.values())
    for part in ("$page_in_chinese", "$page_in_english", "$request_id", 'href="/"'):
        assert part in page


def test_no_text_is_longer_than_nginx_reads() -> None:
    assert all(len(text.encode()) < 4000 for text in re.findall(r"'[^'\n]*'", WHOLE))


def test_the_options_are_read_where_they_belong() -> None:
    """A file of the folder of examples is read by one of the two includes, in the right place."""
    names = {path.name.split("-")[0] for path in (ROOT / "deploy" / "nginx-options").glob("*.conf")}

    assert names == {"http", "units"}
    assert "include /etc/nginx/options/units-*.conf;" in _listener(8444)
    assert CONF.count("include /etc/nginx/options/") == 2
    assert not list((ROOT / "deploy" / "options").glob("*.conf"))
