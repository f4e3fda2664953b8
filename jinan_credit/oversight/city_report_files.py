"""A report as a document that can be edited, in the look of an official letter (GB/T 9704-2012; ADR 0021).

Nothing in it runs, leads outside or tells on which machine it was made.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import _Row
from docx.text.paragraph import Paragraph

from jinan_credit.oversight.city_report_document import ReportDocument
from jinan_credit.oversight.sheets import Column, Kind, Sheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_LATIN, _FANGSONG, _HEITI, _SONGTI = "Times New Roman", "仿宋", "黑体", "宋体"
_STYLES = {
    "Normal": (_FANGSONG, 16, False),
    "Title": (_SONGTI, 22, True),
    "Heading 1": (_HEITI, 16, False),
    "Heading 2": (_HEITI, 16, False),
    "Caption": (_HEITI, 12, False),
    "Footer": (_SONGTI, 14, False),
    "Letter head": (_SONGTI, 30, True),
    "Table text": (_FANGSONG, 9, False),
}
_NUMERALS = "一二三四五六七八九十"
_RED, _BLACK = RGBColor(0xC0, 0x00, 0x00), RGBColor(0, 0, 0)
_A4 = Mm(210), Mm(297)
_MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
_ANNEX_MARGIN = Mm(22)
_WIDE = 3
"""How many columns of numbers a column of names is wide."""
_OF_THE_TEMPLATE = (
    RELATION.EXTENDED_PROPERTIES,
    RELATION.CUSTOM_XML,
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
)
"""Parts of the library's blank document that tell of a program, or are of no use."""
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_document(out: BinaryIO, document: ReportDocument, *, made_at: datetime) -> None:
    docx = _blank(document, made_at)
    _letter(docx, document)
    if document.sheets:
        _annex(docx, document)
    docx.save(out)


# The blank sheet ---------------------------------------------------------------------------------------------


def _blank(document: ReportDocument, made_at: datetime) -> Docx:
    docx = Document()
    for relations in (docx.part.package.rels, docx.part.rels):
        for name in [name for name, one in relations.items() if one.reltype in _OF_THE_TEMPLATE]:
            del relations[name]
    properties = docx.core_properties
    properties.title, properties.author = _text(document.title)[:255], _text(document.issuer)[:255]
    properties.comments, properties.last_modified_by, properties.language = "", "", "zh-CN"
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    _set_styles(docx)
    section = docx.sections[0]
    section.page_width, section.page_height = _A4
    for side, width in _MARGINS.items():
        setattr(section, side, width)
    _number_pages(section.footer.paragraphs[0])
    return docx


def _set_styles(docx: Docx) -> None:
    for name in ("Letter head", "Table text"):
        docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for name, (east_asian, size, is_bold) in _STYLES.items():
        style: Any = docx.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), is_bold, False
        style.font.color.rgb = _RED if name == "Letter head" else _BLACK
        _set_fonts(style.element.get_or_add_rPr(), east_asian)
        _drop(style.element, "w:link")
        layout = style.paragraph_format
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    for name in ("Letter head", "Title", "Table text", "Footer", "Caption"):
        docx.styles[name].paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    for name in ("Title", "Letter head"):
        docx.styles[name].paragraph_format.alignment = ALIGN.CENTER
    title: Any = docx.styles["Title"]
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(24)
    _drop(title.element.pPr, "w:pBdr")
    defaults = docx.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_fonts(defaults, _FANGSONG)
    defaults.find(qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")


def _set_fonts(properties: Any, east_asian: str) -> None:
    """Chinese text takes its font from `eastAsia`, which the library does not set; a theme's font would go first."""
    fonts = properties.get_or_add_rFonts()
    for of_theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{of_theme}"), None)
    for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{script}"), font)


def _number_pages(paragraph: Paragraph) -> None:
    paragraph.alignment = ALIGN.CENTER
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    field.append(paragraph.add_run("1")._r)
    paragraph.add_run(" —")


# The letter --------------------------------------------------------------------------------------------------


def _letter(docx: Docx, document: ReportDocument) -> None:
    head = docx.add_paragraph(style="Letter head")
    _underline(head)
    head.add_run(_text(document.issuer))
    docx.add_paragraph(_text(document.number)).alignment = ALIGN.RIGHT
    docx.add_paragraph(_text(document.title), style="Title")
    for note in document.notes:
        docx.add_paragraph(_text(note)).alignment = ALIGN.CENTER
    docx.add_paragraph(_text(document.addressee))
    for numeral, section in zip(_NUMERALS, document.sections, strict=False):
        _indented(docx.add_paragraph(f"{numeral}、{_text(section.heading)}", style="Heading 1"))
        for text in section.paragraphs:
            _indented(docx.add_paragraph(_text(text)))
    docx.add_paragraph()
    for text in (document.issuer, document.signed_on):
        docx.add_paragraph(_text(text)).alignment = ALIGN.RIGHT


def _underline(paragraph: Paragraph) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", str(_RED))):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _indented(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.first_line_indent = Pt(32)


# The annex ---------------------------------------------------------------------------------------------------


def _annex(docx: Docx, document: ReportDocument) -> None:
    section = docx.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_height, section.page_width = _A4
    for side in _MARGINS:
        setattr(section, side, _ANNEX_MARGIN)
    docx.add_paragraph(_text(document.annex), style="Heading 2")
    docx.add_paragraph(_text(document.counted), style="Table text")
    for caption, sheet in document.captioned:
        above = docx.add_paragraph(_text(caption), style="Caption")
        above.paragraph_format.space_before, above.paragraph_format.keep_with_next = Pt(14), True
        _table(docx, sheet, Mm(297) - 2 * _ANNEX_MARGIN)
        if sheet.note:
            docx.add_paragraph(_text(sheet.note), style="Table text")


def _table(docx: Docx, sheet: Sheet, width: int) -> None:
    lines = sheet.all_lines
    table = docx.add_table(1 + len(lines), 1 + len(sheet.columns), style="Table Grid")
    table.autofit = False
    widths = _widths(sheet.columns, width)
    for column, of_column in zip(table.columns, widths, strict=True):
        column.width = of_column
    head, *rows = table.rows
    _mark(head, "w:tblHeader")
    labels = [sheet.first, *(column.label for column in sheet.columns)]
    style = docx.styles["Table text"].style_id
    _fill(head, style, zip(widths, labels, [ALIGN.CENTER] * len(labels), strict=True))
    for row, line in zip(rows, lines, strict=True):
        texts = [line.name, *(cell.text for cell in line.cells)]
        sides = [ALIGN.LEFT, *(ALIGN.RIGHT if cell.column.is_number else ALIGN.LEFT for cell in line.cells)]
        _fill(row, style, zip(widths, texts, sides, strict=True), is_bold=line is sheet.total)


def _fill(row: _Row, style: str, cells: Iterable[tuple[Length, str, ALIGN]], *, is_bold: bool = False) -> None:
    """`style` by its id: the library looks for a name among all styles, which takes most of the time of a table."""
    _mark(row, "w:cantSplit")
    for cell, (width, text, side) in zip(row.cells, cells, strict=True):
        cell.width = width
        [paragraph] = cell.paragraphs
        paragraph._p.style = style
        paragraph.alignment = side
        paragraph.add_run(_text(text)).bold = is_bold or None


def _widths(columns: Sequence[Column], whole: int) -> list[Length]:
    parts = [_WIDE, *(_WIDE if column.kind == Kind.TEXT else 1 for column in columns)]
    return [Length(whole * part // sum(parts)) for part in parts]


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _drop(element: Any, name: str) -> None:
    for child in element.findall(qn(name)):
        element.remove(child)


def _text(text: str) -> str:
    """Without the characters that no XML may hold."""
    return _NO_XML.sub("", text)
