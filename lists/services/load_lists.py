"""Reference data of the lists: `lists/data/lists.yaml`."""

from pathlib import Path

from catalog.models import Memorandum
from catalog.services.reference_rows import Outcome, Report, read_rows, save_row
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.kernel import clock
from lists.models import CreditList
from lists.services.list_versions import keep_version

LISTS = Path(__file__).resolve().parents[1] / "data" / "lists.yaml"
_GIVEN = (
    "name",
    "kind",
    "is_serious",
    "term_profile",
    "feedback_mode",
    "red_category",
    "black_field",
    "category",
    "notice_required",
    "required_fields",
    "repair_documents",
    "no_repair_basis",
    "source",
)


def load_lists(report: Report, path: Path = LISTS) -> None:
    """Make the lists agree with the file, each change as a new version. A merged unit stands for its successor.

    A list that the coordinator has changed since is his: the file no longer overrules it.
    Refusals: `reference_invalid`, naming file, row and field.
    """
    rows = read_rows(
        path, key=["code"], required=["name", "kind", "initiating_units", "memoranda", "source"], optional=_GIVEN
    )
    memoranda = {memorandum.number: memorandum for memorandum in Memorandum.objects.all()}
    holders, units = current_holders(clock.today()), Unit.objects.in_bulk()
    initiators = {unit.name: units[holders[unit.pk]] for unit in units.values() if unit.pk in holders}
    kept_by_people = set(CreditList.objects.filter(versions__made_by__isnull=False).values_list("code", flat=True))
    outcomes = [Outcome.SAME for row in rows if row["code"] in kept_by_people]
    for row in rows:
        if row["code"] in kept_by_people:
            continue
        named = row.find_all("memoranda", memoranda)
        saved = save_row(
            row,
            CreditList,
            {"code": row["code"]},
            {**row.some(*_GIVEN), "legal_basis": "、".join(memorandum.document_number for memorandum in named)},
        )
        saved.set_related("memoranda", named)
        saved.set_related("initiating_units", row.find_all("initiating_units", initiators))
        keep_version(saved.object)
        outcomes.append(saved.outcome)
    report.add(path.name, outcomes)
