from catalog.models.article import Article
from catalog.models.calendar_day import CalendarDay
from catalog.models.division import Division
from catalog.models.key_task import KeyTask
from catalog.models.measure import LegalBasis, Measure, MeasureResponsibility
from catalog.models.memorandum import Memorandum, MemorandumReceipt, MemorandumVersion, MemorandumVersionMove
from catalog.models.rule_profile import RuleProfile

__all__ = [
    "Article",
    "CalendarDay",
    "Division",
    "KeyTask",
    "LegalBasis",
    "Measure",
    "MeasureResponsibility",
    "Memorandum",
    "MemorandumReceipt",
    "MemorandumVersion",
    "MemorandumVersionMove",
    "RuleProfile",
]
