from jinan_credit.oversight.models.city_report import CityReport, CityReportMove
from jinan_credit.oversight.models.history import AuditExport, Erasure, Seal, Verification
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
    "AuditExport",
    "CityReport",
    "CityReportMove",
    "Erasure",
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
    "Seal",
    "SupervisionDocument",
    "SupervisionEscalation",
    "SupervisionMove",
    "SupervisionNotice",
    "SupervisionNoticeQuerySet",
    "SupervisionRow",
    "TaskCount",
    "Verification",
]
