"""Every page for every role: axe finds nothing, nothing overflows or overlaps, one language, no browser complains."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from tests.cast import Cast, make_user
from tests.e2e.conftest import CHINESE, DESKTOP, ENGLISH, PHONE, Visits
from tests.e2e.routes import FOR_ALL, REFUSALS, all_addresses, page_routes
from tests.e2e.samples import addresses, fill

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1800)]

STAFF = ("clerk", "reviewer", "finance_clerk", "coordinator", "auditor", "officer", "supervisor")
EVERYBODY = (*STAFF, "visitor")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,
}
Size = tuple[int, int]
NARROWEST: Size = (320, 844)
SIZES = (NARROWEST, PHONE, DESKTOP)
FOREIGN_PAGES = {"api_docs"}
"""Drawn by another project's program: theirs is how it looks."""

ILL_PLACED = """() => {
  const width = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth <= width ? [] : [...document.body.querySelectorAll("*")]
    .filter((it) => it.getBoundingClientRect().right > width + 1)
    .slice(0, 4)
    .map((it) => "too wide: " + it.tagName + "." + it.className + ": " + it.textContent.trim().slice(0, 40));
  const over = [...document.querySelectorAll("[data-chart] svg")].flatMap((drawing) => {
    const words = [...drawing.querySelectorAll("text")].map((it) => [it.textContent, it.getBoundingClientRect()]);
    return words.flatMap(([word, a], at) => words.slice(at + 1)
      .filter(([_, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
      .map(([other]) => "written over each other: " + word + " / " + other));
  });
  const lines = new Set([...document.querySelectorAll(".menubar-wide .menu-list > li")]
    .map((it) => Math.round(it.getBoundingClientRect().top)));
  const broken = [...document.querySelectorAll(".counter-count")]
    .filter((it) => it.offsetHeight > 1.5 * parseFloat(getComputedStyle(it).lineHeight))
    .map((it) => "a number broken in two: " + it.innerText);
  return [...wide, ...over, ...broken, ...(lines.size > 1 ? ["the menu stands in two lines"] : [])];
}"""
WITHOUT_MENUS = """() => [...document.querySelectorAll("body > *")]
  .filter((it) => document.querySelector("main") && !it.querySelector("main") && !it.matches("main"))
  .forEach((it) => it.remove())"""
"""Two thirds of a page's elements stand there, and axe saw them on another page of this person."""
OWN_WORDS = """(selector) => [...document.querySelectorAll(selector)]
  .filter((it) => !it.closest("[lang]:not(html), .choices, .person, .code, .data, noscript") && it.checkVisibility())
  .map((it) => it.innerText.trim())
  .filter(Boolean)"""
LABELS = "nav a, button, .btn, label:not(.select-box), legend, th, dt, .form-hint"
HEADINGS = "h1, h2, h3"
"""Headings may be a name out of the data, which is Chinese in English pages, too."""

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_LABEL = re.compile(r"^[A-Z][a-z]+(?: [a-z]+)*[…?:]?$")


def test_every_page_in_chinese(cast: Cast, visits: Visits) -> None:
    """A new route is looked at by itself, or this test asks for its sample."""
    REACHED.clear()
    fill(cast)
    faults = look_at_all(visits, cast, ("clerk", "visitor"), CHINESE, axe_at=(DESKTOP, PHONE))
    faults += look_at_all(visits, cast, STAFF[1:], CHINESE, axe_at=(PHONE,))
    faults += [f"{route} has no sample or no reader" for route in sorted(page_routes().keys() - REACHED)]
    assert not faults, "\n".join(["", *faults])


def test_every_page_in_english(cast: Cast, visits: Visits) -> None:
    fill(cast)
    faults = look_at_all(visits, cast, ("clerk", "coordinator", "visitor"), ENGLISH)
    assert not faults, "\n".join(["", *faults])


def test_pages_with_nothing_to_show(cast: Cast, visits: Visits) -> None:
    faults = look_at_all(visits, cast, ("clerk", "coordinator"), CHINESE, axe_at=(DESKTOP,))
    faults += look_at_all(visits, cast, [name for name in EVERYBODY if name not in ("clerk", "coordinator")], CHINESE)
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize("name", ["coordinator", "security"])
def test_administration(cast: Cast, visits: Visits, name: str) -> None:
    user = cast.coordinator if name == "coordinator" else make_user("security", cast.commission, Role.SECURITY_ADMIN)
    page = visits.open(user)
    page.goto("/admin/")
    links = page.locator("#content a[href^='/admin/']")
    found = links.evaluate_all("links => links.map((it) => it.getAttribute('href'))")
    assert found, "the administration is empty"
    for address in dict.fromkeys(found):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address} answers {answer.status}"
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    faults = []
    for route in ("workbench", "my_account", *(["access_review"] if name == "security" else [])):
        page.goto(reverse(route))
        faults += look_at(page, route, CHINESE, (DESKTOP, PHONE))
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize("locale", [CHINESE, ENGLISH])
def test_pages_of_the_system_administrator(cast: Cast, visits: Visits, locale: str) -> None:
    page = visits.open(make_user("system", None, Role.SYSTEM_ADMIN), locale=locale)
    faults = []
    for route in ("workbench", "system"):
        page.goto(reverse(route))
        faults += look_at(page, route, locale, (DESKTOP, PHONE))
    assert not faults, "\n".join(["", *faults])


# Looking ---------------------------------------------------------------------------------------------------------

MAIN = re.compile(r"<main.*</main>", re.DOTALL)
NUMBERS = re.compile(r"(?:(?<=value=\")|(?<=: \"))[\w+/=:-]{20,}|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
TEXTS = re.compile(r">[^<]*[^<\s][^<]*<")
VALUES = re.compile(
    r"(?<= )((?:href|action|value|datetime|title|placeholder|alt|aria-label|hx-\w+|data-[\w-]+|d|src|[xy]\d?)=\")[^\"]+"
)
SPACE = re.compile(r"\s+(?=[<>])|(?<=>)\s+")
LIKE_THE_ONE_BEFORE = re.compile(r"(<(tr|li|option)\b(?:(?!<\2\b).)*?</\2>)\1+", re.DOTALL)

LOOKED_AT: set[tuple[str, str]] = set()
"""Of each language, what stands in `main`, but for its numbers: no need to open it for another person."""
SEEN_BY_AXE: set[tuple[str, Size]] = set()
"""A part's markup without words, and without rows like the row before: on little else depends what axe says."""
REACHED: set[str] = set()


def look_at_all(
    visits: Visits, cast: Cast, names: Iterable[str], locale: str, *, axe_at: Collection[Size] = ()
) -> list[str]:
    """Every page of these people, but what another person saw just so before."""
    return [
        f"{name}, {locale}: {fault}"
        for name in names
        for fault in faults_of_one(visits, cast, getattr(cast, name, None), locale, axe_at)
    ]


def faults_of_one(
    visits: Visits, cast: Cast, user: User | None, locale: str, axe_at: Collection[Size]
) -> Iterator[str]:
    page, reader = visits.open(user, locale=locale), Client(headers={"accept-language": locale})
    if user is not None:
        reader.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for route, some in all_addresses(addresses(cast)).items():
        for address in some if (route in FOR_ALL) == (user is None) else []:
            answer = reader.get(address)
            if answer.status_code not in (200, *REFUSALS):
                yield f"{address} answers {answer.status_code}"
            if answer.status_code != 200:
                continue
            REACHED.add(route)
            main, around = parts_of(answer)
            sizes = unseen_by_axe(main, axe_at)
            if sizes or (locale, main) not in LOOKED_AT:
                LOOKED_AT.add((locale, main))
                menus = unseen_by_axe(around, axe_at)
                visits.show(page, address, answer)
                faults = look_at(page, route, locale, sizes | menus, with_menus=bool(menus))
                yield from (f"{address} {fault}" for fault in faults)
    page.context.close()


def parts_of(answer: Any) -> tuple[str, str]:
    """What stands in `main`, and what around it; without their numbers."""
    html = NUMBERS.sub("", answer.content.decode())
    found = MAIN.search(html)
    return (found[0], MAIN.sub("", html)) if found else (html, "")


def unseen_by_axe(part: str, axe_at: Collection[Size]) -> set[Size]:
    markup = LIKE_THE_ONE_BEFORE.sub(r"\1", SPACE.sub("", VALUES.sub(r"\1", TEXTS.sub(">x<", part))))
    left = {size for size in axe_at if (markup, size) not in SEEN_BY_AXE}
    SEEN_BY_AXE.update((markup, size) for size in left)
    return left


def look_at(page: Page, route: str, locale: str, axe_at: Collection[Size], *, with_menus: bool = True) -> list[str]:
    language: str = page.evaluate("document.documentElement.lang")
    faults = [] if language.lower() == ("zh-hans" if locale == CHINESE else "en") else [f"lang is {language!r}"]
    if route in FOREIGN_PAGES:
        return faults
    faults += words_of_the_other_language(page, locale)
    for size in SIZES if page.viewport_size == as_viewport(NARROWEST) else reversed(SIZES):
        resize(page, size)
        faults += [f"at {size[0]} px {fault}" for fault in page.evaluate(ILL_PLACED)]
    if axe_at and not with_menus:
        page.evaluate(WITHOUT_MENUS)
    for size in sorted(axe_at):
        resize(page, size)
        faults += [f"at {size[0]} px {fault}" for fault in axe_faults(page)]
    return faults


def resize(page: Page, size: Size) -> None:
    """Each change lays the whole page out anew."""
    if page.viewport_size != as_viewport(size):
        page.set_viewport_size(as_viewport(size))


def as_viewport(size: Size) -> ViewportSize:
    return {"width": size[0], "height": size[1]}


def axe_faults(page: Page) -> list[str]:
    found: dict[str, Any] = page.evaluate("(rules) => axe.run(rules)", RULES)
    return [
        f"{violation['id']}: {' | '.join(node['html'][:160] for node in violation['nodes'][:3])}"
        for violation in found["violations"]
    ]


def words_of_the_other_language(page: Page, locale: str) -> list[str]:
    """A light look at our own labels; what is in the data stays in its language."""
    labels: list[str] = page.evaluate(OWN_WORDS, f"{LABELS}, {HEADINGS}" if locale == CHINESE else LABELS)
    if locale == CHINESE:
        return [f"not in Chinese: {label}" for label in labels if ENGLISH_LABEL.match(label)]
    return [f"not in English: {label}" for label in labels if HAN.search(label)]
