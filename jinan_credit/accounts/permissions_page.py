"""`docs/permissions.md`, made from the table of permissions: what the page says is what the code asks."""

from collections.abc import Iterable, Sequence

from django.utils import translation

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.permissions import PageRow, act_rows, call_rows, kept_rows, page_rows

HEAD = """# Permissions

Made from `jinan_credit/accounts/roles.py` and from what each page and call asks for, by `manage.py
write_permissions`; a test fails when it is out of date. The page *Permissions* (`/permissions/`) shows the same to
whoever keeps accounts or audits.

An act is one half of every permission. The other is whose row it is: a person and a client see and touch what concerns
their own unit (`visible_to` of each model); anything else is not there for them (404), as if it did not exist. Nobody
holds two of the three administrators' roles. Who made or proposed something never decides on it.
"""

ROLES_AND_ACTS = """## Roles and acts

A machine acts by its scopes; it never reviews, publishes or decides.
"""

PAGES = """## Pages

Any one of the acts opens the page. What is not here anybody may open: the public site and the sign-in.
"""

CALLS = """## Calls

Of a unit's own system, under one scope each.
"""

KEPT = """## Administration

Rows that are kept under `/admin/`, by whoever holds the act.
"""


def render() -> str:
    """The page, in English whatever the language of the process."""
    with translation.override("en"):
        return "\n".join([HEAD, *_roles_and_acts(), *_pages(), *_calls(), *_kept()])


def _roles_and_acts() -> list[str]:
    heads = ["act", "", *(str(role.label) for role in Role), "scopes"]
    lines = (
        [_code(row.act), str(row.act.label), *(_yes(role in row.roles) for role in Role), _codes(row.scopes)]
        for row in act_rows()
    )
    return [ROLES_AND_ACTS, *_table(heads, lines)]


def _pages() -> list[str]:
    lines = ([_code(row.address), _codes(row.acts) or "*signed in*", _roles(row)] for row in page_rows())
    return [PAGES, *_table(["page", "act", "roles"], lines)]


def _calls() -> list[str]:
    lines = ([_code(row.address), ", ".join(row.methods), _code(row.scope)] for row in call_rows())
    return [CALLS, *_table(["call", "methods", "scope"], lines)]


def _kept() -> list[str]:
    lines = (
        [str(row.name), _code(row.act), _yes(row.may_add), _yes(row.may_change), _yes(row.may_delete)]
        for row in kept_rows()
    )
    return [KEPT, *_table(["rows", "act", "add", "change", "delete"], lines)]


def _roles(row: PageRow) -> str:
    return ", ".join(str(role.label) for role in row.roles) if row.acts else "*all*"


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    return [_line(heads), "|---" * len(heads) + "|", *map(_line, lines), ""]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return f"`{text}`"


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(map(_code, texts))


def _yes(is_so: bool) -> str:
    return "✓" if is_so else ""
