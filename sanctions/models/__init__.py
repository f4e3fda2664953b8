from sanctions.models.bulletin import Bulletin, BulletinMove
from sanctions.models.case import CaseReport, CaseReportMove
from sanctions.models.execution import Execution, ExecutionAttachment
from sanctions.models.lifting import Lifting
from sanctions.models.promise import WrittenPromise, WrittenPromiseMove
from sanctions.models.screening import Hit, HitMove, NotSameParty, Screening, ScreeningMove
from sanctions.models.substitution import Substitution
from sanctions.models.unit_task import UnitTask, UnitTaskMove

__all__ = [
    "Bulletin",
    "BulletinMove",
    "CaseReport",
    "CaseReportMove",
    "Execution",
    "ExecutionAttachment",
    "Hit",
    "HitMove",
    "Lifting",
    "NotSameParty",
    "Screening",
    "ScreeningMove",
    "Substitution",
    "UnitTask",
    "UnitTaskMove",
    "WrittenPromise",
    "WrittenPromiseMove",
]
