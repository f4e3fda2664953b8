from sanctions.models.batch import BatchRow, ScreeningBatch
from sanctions.models.bulletin import Bulletin, BulletinMove
from sanctions.models.case import CaseReport, CaseReportMove
from sanctions.models.duties_stamp import DutiesStamp
from sanctions.models.execution import Execution, ExecutionAttachment
from sanctions.models.lifting import Lifting
from sanctions.models.portfolio import Portfolio, PortfolioChange, PortfolioMove, PortfolioParty, PortfolioPosition
from sanctions.models.promise import WrittenPromise, WrittenPromiseMove
from sanctions.models.screening import Hit, HitMove, NotSameParty, Screening, ScreeningMove
from sanctions.models.substitution import Substitution
from sanctions.models.unit_task import UnitTask, UnitTaskMove

__all__ = [
    "BatchRow",
    "Bulletin",
    "BulletinMove",
    "CaseReport",
    "CaseReportMove",
    "DutiesStamp",
    "Execution",
    "ExecutionAttachment",
    "Hit",
    "HitMove",
    "Lifting",
    "NotSameParty",
    "Portfolio",
    "PortfolioChange",
    "PortfolioMove",
    "PortfolioParty",
    "PortfolioPosition",
    "Screening",
    "ScreeningBatch",
    "ScreeningMove",
    "Substitution",
    "UnitTask",
    "UnitTaskMove",
    "WrittenPromise",
    "WrittenPromiseMove",
]
