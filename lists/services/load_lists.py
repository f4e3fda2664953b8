"""Reference data of the lists: `lists/data/lists.yaml`."""

from pathlib import Path

from catalog.models import Memorandum
from catalog.selectors import current_holders
from catalog.services.reference_rows import Report, read_rows, save_row
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.models import CreditList

LISTS = Path(__file__).resolve().parents[1] / "data" / "lists.yaml"
_GIVEN = ("name", "kind", "is_serious", "term_profile", "feedback_mode", "category", "source")


def load_lists(report: Report, path: Path = LISTS) -> None:
    """Make the lists agree with the file. A unit that was merged stands for its successor.

    Refusals: `reference_invalid`, naming file, row and field.
    """
    rows = read_rows(
        path, key=["code"], required=["name", "kind", "initiating_units", "memoranda", "source"], optional=_GIVEN
    )
    memoranda = {memorandum.number: memorandum for memorandum in Memorandum.objects.all()}
    holders, units = current_holders(clock.today()), Unit.objects.in_bulk()
    initiators = {unit.name: units[holders[unit.pk]] for unit in units.values() if unit.pk in holders}
    outcomes = []
    for row in rows:
        named = row.find_all("memoranda", memoranda)
        saved = save_row(
            row,
            CreditList,
            {"code": row["code"]},
            {**row.some(*_GIVEN), "legal_basis": "、".join(memorandum.document_number for memorandum in named)},
        )
        saved.set_related("memoranda", named)
        saved.set_related("initiating_units", row.find_all("initiating_units", initiators))
        outcomes.append(saved.outcome)
    report.add(path.name, outcomes)
