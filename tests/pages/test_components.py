import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.utils import translation

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.states import LOOK_OF_STATE
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock
from jinan_credit.kernel.panels import Panel
from jinan_credit.kernel.workflow import Move, Workflow

HOSTILE = "<img src=x onerror=alert(1)>"
TAME = "&lt;img src=x onerror=alert(1)&gt;"
SIGN = Move("sign", "Sign", ("TO_SIGN",), "SIGNED", Act.SIGN_TASKS)
REFUSE = Move("refuse", "Refuse", ("TO_SIGN",), "REFUSED", Act.SIGN_TASKS, needs_reason=True)


def show(source: str, **context: Any) -> str:
    with translation.override("en"):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{% status 'PUBLISHED' x %}", HOSTILE),
        ("{% badge x %}", HOSTILE),
        ("{% page_header x x %}{% endpage_header %}", HOSTILE),
        ("{% empty_state x %}", HOSTILE),
        ("{% counter x %}", Counter(HOSTILE, 1, "/")),
        ("{% figure x 1 %}", HOSTILE),
        ("{% facts x %}", [("Name", HOSTILE)]),
        ("{% progress 1 2 x %}", HOSTILE),
        ("{% panel x %}", Panel(HOSTILE, "accounts/gallery_panel.html", {"sentence": HOSTILE})),
    ],
)
def test_what_people_typed_is_text(source: str, value: Any) -> None:
    shown = show(source, x=value)

    assert TAME in shown
    assert "<img" not in shown


class Asked(forms.Form):
    name = forms.CharField(max_length=3)
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)


def test_each_error_leads_to_what_is_to_be_filled_in() -> None:
    page = show("{{ form }}", form=Asked({}))

    targets = re.findall(r'<li><a href="#([^"]*)"', page)
    fields = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page)
    assert targets == ["id_name", "id_way_0", "id_some_0"]
    assert set(targets) <= set(fields)


def test_a_state_is_word_icon_and_colour() -> None:
    shown = show("{% status 'OVERDUE' 'Overdue' %}")

    assert 'class="status-badge status-bad"' in shown
    assert "<svg" in shown
    assert "Overdue" in shown


def test_an_unknown_state_still_shows_its_word() -> None:
    assert "status-neutral" in show("{% status 'SOMETHING' 'Something' %}")


def test_every_look_has_a_tone_that_the_style_sheet_knows() -> None:
    tones = {look.tone for look in LOOK_OF_STATE.values()}

    assert tones <= {"neutral", "info", "good", "warning", "bad", "red-list", "black-list"}


@pytest.mark.parametrize(
    ("days", "words", "css"),
    [
        (-2, "overdue by 2 days", "due-bad"),
        (-1, "overdue by 1 day", "due-bad"),
        (0, "due today", "due-warning"),
        (1, "1 day left", "due-warning"),
        (5, "5 days left", "due-neutral"),
    ],
)
def test_a_deadline_says_how_far_it_is(days: int, words: str, css: str) -> None:
    shown = show("{% due on %}", on=clock.today() + timedelta(days=days))

    assert words in shown
    assert css in shown


def test_a_deadline_that_is_met_or_absent_says_nothing() -> None:
    assert "due-words" not in show("{% due on done=True %}", on=date(2020, 1, 1))
    assert show("{% due None %}").strip() == "—"


def test_a_provisional_deadline_says_so() -> None:
    assert "provisional" in show("{% due on provisional=True %}", on=clock.today())


def test_a_day_is_the_day_in_jinan() -> None:
    late = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)

    assert ">2026-04-01<" in show("{{ at|day }}", at=late)
    assert ">2026-04-01 00:30<" in show("{{ at|moment }}", at=late)
    assert show("{{ none|day }} {{ none|moment }} {{ none|count }} {{ none|rate }}", none=None) == "— — — —"


def test_figures_are_grouped_and_shares_are_percent() -> None:
    assert show("{{ 1234567|count }} {{ share|rate }}", share=0.9754) == "1,234,567 97.5%"
    assert show("{{ sum|money }} {{ none|money }}", sum=Decimal("1250000.5"), none=None) == "1,250,000.50 —"


def test_numbers_and_names_are_masked() -> None:
    assert show("{{ '370102199001011234'|masked }} {{ '王小明'|masked_name }}") == "370102********1234 王**"


def test_a_move_that_needs_a_reason_asks_for_it_and_says_its_effect() -> None:
    shown = show(
        "{% move_buttons moves '/tasks/1/' effects %}",
        moves=[SIGN, REFUSE],
        effects={"sign": "The initiating unit is told."},
        csrf_token="token",
    )

    assert shown.count('action="/tasks/1/"') == 2
    assert shown.count('name="csrfmiddlewaretoken" value="token"') == 2
    assert "The initiating unit is told." in shown
    assert shown.count("<textarea") == 1
    assert 'id="reason-refuse" name="reason"' in shown


@time_machine.travel("2026-04-01 09:00+08:00", tick=False)
def test_the_timeline_names_step_person_unit_time_and_reason() -> None:
    move = SimpleNamespace(
        name="refuse", to_state="REFUSED", by="王芳", by_client=None, unit="市税务局", at=clock.now(), reason=HOSTILE
    )
    shown = show("{% timeline moves workflow %}", moves=[move], workflow=Workflow("task", (SIGN, REFUSE)))

    for part in ("Refuse", "王芳", "市税务局", "2026-04-01 09:00", TAME, "status-bad"):
        assert part in shown


def test_the_timeline_calls_the_system_by_its_name() -> None:
    move = SimpleNamespace(name="expire", to_state="X", by=None, by_client=None, unit=None, at=clock.now(), reason="")

    assert "System" in show("{% timeline moves %}", moves=[move])
    assert "No step has been taken yet." in show("{% timeline moves %}", moves=[])


def test_a_bar_asks_until_it_is_finished() -> None:
    assert 'hx-get="/imports/1/"' in show("{% progress 1 2 'Reading' poll='/imports/1/' %}")
    assert "hx-get" not in show("{% progress 2 2 'Read' poll='/imports/1/' finished=True %}")
    assert 'max="1"' in show("{% progress 0 0 'Waiting' %}")
