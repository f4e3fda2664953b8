from sanctions.models.bulletin import Bulletin, BulletinMove
from sanctions.models.case import CaseReport, CaseReportMove
from sanctions.models.execution import Execution
from sanctions.models.screening import Hit, HitMove, Screening, ScreeningMove
from sanctions.models.unit_task import UnitTask, UnitTaskMove

__all__ = [
    "Bulletin",
    "BulletinMove",
    "CaseReport",
    "CaseReportMove",
    "Execution",
    "Hit",
    "HitMove",
    "Screening",
    "ScreeningMove",
    "UnitTask",
    "UnitTaskMove",
]
