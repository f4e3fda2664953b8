"""A report to the city government as it is read, printed and edited: one text for the page and for the file.

It is written in the language of the house, whoever looks. What was issued is kept as it was (`CityReport.document`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jinan_credit.kernel import clock
from jinan_credit.oversight.city_report_sheets import CountedSheets, counted_sheets
from jinan_credit.oversight.enums import ReportState
from jinan_credit.oversight.models import CityReport
from jinan_credit.oversight.models.city_report import SECTIONS
from jinan_credit.oversight.sheets import Sheet, data_of, sheet_of


@dataclass(frozen=True)
class Section:
    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class ReportDocument:
    """`notes` stand below the title, `signed_on` is empty for a draft."""

    issuer: str
    number: str
    title: str
    notes: Sequence[str]
    addressee: str
    sections: Sequence[Section]
    signed_on: str
    annex: str
    counted: str
    sheets: Sequence[Sheet]

    @property
    def captioned(self) -> list[tuple[str, Sheet]]:
        return [(f"{number}. {sheet.title}", sheet) for number, sheet in enumerate(self.sheets, start=1)]

    @property
    def language(self) -> str:
        return settings.LANGUAGE_CODE

    def as_data(self) -> dict[str, Any]:
        return {
            **asdict(replace(self, sheets=())),
            "sheets": [data_of(sheet) for sheet in self.sheets],
        }


def document_of(report: CityReport) -> ReportDocument:
    """What was issued as it was issued; a draft with the figures of this moment."""
    if report.document is None:
        is_draft = report.state == ReportState.DRAFT
        return written(report, counted_sheets(report.period) if is_draft else CountedSheets(clock.now(), ()))
    document, withdrawn_on = _read(report.document), report.withdrawn_on
    return replace(document, notes=[_withdrawn(withdrawn_on), *document.notes]) if withdrawn_on else document


def written(report: CityReport, counted: CountedSheets) -> ReportDocument:
    """The document of a draft with these figures; of one that is being issued, with number and date."""
    with translation.override(settings.LANGUAGE_CODE):
        return ReportDocument(
            issuer=report.unit.full_name or report.unit.name,
            number=report.number or _("Draft, without a number yet"),
            title=report.title,
            notes=[_("Replaces the withdrawn %(number)s.") % {"number": one.number} for one in _replaced(report)],
            addressee=_("To the city government:"),
            sections=[
                Section(str(heading), _paragraphs(text))
                for name, heading in SECTIONS.items()
                if (text := getattr(report, name))
            ],
            signed_on=date_format(clock.local_day(report.issued_at), "DATE_FORMAT") if report.issued_at else "",
            annex=_("Annex: figures of %(period)s") % {"period": report.period},
            counted=_("Period: %(since)s to %(until)s, both days included. Counted at %(at)s.")
            % {
                "since": report.period.first,
                "until": report.period.last,
                "at": f"{clock.in_jinan(counted.at):%Y-%m-%d %H:%M:%S}",
            },
            sheets=counted.sheets,
        )


def _read(data: Mapping[str, Any]) -> ReportDocument:
    sections = [Section(**one) for one in data["sections"]]
    return ReportDocument(**{**data, "sections": sections, "sheets": [sheet_of(one) for one in data["sheets"]]})


def _replaced(report: CityReport) -> QuerySet[CityReport]:
    """Those of the same period that were withdrawn before."""
    withdrawn = CityReport.objects.of_period(report.period).filter(state=ReportState.WITHDRAWN)
    return withdrawn.order_by("issued_at", "pk")


def _withdrawn(on: date) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("This report was withdrawn on %(day)s.") % {"day": date_format(on, "DATE_FORMAT")}


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
