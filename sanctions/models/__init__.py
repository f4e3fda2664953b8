from sanctions.models.execution import Execution
from sanctions.models.screening import Hit, HitMove, Screening, ScreeningMove
from sanctions.models.substitution import Substitution
from sanctions.models.unit_task import UnitTask, UnitTaskMove

__all__ = ["Execution", "Hit", "HitMove", "Screening", "ScreeningMove", "Substitution", "UnitTask", "UnitTaskMove"]
