from catalog.models.article import Article
from catalog.models.calendar_day import CalendarDay
from catalog.models.division import Division
from catalog.models.information_catalog import (
    CatalogItem,
    CatalogItemUpdate,
    InformationCatalog,
    InformationCatalogMove,
)
from catalog.models.key_task import (
    KeyTask,
    KeyTaskEvidence,
    KeyTaskNote,
    KeyTaskReport,
    KeyTaskReportMove,
    KeyTaskRequest,
    KeyTaskRequestMove,
)
from catalog.models.measure import LegalBasis, Measure, MeasureResponsibility
from catalog.models.memorandum import Memorandum, MemorandumReceipt, MemorandumVersion, MemorandumVersionMove
from catalog.models.rule_profile import RuleProfile
from catalog.models.standard import Standard

__all__ = [
    "Article",
    "CalendarDay",
    "CatalogItem",
    "CatalogItemUpdate",
    "Division",
    "InformationCatalog",
    "InformationCatalogMove",
    "KeyTask",
    "KeyTaskEvidence",
    "KeyTaskNote",
    "KeyTaskReport",
    "KeyTaskReportMove",
    "KeyTaskRequest",
    "KeyTaskRequestMove",
    "LegalBasis",
    "Measure",
    "MeasureResponsibility",
    "Memorandum",
    "MemorandumReceipt",
    "MemorandumVersion",
    "MemorandumVersionMove",
    "RuleProfile",
    "Standard",
]
