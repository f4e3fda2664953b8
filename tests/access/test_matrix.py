"""Every page and file for every role, own and another unit's, by each method; and the administration.

The routes are those of the URL conf. What each person gets is in `table.py`; a route without a line there fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import resolve, reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.roles import ACTS_OF
from lists.models import Entry
from objections.models import Objection
from repair.models import RepairApplication
from sanctions.models import CaseReport
from tests.access.requests import missing, same_but_for_the_request, undone
from tests.access.samples import POSTED, found, state_of
from tests.access.table import ADMIN_PAGES, KEPT, ROUTES, lines_of
from tests.cast import Cast, make_user
from tests.e2e.routes import all_patterns

OF_EVERYBODY = {"bulletins", "credit_promises"}
"""Lists that every unit reads: they name parties of whom everybody is told."""

IN_A_UNIT = (Role.CLERK, Role.REVIEWER)
IN_THE_COMMISSION = (Role.COORDINATOR, Role.TIP_OFF_OFFICER, Role.TIP_OFF_SUPERVISOR)
OF_NO_UNIT = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
PARTNER_OF = {"court": "finance", "finance": "court", "commission": "court", "transport": "court"}
METHODS = ("GET", "POST")
NOT_OFFERED = "x"
REACHED, REFUSED, NOT_THERE, SIGN_IN = "+", "-", ".", ">"

Person = tuple[str, str]
"""A unit's code and a role."""

STRANGER: Person = ("stranger", Role.CLERK)
OWNER: Person = ("court", "the one who made it")


def at_home(role: Role) -> Person:
    return ("court" if role in IN_A_UNIT else "commission" if role in IN_THE_COMMISSION else "", role)


@dataclass(frozen=True)
class Line:
    whose: str
    letters: str

    @property
    def is_open(self) -> bool:
        return self.whose == "public"

    def persons(self) -> list[Person]:
        """One for each letter, in the order of the columns."""
        units = [self.whose, PARTNER_OF[self.whose], "stranger"] if self.whose in PARTNER_OF else ["court"]
        own, *others = [[(unit, role) for role in IN_A_UNIT] for unit in units]
        return [*own, *map(at_home, (*IN_THE_COMMISSION, *OF_NO_UNIT)), *(person for some in others for person in some)]

    def asked(self, method: str, *, is_first: bool) -> Iterator[tuple[Person, str]]:
        """Everybody by GET at the first sample; else nobody whom the page's acts refuse, and one of each other kind."""
        seen = set()
        for (unit, role), letter in zip(self.persons(), self.letters, strict=True):
            kind = (unit, letter)
            if (method == "GET" and is_first) or (letter != REFUSED and kind not in seen):
                yield (unit, role), letter
            seen.add(kind)


def read(table: str) -> dict[str, Line]:
    """By name, or name and method; `signed-in` and `public` have the same letter for everybody."""
    lines = {}
    for name, *rest in lines_of(table):
        method = [rest.pop(0)] if rest[0] in METHODS else []
        whose, *letters = rest
        lines[" ".join([name, *method])] = Line(whose, "".join(letters) or REACHED * 8)
    return lines


LINES = read(ROUTES)
NAMES = sorted({name.partition(" ")[0].partition("/")[0] for name in LINES})
GUARDED = [name for name in NAMES if not LINES[name].is_open]


def test_every_route_has_a_line() -> None:
    names = {str(pattern.name) for pattern in all_patterns() if pattern.name}

    assert names - set(LINES) == set(), "say who gets each: add a line to ROUTES in tests/access/table.py"
    assert set(NAMES) - names == set(), "there is no such route any more: take its line out of tests/access/table.py"


def test_lines_and_pages_agree_on_the_acts() -> None:
    """Who lacks the acts of a page is refused, everywhere; a page may refuse more."""
    for name, line in LINES.items():
        for view in views_of(name.partition(" ")[0].partition("/")[0]):
            acts = getattr(view, "acts", None)
            assert (line.whose in ("public", "signed-in")) if acts is None else not line.is_open, f"{name} asks: {acts}"
            for (_unit, role), letter in zip(line.persons(), line.letters, strict=True):
                may = not acts or not ACTS_OF[role].isdisjoint(acts)
                assert may or letter == REFUSED, f"{name}: {role} has {letter!r}; the page asks for {acts}"


@pytest.mark.parametrize("name", NAMES)
def test_route(visitors: "Visitors", name: str) -> None:
    """Each person gets what the table says; what is not for him writes nothing, and looks like what never was."""
    faults = [fault for address in visitors.addresses(name) for fault in visitors.look_at(name, address)]

    assert not faults, "\n".join(["tests/access/table.py says otherwise:", *faults])


@pytest.mark.parametrize("name", GUARDED)
def test_route_without_signing_in(visitors: "Visitors", name: str) -> None:
    """The sign-in, or nothing of that kind: never the page, and nothing is written."""
    address = visitors.addresses(name)[0]
    for method in METHODS:
        with undone() as changed:
            answer = visitors.ask(None, method, address)
        came_to = letter_of(answer)
        assert came_to in (SIGN_IN, NOT_THERE, NOT_OFFERED), f"{method} {address} answers {answer.status_code}"
        assert changed == [], f"{method} {address}"


@pytest.mark.parametrize(("name", "method"), [("filter_delete", "POST"), ("export", "GET"), ("export_file", "GET")])
def test_what_is_a_persons_own_is_not_his_colleagues(visitors: "Visitors", name: str, method: str) -> None:
    for person, expected in ((OWNER, REACHED), (("court", Role.CLERK), NOT_THERE)):
        with undone():
            assert visitors.letter(person, method, visitors.addresses(name)[0]) == expected


@pytest.mark.parametrize("query", ["", "?text=济南&q=济南&unit=finance&list=TBLACK&credit_list=TBLACK&sort=-pk"])
def test_a_stranger_counts_and_finds_nothing(visitors: "Visitors", query: str) -> None:
    """No list, whatever it filters by, names a party or a case of others to whom they do not concern; nothing waits."""
    said = said_of_others()
    found_in: dict[str, list[str]] = {}
    for name in GUARDED:
        if takes_arguments(name) or name in OF_EVERYBODY:
            continue
        with undone():
            answer = visitors.ask(STRANGER, "GET", f"{reverse(name)}{query}")
        if answer.status_code == 200 and not answer.streaming:
            page = answer.content.decode()
            found_in[name] = [text for text in said if text in page]

    assert {name: texts for name, texts in found_in.items() if texts} == {}


def test_nothing_waits_for_a_stranger(visitors: "Visitors") -> None:
    """The counters count what the person may see: the bulletin that all units are told of, and that he was told."""
    answer = visitors.ask(STRANGER, "GET", reverse("workbench"))

    opened = {counter.url.partition("?")[0] for counter in answer.context["waiting"]}
    assert opened <= {reverse("messages"), reverse("bulletins")}


# Administration --------------------------------------------------------------------------------------------------

KEEPERS = {"K": Role.COORDINATOR, "Y": Role.SYSTEM_ADMIN, "S": Role.SECURITY_ADMIN, "-": None}
KEPT_LINES = {name: (KEEPERS[by], may) for name, by, *may in lines_of(KEPT)}
ADMIN_LINES = {name: set(by) for name, *by in lines_of(ADMIN_PAGES)}
ALL_ROLES = (*IN_A_UNIT, *IN_THE_COMMISSION, *OF_NO_UNIT)
PARTS = ("changelist", "add", "change", "delete", "history")


def test_every_page_of_the_administration_has_a_line() -> None:
    kept = {model._meta.label_lower for model in admin.site._registry}
    names = {str(pattern.name) for pattern in all_patterns(admin.site.get_urls()) if pattern.name}
    usual = {f"{kind.replace('.', '_')}_{part}" for kind in kept for part in PARTS}

    assert kept ^ set(KEPT_LINES) == set(), "each kind of row has one line in KEPT in tests/access/table.py"
    assert (names - usual) ^ set(ADMIN_LINES) == set(), "each has one line in ADMIN_PAGES in tests/access/table.py"


@pytest.mark.parametrize("kind", KEPT_LINES)
def test_kept_rows(visitors: "Visitors", kind: str) -> None:
    keeper, may = KEPT_LINES[kind]
    model = next(one for one in admin.site._registry if one._meta.label_lower == kind)
    name = f"admin:{kind.replace('.', '_')}"
    row = model._default_manager.first()
    addresses = {part: reverse(f"{name}_{part}") for part in ("changelist", "add")}
    if row is not None:
        addresses |= {part: reverse(f"{name}_{part}", args=[row.pk]) for part in ("change", "delete", "history")}
    faults = []
    for role in ALL_ROLES:
        for part, address in addresses.items():
            allowed = role == keeper and (part in ("changelist", "history", "change") or part in may)
            for method in METHODS:
                expected = REACHED if allowed else REFUSED
                if part == "change" and method == "POST" and "change" not in may:
                    expected = REFUSED
                with undone() as changed:
                    came_to = visitors.letter(at_home(role), method, address)
                if came_to != expected and not (came_to == NOT_THERE and expected == REFUSED):
                    faults.append(f"{role} {method} {address}: {came_to!r}, not {expected!r}")
                if expected == REFUSED and changed:
                    faults.append(f"{role} {method} {address} wrote: {changed}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ADMIN_LINES)
def test_other_pages_of_the_administration(visitors: "Visitors", city: Cast, name: str) -> None:
    arguments: dict[str, list[Any]] = {
        "accounts_unit_succeed": [city.court.pk],
        "app_list": ["accounts"],
        "accounts_user_end_sessions": [city.clerk.pk],
        "accounts_user_remove_second_factors": [city.clerk.pk],
        "auth_user_password_change": [city.clerk.pk],
    }
    address = reverse(f"admin:{name}", args=arguments.get(name))
    for role in ALL_ROLES:
        with undone():
            came_to = visitors.letter(at_home(role), "GET", address)
        letter = next((letter for letter, keeper in KEEPERS.items() if keeper == role), "")
        assert (came_to == REACHED) == (letter in ADMIN_LINES[name]), f"{role} {address}: {came_to!r}"


# Visiting --------------------------------------------------------------------------------------------------------


class Visitors:
    """One person for each unit and role, signed in once."""

    def __init__(self, cast: Cast) -> None:
        self._addresses = found(cast)
        self._client = Client()
        units = {unit.code: unit for unit in (cast.court, cast.finance, cast.stranger_unit, cast.commission)}
        clerks = [(code, role) for code in units for role in IN_A_UNIT]
        self._cookies: dict[Person, str] = {}
        for code, role in [*clerks, *map(at_home, (*IN_THE_COMMISSION, *OF_NO_UNIT))]:
            user = make_user(f"{code or 'city'} {role}", units.get(code), Role(role))
            self._cookies[code, role] = cookies_of(user)
        self._cookies[OWNER] = cookies_of(cast.clerk)

    def addresses(self, name: str) -> list[str]:
        given = self._addresses.get(name) or ([] if takes_arguments(name) else [reverse(name)])
        assert given, f"give {name} an address of something that is there in tests/access/samples.py"
        return given

    def ask(self, person: Person | None, method: str, address: str) -> Any:
        """As if it were the person's first request."""
        self._client.cookies.clear()
        self._client.cookies.load(self._cookies[person] if person is not None else "")
        body = urlencode(POSTED.get(str(resolve(address.partition("?")[0]).url_name), {}))
        answer: Any = self._client.generic(method, address, body, "application/x-www-form-urlencoded")
        if answer.streaming:
            list(answer.streaming_content)
        return answer

    def letter(self, person: Person, method: str, address: str) -> str:
        return letter_of(self.ask(person, method, address))

    def look_at(self, name: str, address: str) -> Iterator[str]:
        is_first = address == self.addresses(name)[0]
        for method in METHODS if is_first else ("GET",):
            line = line_of(name, method, address)
            if line.is_open and not is_first:
                continue
            for person, expected in line.asked(method, is_first=is_first):
                with undone() as changed:
                    answer = self.ask(person, method, address)
                came_to = letter_of(answer)
                who = f"{method} {address} as {' '.join(person).strip()}"
                if came_to == NOT_OFFERED and expected != REFUSED:
                    break
                if came_to != expected:
                    yield f"{who}: {came_to!r}, not {expected!r} (state {state_of(address) or 'none'})"
                if came_to in (REFUSED, NOT_THERE) and changed:
                    yield f"{who} wrote: {changed}"
                if came_to == NOT_THERE and is_first:
                    yield from (
                        f"{who} tells that it is there: {line}" for line in self.tells(person, method, address, answer)
                    )

    def tells(self, person: Person, method: str, address: str, answer: Any) -> list[str]:
        """The lines by which an answer differs from that about what never was."""
        never_there = missing(address)
        with undone():
            never = self.ask(person, method, never_there)
        if never.status_code != answer.status_code:
            return [f"{never_there} answers {never.status_code}"]
        lines = [
            set(same_but_for_the_request(*page)) for page in ((answer.content, address), (never.content, never_there))
        ]
        return sorted(lines[0] ^ lines[1])


@pytest.fixture(scope="module")
def visitors_once(filled_once: Cast, django_db_blocker: object) -> Visitors:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        return Visitors(filled_once)


@pytest.fixture
def visitors(visitors_once: Visitors, city: Cast) -> Visitors:
    return visitors_once


def takes_arguments(name: str) -> bool:
    return all(pattern.pattern.regex.groups for pattern in all_patterns() if pattern.name == name)


def said_of_others() -> set[str]:
    """Names and numbers that stand for what concerns the court, finance and transport alone."""
    rows = (
        Entry.objects.values_list("subject_name", flat=True),
        Objection.objects.values_list("receipt_number", flat=True),
        RepairApplication.objects.values_list("receipt_number", flat=True),
        CaseReport.objects.values_list("title", flat=True),
    )
    return {text for some in rows for text in some}


def cookies_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())


def letter_of(answer: Any) -> str:
    to = answer.get("Location", "")
    if to.startswith(reverse("account_login")):
        return SIGN_IN
    if to.startswith(reverse("admin:login")) or to == reverse("admin:index"):
        return REFUSED
    by_status = {403: REFUSED, 404: NOT_THERE, 405: NOT_OFFERED}
    return by_status.get(answer.status_code) or (REFUSED if _says_refused(answer) else REACHED)


def _says_refused(answer: Any) -> bool:
    """A refusal that is shown on the page to which one is sent back."""
    request = answer.wsgi_request
    return hasattr(request, "_messages") and any("您的角色" in str(one) for one in get_messages(request))


def line_of(name: str, method: str, address: str) -> Line:
    """The line of the state, of the method, or the route's."""
    for key in (f"{name}/{state_of(address)} {method}", f"{name}/{state_of(address)}", f"{name} {method}", name):
        if key in LINES:
            return LINES[key]
    raise AssertionError(f"{name} has no line in tests/access/table.py")


def views_of(name: str) -> list[Any]:
    return [pattern.callback for pattern in all_patterns() if pattern.name == name]
