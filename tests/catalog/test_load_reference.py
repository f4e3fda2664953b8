import shutil
from datetime import date
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db.models import Count

from catalog import models
from catalog.enums import MeasureKind, Severity, VersionState
from catalog.models import KeyTask, Measure, Memorandum, MemorandumVersion, RuleProfile
from catalog.services.load_reference import DATA, load_reference
from catalog.signals import reference_loaded
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import DomainError

FILES = sorted(path.name for path in DATA.glob("*.yaml"))


def _rows_of_history():
    tracked = [Unit, *(getattr(models, name) for name in models.__all__)]
    return {
        event.__name__: event._default_manager.count()
        for model in tracked
        for event in getattr(model, "pgh_event_models", {}).values()
    }


def test_a_second_run_changes_nothing_and_writes_no_history(reference):
    before = _rows_of_history()
    assert reference.changes > 0
    assert load_reference().changes == 0
    assert _rows_of_history() == before


def test_the_command_prints_one_line_a_file(db):
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert {line.partition(":")[0] for line in out.getvalue().splitlines()} >= set(FILES)
    assert "units.yaml: 106 new, 0 changed, 0 same" in out.getvalue()


def test_what_was_changed_by_hand_is_set_right_again(reference):
    Unit.objects.filter(code="finance").update(full_name="财政局")
    measure = Measure.objects.get(code="m14-02")
    measure.responsibilities.all().delete()
    assert load_reference().changes == 2
    assert Unit.objects.get(code="finance").full_name == "济南市财政局"
    assert measure.responsibilities.count() == 3


def test_rows_that_the_files_do_not_hold_stay(reference):
    Unit.objects.create(code="own", name="市新设局", kind="ADMINISTRATION")
    assert load_reference().changes == 0
    assert Unit.objects.filter(code="own").exists()


def test_a_version_that_people_ended_is_not_revived(reference):
    version = MemorandumVersion.objects.get(memorandum__number=13)
    version.state, version.valid_to = VersionState.LAPSED, date(2018, 12, 31)
    version.save()
    load_reference()
    version.refresh_from_db()
    assert (version.state, version.valid_to) == (VersionState.LAPSED, date(2018, 12, 31))


@pytest.mark.parametrize("file", [name for name in FILES if name != "calendar.yaml"])
def test_every_row_cites_its_place(file):
    for row in yaml.safe_load((DATA / file).read_text(encoding="utf-8")):
        assert row.get("source") or row.get("legal_basis"), row


# -- What the plan says --------------------------------------------------------------------------------------------------


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
        for earlier, later in zip(periods, periods[1:], strict=False):
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


def test_a_rule_that_is_not_there_is_refused_in_words(reference):
    with pytest.raises(DomainError) as refusal:
        RuleProfile.objects.for_case("objection", date(2010, 1, 1))
    assert refusal.value.code == "rule_profile_missing"
    with pytest.raises(DomainError) as refusal:
        RuleProfile.objects.for_case("objection", date(2026, 1, 1))["nothing"]
    assert refusal.value.code == "rule_parameter_missing"


# -- Wrong files ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


def _row_number(file, mark):
    before = (DATA / file).read_text(encoding="utf-8").partition(mark)[0]
    return sum(line.startswith("- ") for line in before.splitlines())


WRONG = [
    ("units.yaml", "kind: COURT", "kind: TEMPLE", "kind"),
    ("units.yaml", "successor: 市应急管理局", "successor: 市无此局", "successor"),
    ("units.yaml", "valid_to: 2018-07-04", "valid_to: 2018-17-04", "valid_to"),
    ("units.yaml", "valid_to: 2018-07-04", "valid_to: 2016-07-04", "__all__"),
    ("units.yaml", "code: customs,", "code: finance,", "code"),
    ("units.yaml", "name: 市统计局,", "name: 市财政局,", "name"),
    ("units.yaml", "city: false", "town: false", "town"),
    ("divisions.yaml", 'code: "370103"', 'code: "3701030"', "code"),
    ("rule_profiles.yaml", "valid_from: 2020-10-01", "valid_from: 2020-09-30", "__all__"),
    ("rule_profiles.yaml", "parameters: {max_months: 36, default_months: 12}", "parameters: 36", "parameters"),
    ("memoranda.yaml", "lead_units: [团市委]", "lead_units: 团市委", "lead_units"),
    ("memoranda.yaml", "kind: REWARD", "kind: PRIZE", "kind"),
    ("measures.yaml", "category: INDUSTRY", "category: WEATHER", "category"),
    ("measures.yaml", "units: [市公安局]", "units: []", "units"),
    ("measures.yaml", "memorandum: 14", "memorandum: 99", "memorandum"),
    ("measures.yaml", "units: [济南出入境检验检疫局]", "units: [济南海关署]", "units"),
    ("key_tasks.yaml", "number: 31", "number: 30", "number"),
    ("key_tasks.yaml", "due_on: 2017-06-30", "due_on: soon", "due_on"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "right", "wrong", "field"), WRONG, ids=[f"{w[0]}-{w[2]}" for w in WRONG])
def test_a_wrong_file_is_refused_with_its_name_row_and_field(folder, file, right, wrong, field):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(DomainError) as refusal:
        load_reference(folder=folder)
    error = refusal.value
    assert error.code == "reference_invalid"
    assert (error.details["file"], error.field) == (file, field)
    if field != "__all__":
        assert error.details["row"] >= _row_number(file, right)
    assert file in str(error) and str(error.details["row"]) in str(error)
    assert not Unit.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["units: {}", "- [1, 2]\n", "- {a: ", "- just words", "\ud7ff: ["])
def test_a_file_that_is_no_list_of_rows_is_refused(folder, content):
    (folder / "divisions.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(DomainError) as refusal:
        load_reference(folder=folder)
    assert (refusal.value.code, refusal.value.details["file"]) == ("reference_invalid", "divisions.yaml")


@pytest.mark.django_db
def test_a_missing_file_is_refused_by_the_command(folder):
    (folder / "measures.yaml").unlink()
    with pytest.raises(CommandError, match="measures.yaml"):
        call_command("load_reference", folder=folder)
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_yaml_cannot_make_objects(folder):
    (folder / "divisions.yaml").write_text("- !!python/object/apply:os.getcwd []", encoding="utf-8")
    with pytest.raises(DomainError):
        load_reference(folder=folder)


# -- The floors above ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_receiver_of_the_signal_adds_its_counts_and_can_undo_all():
    def receiver(report, **kwargs):
        report.add("own.yaml", [])
        raise DomainError("reference_invalid", "no")

    reference_loaded.connect(receiver)
    try:
        with pytest.raises(DomainError):
            load_reference()
    finally:
        reference_loaded.disconnect(receiver)
    assert not Unit.objects.exists()
