from sanctions.models.batch import BatchRow, ScreeningBatch
from sanctions.models.execution import Execution
from sanctions.models.portfolio import Portfolio, PortfolioChange, PortfolioMove, PortfolioParty, PortfolioPosition
from sanctions.models.screening import Hit, HitMove, Screening, ScreeningMove
from sanctions.models.unit_task import UnitTask, UnitTaskMove

__all__ = [
    "BatchRow",
    "Execution",
    "Hit",
    "HitMove",
    "Portfolio",
    "PortfolioChange",
    "PortfolioMove",
    "PortfolioParty",
    "PortfolioPosition",
    "Screening",
    "ScreeningBatch",
    "ScreeningMove",
    "UnitTask",
    "UnitTaskMove",
]
