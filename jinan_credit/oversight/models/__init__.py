from jinan_credit.oversight.models.kept import (
    ExecutionCount,
    ExpiryCount,
    FigureMark,
    HitCount,
    KeptCount,
    KeptSpan,
    ListQuality,
    MeasureCount,
    ReleaseCount,
    ScreeningCount,
    TaskCount,
)

__all__ = [
    "ExecutionCount",
    "ExpiryCount",
    "FigureMark",
    "HitCount",
    "KeptCount",
    "KeptSpan",
    "ListQuality",
    "MeasureCount",
    "ReleaseCount",
    "ScreeningCount",
    "TaskCount",
]
