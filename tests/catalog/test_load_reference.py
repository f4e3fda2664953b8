import shutil
from datetime import date
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from catalog import models
from catalog.enums import VersionState
from catalog.models import Measure, MemorandumVersion
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


@pytest.fixture
def loaded(db):
    return load_reference()


def test_a_second_run_changes_nothing_and_writes_no_history(loaded):
    before = _rows_of_history()
    assert loaded.changes > 0
    assert load_reference().changes == 0
    assert _rows_of_history() == before


def test_the_command_prints_one_line_a_file(db):
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert {line.partition(":")[0] for line in out.getvalue().splitlines()} >= set(FILES)
    assert "units.yaml: 108 new, 0 changed, 0 same" in out.getvalue()


def test_the_line_of_a_file_comes_before_the_next_file_is_read(db, folder):
    """Whoever looks on sees how far it is; what is refused later undoes it all."""
    (folder / "standards.yaml").write_text("- just words", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_reference", folder=folder, stdout=out)
    assert "units.yaml: 108 new" in out.getvalue()
    assert "standards.yaml" not in out.getvalue()
    assert not Unit.objects.exists()


def test_what_was_changed_by_hand_is_set_right_again(loaded):
    Unit.objects.filter(code="finance").update(full_name="财政局")
    measure = Measure.objects.get(code="m14-02")
    measure.responsibilities.all().delete()
    assert load_reference().changes == 2
    assert Unit.objects.get(code="finance").full_name == "济南市财政局"
    assert measure.responsibilities.count() == 3


def test_rows_that_the_files_do_not_hold_stay(loaded):
    Unit.objects.create(code="own", name="市新设局", kind="ADMINISTRATION")
    assert load_reference().changes == 0
    assert Unit.objects.filter(code="own").exists()


def test_a_version_that_people_ended_is_not_revived(loaded):
    version = MemorandumVersion.objects.get(memorandum__number=13)
    version.state, version.valid_to = VersionState.LAPSED, date(2018, 12, 31)
    version.save()
    load_reference()
    version.refresh_from_db()
    assert (version.state, version.valid_to) == (VersionState.LAPSED, date(2018, 12, 31))


# -- Wrong files -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


def _row_number(file, mark):
    before, _, _ = (DATA / file).read_text(encoding="utf-8").partition(mark)
    return sum(line.startswith("- ") for line in before.splitlines())


WRONG = [
    ("units.yaml", "kind: COURT", "kind: TEMPLE", "kind"),
    ("units.yaml", "successor: 市应急管理局", "successor: 市无此局", "successor"),
    ("units.yaml", "valid_to: 2018-07-04", "valid_to: 2018年7月", "valid_to"),
    ("units.yaml", "valid_to: 2018-07-04", "valid_to: 2016-07-04", "unit_ends_after_it_begins"),
    ("units.yaml", "code: statistics,", "code: finance,", "code"),
    ("units.yaml", "name: 市统计局,", "name: 市财政局,", "name"),
    ("units.yaml", "city: false", "town: false", "town"),
    ("divisions.yaml", 'code: "370103"', 'code: "3701030"', "code"),
    (
        "rule_profiles.yaml",
        "valid_from: 2020-10-01",
        "valid_from: 2020-09-30",
        "rule_profiles_of_one_code_do_not_overlap",
    ),
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
    assert error.details["row"] == _row_number(file, right)
    assert file in str(error)
    assert str(error.details["row"]) in str(error)
    assert not Unit.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", ["units: {}", "- {code: x, valid_from: 2018-17-04}", "- [1, 2]\n", "- {a: ", "- just words", "\ud7ff: ["]
)
def test_a_file_that_is_no_list_of_rows_is_refused(folder, content):
    (folder / "divisions.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(DomainError) as refusal:
        load_reference(folder=folder)
    assert (refusal.value.code, refusal.value.details["file"]) == ("reference_invalid", "divisions.yaml")


@pytest.mark.django_db
def test_a_missing_file_is_refused_by_the_command(folder):
    (folder / "measures.yaml").unlink()
    with pytest.raises(CommandError, match=r"measures\.yaml"):
        call_command("load_reference", folder=folder)
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_yaml_cannot_make_objects(folder):
    (folder / "divisions.yaml").write_text("- !!python/object/apply:os.getcwd []", encoding="utf-8")
    with pytest.raises(DomainError):
        load_reference(folder=folder)


def test_a_new_row_is_taken_until_a_version_is_in_force(db, folder):
    file = folder / "measures.yaml"
    row = yaml.safe_load(file.read_text(encoding="utf-8"))[-1]
    later = [*yaml.safe_load(file.read_text(encoding="utf-8")), {**row, "code": "m14-99", "memorandum": 14}]
    load_reference()
    file.write_text(yaml.safe_dump(later, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DomainError, match="请修订备忘录") as refused:
        load_reference(folder=folder)
    assert refused.value.details["row"] == len(later)
    assert not Measure.objects.filter(code="m14-99").exists()
    MemorandumVersion.objects.filter(memorandum__number=14).update(state=VersionState.DRAFT)
    load_reference(folder=folder)
    assert Measure.objects.get(code="m14-99").version.state == VersionState.IN_FORCE


# -- The floors above ------------------------------------------------------------------------------------------------


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
