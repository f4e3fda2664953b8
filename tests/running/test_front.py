"""deploy/nginx.conf, read as nginx reads it: which listener passes which address on."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import ROOT
from tests.e2e.routes import FOR_ALL

CONF = re.sub(r"(?m)#.*$", "", (ROOT / "deploy" / "nginx.conf").read_text())
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
    plain = re.sub(r"'[^']*'", "", CONF)

    assert plain.count("{") == plain.count("}")


def test_the_options_are_read_where_they_belong() -> None:
    """A file of the folder of examples is read by one of the two includes, in the right place."""
    names = {path.name.split("-")[0] for path in (ROOT / "deploy" / "nginx-options").glob("*.conf")}

    assert names == {"http", "units"}
    assert "include /etc/nginx/options/units-*.conf;" in _listener(8444)
    assert CONF.count("include /etc/nginx/options/") == 2
    assert not list((ROOT / "deploy" / "options").glob("*.conf"))
