from jinan_credit.oversight.models.city_report import CityReport, CityReportMove
from jinan_credit.oversight.models.incident_report import IncidentReport
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
from jinan_credit.oversight.models.supervision import (
    SupervisionDocument,
    SupervisionEscalation,
    SupervisionMove,
    SupervisionNotice,
    SupervisionNoticeQuerySet,
    SupervisionRow,
)

__all__ = [
    "CityReport",
    "CityReportMove",
    "ExecutionCount",
    "ExpiryCount",
    "FigureMark",
    "HitCount",
    "IncidentReport",
    "KeptCount",
    "KeptSpan",
    "ListQuality",
    "MeasureCount",
    "ReleaseCount",
    "ScreeningCount",
    "SupervisionDocument",
    "SupervisionEscalation",
    "SupervisionMove",
    "SupervisionNotice",
    "SupervisionNoticeQuerySet",
    "SupervisionRow",
    "TaskCount",
]
