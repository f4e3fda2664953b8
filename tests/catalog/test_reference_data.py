"""What the files say, held against the plan (济政字〔2017〕35号)."""

import re
from datetime import date
from itertools import pairwise

import pytest
import yaml
from django.db.models import Count

from catalog.enums import MeasureKind, Severity
from catalog.models import KeyTask, Measure, Memorandum, MemorandumVersion, RuleProfile
from catalog.services.load_reference import DATA
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import DomainError
from tests.conftest import ROOT

APPS = ("jinan_credit", "catalog", "lists", "sanctions", "objections", "repair")
FILES = sorted(path.name for path in DATA.glob("*.yaml"))


@pytest.mark.parametrize("file", [name for name in FILES if name != "calendar.yaml"])
def test_every_row_cites_its_place(file):
    for row in yaml.safe_load((DATA / file).read_text(encoding="utf-8")):
        assert row.get("source") or row.get("legal_basis"), row


def test_the_plan_and_its_eighteen_memoranda(reference):
    assert list(Memorandum.objects.values_list("number", flat=True)) == list(range(19))
    rewards = Memorandum.objects.filter(kind=MeasureKind.REWARD)
    assert sorted(rewards.values_list("number", flat=True)) == [5, 8, 9]
    assert MemorandumVersion.objects.in_force(date(2017, 6, 13)).count() == 19
    assert not MemorandumVersion.objects.in_force(date(2017, 6, 12)).exists()


def test_memorandum_ten_has_its_right_title_and_the_task_the_printed_one(reference):
    assert Memorandum.objects.get(number=10).title.startswith("关于对严重质量违法失信行为当事人")
    assert "关于对关于对严重质量违法" in KeyTask.objects.get(number=10).content


def test_the_thirty_one_tasks(reference):
    tasks = list(KeyTask.objects.all())
    assert [task.number for task in tasks] == list(range(1, 32))
    assert [task.number for task in tasks if task.due_on == date(2017, 6, 30)] == [27, 29, 30]
    assert [task.number for task in tasks if task.due_on == date(2017, 12, 31)] == [24, 25, 26]
    assert [task.number for task in tasks if task.memorandum] == list(range(1, 19))
    assert [task.number for task in tasks if not task.lead_units.exists()] == [19, 25, 26]
    assert [unit.name for unit in tasks[23].lead_units.all()] == ["市文明办"]
    assert {task.lead_text for task in tasks if task.number in (25, 26)} == {"市联合奖惩牵头单位"}


def test_the_leads_are_the_units_printed(reference):
    for task in KeyTask.objects.exclude(number__in=[19, 25, 26]).prefetch_related("lead_units"):
        assert sorted(unit.name for unit in task.lead_units.all()) == sorted(task.lead_text.split("、"))
        if task.memorandum:
            assert set(task.memorandum.lead_units.all()) == set(task.lead_units.all())


def test_memorandum_fourteen_is_a_full_matrix(reference):
    measures = Measure.objects.filter(version__memorandum__number=14)
    assert measures.count() == 25
    assert not measures.filter(responsible_units=None).exists()
    exit_ban = measures.get(content="阻止出境")
    assert exit_ban.severity == Severity.SEVERE
    assert {str(basis) for basis in exit_ban.bases.all()} >= {"《中华人民共和国税收征收管理法》第四十四条"}


def test_every_measure_has_a_basis_and_somebody_who_applies_it(reference):
    assert not Measure.objects.filter(bases=None).exists()
    assert not Measure.objects.filter(responsible_units=None, by_all_units=False).exists()


@pytest.mark.parametrize(
    ("kind", "clauses"),
    [
        (MeasureKind.SANCTION, {f"三（二）{n}" for n in range(1, 5)}),
        (MeasureKind.REWARD, {f"二（二）{n}" for n in range(1, 7)}),
    ],
)
def test_the_plans_measures_cover_its_clauses(reference, kind, clauses):
    found = Measure.objects.filter(version__memorandum__number=0, kind=kind)
    assert set(found.values_list("clause", flat=True)) == clauses


def test_about_sixty_units_of_the_city_are_active(reference):
    active = Unit.objects.active(date(2026, 11, 24))
    assert 55 <= active.filter(is_city_unit=True).count() <= 65
    districts = active.filter(kind="DISTRICT")
    assert districts.count() == 12
    assert not districts.filter(is_city_unit=True).exists()


def test_every_unit_that_ended_has_a_successor_from_the_next_day(reference):
    for unit in Unit.objects.exclude(valid_to=None).select_related("successor"):
        assert unit.successor is not None, unit
        assert unit.successor.valid_from <= date.fromordinal(unit.valid_to.toordinal() + 1), unit


def test_rule_profiles_leave_no_gap_since_the_plan(reference):
    codes = RuleProfile.objects.order_by().values("code").annotate(rows=Count("id"))
    for code in codes:
        periods = list(RuleProfile.objects.filter(code=code["code"]).order_by("valid_from"))
        assert periods[0].valid_from == date(2017, 6, 13)
        assert periods[-1].valid_to is None
        for earlier, later in pairwise(periods):
            assert later.valid_from.toordinal() == earlier.valid_to.toordinal() + 1


@pytest.mark.parametrize(
    ("code", "on", "name", "value", "is_default"),
    [
        ("objection", date(2026, 11, 24), "decide_wd", 3, False),
        ("objection", date(2026, 11, 24), "decide_with_help_wd", 7, False),
        ("objection", date(2019, 1, 1), "decide_wd", 3, True),
        ("repair", date(2026, 11, 24), "decide_wd", 10, False),
        ("term-dishonesty", date(2026, 11, 24), "serious_max_months", 36, False),
        ("term-reward", date(2026, 11, 24), "default_months", 12, True),
        ("unit-task", date(2026, 11, 24), "sign_wd", 3, True),
        ("notice", date(2026, 11, 24), "defence_wd", 5, True),
        ("disclosure", date(2026, 11, 24), "limit_years", 5, False),
        ("remedies", date(2026, 11, 24), "reconsideration_days", 60, False),
    ],
)
def test_numbers_of_the_rules(reference, code, on, name, value, is_default):
    profile = RuleProfile.objects.for_case(code, on)
    assert (profile[name], profile.is_default) == (value, is_default)


def test_every_number_of_the_rules_is_read():
    """A number that nobody reads could be changed, and nothing would change. The caps are read by class."""
    code = "\n".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    profiles = yaml.safe_load((DATA / "rule_profiles.yaml").read_text(encoding="utf-8"))
    names = {name for profile in profiles for name in profile["parameters"]}
    asked = {name: f'"{name}"' in code or re.search(rf'{{[^}}]*}}_{name.partition("_")[2]}"', code) for name in names}
    assert not [name for name, found in asked.items() if not found]


def test_a_rule_that_is_not_there_is_refused_in_words(reference):
    with pytest.raises(DomainError) as refusal:
        RuleProfile.objects.for_case("objection", date(2010, 1, 1))
    assert refusal.value.code == "rule_profile_missing"
    with pytest.raises(DomainError) as refusal:
        RuleProfile.objects.for_case("objection", date(2026, 1, 1))["nothing"]
    assert refusal.value.code == "rule_parameter_missing"
