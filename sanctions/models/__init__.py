from sanctions.models.execution import Execution
from sanctions.models.screening import Hit, HitMove, NotSameParty, Screening, ScreeningMove
from sanctions.models.unit_task import UnitTask, UnitTaskMove

__all__ = ["Execution", "Hit", "HitMove", "NotSameParty", "Screening", "ScreeningMove", "UnitTask", "UnitTaskMove"]
