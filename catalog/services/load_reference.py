"""Load the reference data of `catalog/data/`: one function a file, natural keys, idempotent, one transaction."""

from pathlib import Path

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.enums import ResponsibilityRole, VersionState
from catalog.models import (
    CalendarDay,
    Division,
    KeyTask,
    LegalBasis,
    Measure,
    MeasureResponsibility,
    Memorandum,
    MemorandumVersion,
    RuleProfile,
)
from catalog.services.memoranda import put_version_in_force
from catalog.services.reference_rows import Outcome, Report, Row, Saved, read_rows, save_row
from catalog.signals import reference_loaded
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import UnitKind
from jinan_credit.accounts.models import Unit

DATA = Path(__file__).resolve().parents[1] / "data"


@transaction.atomic
def load_reference(*, folder: Path | None = None) -> Report:
    """Make the database agree with the files; rows that the files do not hold are left as they are.

    Refusals: `reference_invalid`, naming file, row and field; then nothing has changed.
    """
    data, report = folder or DATA, Report()
    with pghistory.context(command="load_reference"):
        load_units(data / "units.yaml", report)
        load_divisions(data / "divisions.yaml", report)
        load_calendar(data / "calendar.yaml", report)
        load_rule_profiles(data / "rule_profiles.yaml", report)
        load_memoranda(data / "memoranda.yaml", report)
        load_measures(data / "measures.yaml", report)
        _put_drafts_in_force()
        load_key_tasks(data / "key_tasks.yaml", report)
        reference_loaded.send(sender=None, report=report)
    return report


def load_units(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["code"],
        required=["name", "source"],
        optional=["full_name", "kind", "valid_from", "valid_to", "successor", "city"],
    )
    saved = [_save_unit(row) for row in rows]
    units = units_by_name()
    for one in saved:
        one.set(successor=one.row.find("successor", units))
    report.add(path.name, [one.outcome for one in saved])


def _save_unit(row: Row) -> Saved[Unit]:
    values = row.some("name", "full_name", "valid_from", "source")
    return save_row(
        row,
        Unit,
        {"code": row["code"]},
        {
            **values,
            "kind": row.get("kind", UnitKind.ADMINISTRATION),
            "valid_to": row.get("valid_to"),
            "is_city_unit": row.get("city", True),
        },
    )


def load_divisions(path: Path, report: Report) -> None:
    rows = read_rows(path, key=["code"], required=["name", "source"], optional=["valid_from", "valid_to"])
    report.add(
        path.name,
        [
            save_row(
                row,
                Division,
                {"code": row["code"]},
                {**row.some("name", "source"), "valid_from": row.get("valid_from"), "valid_to": row.get("valid_to")},
            ).outcome
            for row in rows
        ],
    )


def load_calendar(path: Path, report: Report) -> None:
    rows = read_rows(path, key=["on"], required=["source"], optional=["is_working"])
    report.add(
        path.name,
        [
            save_row(
                row,
                CalendarDay,
                {"on": row["on"]},
                {"is_working": row.get("is_working"), "source": row["source"]},
            ).outcome
            for row in rows
        ],
    )


def load_rule_profiles(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["code", "valid_from"],
        required=["title", "legal_basis", "parameters"],
        optional=["valid_to", "is_default"],
    )
    report.add(path.name, [_save_rule_profile(row).outcome for row in rows])


def _save_rule_profile(row: Row) -> Saved[RuleProfile]:
    if not isinstance(row["parameters"], dict):
        raise row.refusal("parameters", _("a mapping of names to numbers is expected"))
    return save_row(
        row,
        RuleProfile,
        {"code": row["code"], "valid_from": row["valid_from"]},
        {
            **row.some("title", "legal_basis", "parameters"),
            "valid_to": row.get("valid_to"),
            "is_default": row.get("is_default", False),
        },
    )


def load_memoranda(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["number"],
        required=["code", "title", "document_number", "lead_units", "source"],
        optional=["kind", "in_force_from"],
    )
    units = units_by_name()
    report.add(path.name, [_save_memorandum(row, units).outcome for row in rows])


def _save_memorandum(row: Row, units: dict[str, Unit]) -> Saved[Memorandum]:
    saved = save_row(
        row,
        Memorandum,
        {"number": row["number"]},
        {**row.some("code", "title", "document_number", "source"), "kind": row.get("kind", "")},
    )
    saved.set_related("lead_units", row.find_all("lead_units", units))
    # Only a memorandum's first version comes from the file; what people made of it since is theirs.
    if not MemorandumVersion.objects.filter(memorandum=saved.object).exists():
        save_row(
            row,
            MemorandumVersion,
            {"memorandum": saved.object, "number": 1},
            {"state": VersionState.DRAFT, "valid_from": row.get("in_force_from")},
        )
    return saved


def load_measures(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["code"],
        required=["memorandum", "clause", "content", "kind", "category", "applies_to", "bases", "source"],
        optional=["severity", "procedure", "units", "assists", "all_units"],
    )
    units = units_by_name()
    versions = {
        version.memorandum.number: version
        for version in MemorandumVersion.objects.filter(number=1).select_related("memorandum")
    }
    bases = {(basis.title, basis.article): basis for basis in LegalBasis.objects.all()}
    report.add(path.name, [_save_measure(row, versions, units, bases).outcome for row in rows])


def _save_measure(
    row: Row,
    versions: dict[int, MemorandumVersion],
    units: dict[str, Unit],
    bases: dict[tuple[str, str], LegalBasis],
) -> Saved[Measure]:
    if not row.get("all_units") and not row.get("units"):
        raise row.refusal("units", _("name the units that apply the measure, or say all_units: true"))
    saved = save_row(
        row,
        Measure,
        {"code": row["code"]},
        {
            **row.some("clause", "content", "kind", "category", "severity", "procedure", "applies_to", "source"),
            "version": row.find("memorandum", versions),
            "by_all_units": row.get("all_units", False),
        },
    )
    saved.set_related("bases", _bases(row, bases))
    if _set_responsibilities(saved.object, row, units):
        saved.outcome = max(saved.outcome, Outcome.CHANGED)
    return saved


def _bases(row: Row, known: dict[tuple[str, str], LegalBasis]) -> list[LegalBasis]:
    found = []
    for basis in row["bases"]:
        if not isinstance(basis, dict) or not basis.get("title") or set(basis) - {"title", "article"}:
            raise row.refusal("bases", _("a list of {title, article} is expected"))
        key = (str(basis["title"]), str(basis.get("article", "")))
        if key not in known:
            known[key] = save_row(row, LegalBasis, {"title": key[0], "article": key[1]}, {}).object
        found.append(known[key])
    return found


def _set_responsibilities(measure: Measure, row: Row, units: dict[str, Unit]) -> bool:
    wanted = {unit.pk: ResponsibilityRole.ASSISTS.value for unit in row.find_all("assists", units)}
    wanted |= {unit.pk: ResponsibilityRole.APPLIES.value for unit in row.find_all("units", units)}
    present = dict(measure.responsibilities.values_list("unit_id", "role"))
    if wanted == present:
        return False
    measure.responsibilities.exclude(unit__in=wanted).delete()
    for unit_id, role in wanted.items():
        if present.get(unit_id) != role:
            MeasureResponsibility.objects.update_or_create(measure=measure, unit_id=unit_id, defaults={"role": role})
    return True


def _put_drafts_in_force() -> None:
    drafts = MemorandumVersion.objects.filter(number=1, state=VersionState.DRAFT, valid_from__isnull=False)
    for version in drafts:
        put_version_in_force(version, by=SYSTEM)


def load_key_tasks(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["number"],
        required=["group", "content", "lead_text", "cooperating_text", "time_limit", "source"],
        optional=["lead_units", "due_on", "memorandum"],
    )
    units = units_by_name()
    memoranda = {memorandum.number: memorandum for memorandum in Memorandum.objects.all()}
    report.add(path.name, [_save_key_task(row, units, memoranda).outcome for row in rows])


def _save_key_task(row: Row, units: dict[str, Unit], memoranda: dict[int, Memorandum]) -> Saved[KeyTask]:
    saved = save_row(
        row,
        KeyTask,
        {"number": row["number"]},
        {
            **row.some("group", "content", "lead_text", "cooperating_text", "time_limit", "source"),
            "due_on": row.get("due_on"),
            "memorandum": row.find("memorandum", memoranda),
        },
    )
    saved.set_related("lead_units", row.find_all("lead_units", units))
    return saved


def units_by_name() -> dict[str, Unit]:
    """Every unit by its short Chinese name, as reference files name units."""
    return {unit.name: unit for unit in Unit.objects.all()}
