"""Load the reference data of `catalog/data/`: one function a file, natural keys, idempotent, one transaction."""

from collections.abc import Callable
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
    Standard,
)
from catalog.services.memoranda import put_version_in_force
from catalog.services.reference_rows import Outcome, Report, Row, Saved, Table, read_rows
from catalog.signals import reference_loaded
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import AUTHORITIES, DataProfile, UnitKind
from jinan_credit.accounts.models import Unit

DATA = Path(__file__).resolve().parents[1] / "data"


@transaction.atomic
def load_reference(*, folder: Path | None = None, tell: Callable[[str], None] | None = None) -> Report:
    """Make the database agree with the files; rows that the files do not hold are left as they are.

    `tell` hears a line a file, as it is read.

    Refusals: `reference_invalid`, naming file, row and field; then nothing has changed.
    """
    data, report = folder or DATA, Report(tell)
    with pghistory.context(command="load_reference"):
        load_units(data / "units.yaml", report)
        load_divisions(data / "divisions.yaml", report)
        load_calendar(data / "calendar.yaml", report)
        load_rule_profiles(data / "rule_profiles.yaml", report)
        load_memoranda(data / "memoranda.yaml", report)
        load_measures(data / "measures.yaml", report)
        _put_drafts_in_force()
        load_key_tasks(data / "key_tasks.yaml", report)
        load_standards(data / "standards.yaml", report)
        reference_loaded.send(sender=None, report=report)
    return report


def load_units(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["code"],
        required=["name", "source"],
        optional=["full_name", "kind", "valid_from", "valid_to", "successor", "city"],
    )
    table = Table(Unit, "code")
    saved = [_save_unit(row, table) for row in rows]
    units = units_by_name()
    for one in saved:
        one.set(successor=one.row.find("successor", units))
    report.add(path.name, [one.outcome for one in saved])


def _save_unit(row: Row, table: Table[Unit]) -> Saved[Unit]:
    kind = row.get("kind", UnitKind.ADMINISTRATION)
    return table.save(
        row,
        **row.some("name", "full_name", "valid_from", "source"),
        kind=kind,
        valid_to=row.get("valid_to"),
        is_city_unit=row.get("city", True),
        **({} if kind in AUTHORITIES else {"data_profile": DataProfile.MASKED}),
    )


def load_divisions(path: Path, report: Report) -> None:
    rows = read_rows(path, key=["code"], required=["name", "source"], optional=["valid_from", "valid_to"])
    table = Table(Division, "code")
    report.add(
        path.name,
        [
            table.save(
                row,
                name=row["name"],
                valid_from=row.get("valid_from"),
                valid_to=row.get("valid_to"),
                source=row["source"],
            ).outcome
            for row in rows
        ],
    )


def load_calendar(path: Path, report: Report) -> None:
    rows = read_rows(path, key=["on"], required=["source"], optional=["is_working"])
    table = Table(CalendarDay, "on")
    report.add(
        path.name,
        [table.save(row, is_working=row.get("is_working"), source=row["source"]).outcome for row in rows],
    )


def load_rule_profiles(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["code", "valid_from"],
        required=["title", "legal_basis", "parameters"],
        optional=["valid_to", "is_default"],
    )
    table = Table(RuleProfile, "code valid_from")
    report.add(path.name, [_save_rule_profile(row, table).outcome for row in rows])


def _save_rule_profile(row: Row, table: Table[RuleProfile]) -> Saved[RuleProfile]:
    if not isinstance(row["parameters"], dict):
        raise row.refusal("parameters", _("a mapping of names to numbers is expected"))
    return table.save(
        row,
        **row.some("title", "legal_basis", "parameters"),
        valid_to=row.get("valid_to"),
        is_default=row.get("is_default", False),
    )


def load_memoranda(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["number"],
        required=["code", "title", "document_number", "lead_units", "source"],
        optional=["kind", "in_force_from"],
    )
    table, units = Table(Memorandum, "number", "lead_units", "versions"), units_by_name()
    report.add(path.name, [_save_memorandum(row, table, units).outcome for row in rows])


def _save_memorandum(row: Row, table: Table[Memorandum], units: dict[str, Unit]) -> Saved[Memorandum]:
    saved = table.save(row, **row.some("code", "title", "document_number", "source"), kind=row.get("kind", ""))
    saved.set_related("lead_units", row.find_all("lead_units", units))
    # Only a memorandum's first version comes from the file; what people made of it since is theirs.
    if not saved.object.versions.all():
        first = Saved(row, MemorandumVersion(memorandum=saved.object), Outcome.NEW)
        first.set(number=1, state=VersionState.DRAFT, valid_from=row.get("in_force_from"))
    return saved


def load_measures(path: Path, report: Report) -> None:
    rows = read_rows(
        path,
        key=["code"],
        required=["memorandum", "clause", "content", "kind", "category", "applies_to", "bases", "source"],
        optional=["severity", "procedure", "units", "assists", "all_units", "exceptions"],
    )
    stock = _Stock()
    report.add(path.name, [_save_measure(row, stock).outcome for row in rows])


class _Stock:
    """What a measure's row refers to, and the measures that are there."""

    def __init__(self) -> None:
        self.units = units_by_name()
        self.versions = {
            version.memorandum.number: version
            for version in MemorandumVersion.objects.filter(number=1).select_related("memorandum")
        }
        self.bases = Table(LegalBasis, "title article")
        self.measures = Table(Measure, "version code", "version", "bases", "responsibilities")


def _save_measure(row: Row, stock: _Stock) -> Saved[Measure]:
    if not row.get("all_units") and not row.get("units"):
        raise row.refusal("units", _("name the units that apply the measure, or say all_units: true"))
    saved = stock.measures.save(
        row,
        **row.some("clause", "content", "kind", "category", "severity", "procedure", "applies_to", "source"),
        version=row.find("memorandum", stock.versions),
        by_all_units=row.get("all_units", False),
    )
    if saved.outcome is Outcome.NEW and saved.object.version.state != VersionState.DRAFT:
        raise row.refusal(
            "memorandum",
            _("its first version was circulated or is in force already; revise the memorandum to add a measure"),
        )
    saved.set_related("bases", _bases(row, stock))
    if _set_responsibilities(saved, stock.units):
        saved.outcome = max(saved.outcome, Outcome.CHANGED)
    return saved


def _bases(row: Row, stock: _Stock) -> list[LegalBasis]:
    found = []
    for basis in row["bases"]:
        if not isinstance(basis, dict) or not basis.get("title") or set(basis) - {"title", "article"}:
            raise row.refusal("bases", _("a list of {title, article} is expected"))
        found.append(stock.bases.save(row, title=basis["title"], article=basis.get("article", "")).object)
    return found


def _set_responsibilities(saved: Saved[Measure], units: dict[str, Unit]) -> bool:
    measure, row = saved.object, saved.row
    laws = _exceptions(row, units)
    roles = {unit.pk: ResponsibilityRole.ASSISTS.value for unit in row.find_all("assists", units)}
    roles |= {unit.pk: ResponsibilityRole.APPLIES.value for unit in row.find_all("units", units)}
    wanted = {unit_id: (role, laws.get(unit_id, "")) for unit_id, role in roles.items()}
    present = {
        one.unit_id: (one.role, one.exception_basis)
        for one in (measure.responsibilities.all() if saved.outcome is not Outcome.NEW else ())
    }
    if wanted == present:
        return False
    wrong = [unit_id for unit_id, part in present.items() if wanted.get(unit_id) != part]
    if wrong:
        measure.responsibilities.filter(unit__in=wrong).delete()
    MeasureResponsibility.objects.bulk_create(
        MeasureResponsibility(measure=measure, unit_id=unit_id, role=role, exception_basis=law)
        for unit_id, (role, law) in wanted.items()
        if present.get(unit_id) != (role, law)
    )
    return True


def _exceptions(row: Row, units: dict[str, Unit]) -> dict[int, str]:
    """The laws by which units apply the measure though their kind may not, by unit."""
    laws = row.get("exceptions") or {}
    named = [*(row.get("units") or []), *(row.get("assists") or [])]
    if not isinstance(laws, dict) or not set(laws) <= set(named) or not all(laws.values()):
        raise row.refusal("exceptions", _("a mapping of units of this row to the law is expected"))
    return {units[name].pk: law for name, law in laws.items()}


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
    table, units = Table(KeyTask, "number", "lead_units"), units_by_name()
    memoranda = {memorandum.number: memorandum for memorandum in Memorandum.objects.all()}
    report.add(path.name, [_save_key_task(row, table, units, memoranda).outcome for row in rows])


def _save_key_task(
    row: Row, table: Table[KeyTask], units: dict[str, Unit], memoranda: dict[int, Memorandum]
) -> Saved[KeyTask]:
    saved = table.save(
        row,
        **row.some("group", "content", "lead_text", "cooperating_text", "time_limit", "source"),
        due_on=row.get("due_on"),
        memorandum=row.find("memorandum", memoranda),
    )
    saved.set_related("lead_units", row.find_all("lead_units", units))
    return saved


def load_standards(path: Path, report: Report) -> None:
    rows = read_rows(path, key=["number"], required=["title", "level", "source"], optional=["status", "valid_from"])
    table = Table(Standard, "number")
    report.add(
        path.name,
        [
            table.save(row, **row.some("title", "level", "status", "source"), valid_from=row.get("valid_from")).outcome
            for row in rows
        ],
    )


def units_by_name() -> dict[str, Unit]:
    """Every unit by its short Chinese name, as reference files name units."""
    return {unit.name: unit for unit in Unit.objects.all()}
