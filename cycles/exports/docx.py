"""A document as .docx, tables and all, that any word processor opens and people go on writing in.

Each field of the plan has a paragraph style of its own, which survives editing and saving: by it a sheet is
read in again (``cycles.importing``), whatever language its headings are in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from cycles.exports.document import Document, Pairs, Section, Table, Text
from lessonstudy.lib.plain import visible

STYLE, HEAD, LABEL = "Plan {}", "Plan head {}", "Plan label"
EDGE, LONG, SHORT = Mm(15), Mm(297), Mm(210)
SOFT = RGBColor(0x55, 0x60, 0x6E)
LINE = "8A8474"


def render(document: Document, *, at: datetime) -> bytes:
    """Return the .docx, dated ``at``."""
    out = docx.Document()
    _set_up(out, document, at)
    kicker = out.add_paragraph(visible(document.kicker))
    kicker.runs[0].font.color.rgb = SOFT
    out.add_heading(visible(document.title), level=1)
    for section in document.sections:
        _section(out, section)
    file = BytesIO()
    out.save(file)
    return file.getvalue()


def _set_up(out: Any, document: Document, at: datetime) -> None:
    page = out.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE if document.landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (LONG, SHORT) if document.landscape else (SHORT, LONG)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = EDGE
    page.footer.paragraphs[0].text = visible(document.foot)
    about = out.core_properties
    about.title, about.author = visible(document.title)[:255], visible(document.school)[:255]
    about.language = document.language
    about.comments, about.last_modified_by, about.revision = "", "", 1
    about.created = about.modified = at.replace(tzinfo=None)
    normal = out.styles["Normal"]
    normal.font.name, normal.font.size = "Noto Sans", Pt(9 if document.landscape else 10)
    normal.paragraph_format.space_after = Pt(2)
    label = out.styles.add_style(LABEL, WD_STYLE_TYPE.CHARACTER)
    label.font.color.rgb = SOFT
    language = normal.element.get_or_add_rPr()
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), document.language)
    language.append(spoken)


def _section(out: Any, section: Section) -> None:
    out.add_heading(visible(section.title), level=section.level + 1)
    for block in section.blocks:
        match block:
            case Text():
                _write(out.add_paragraph(), block)
            case Pairs():
                table = _table(out, 2, len(block.rows), [1, 4])
                for row, (label, text) in zip(table.rows, block.rows, strict=True):
                    _fill(row.cells[0], [Text(label, look="soft")])
                    _fill(row.cells[1], [text])
            case Table():
                _whole_table(out, block)


def _whole_table(out: Any, block: Table) -> None:
    table = _table(out, len(block.head), 1 + len(block.rows), block.widths)
    head = table.rows[0]
    for cell, title in zip(head.cells, block.head, strict=True):
        _fill(cell, [Text(title, name=f"head {block.name}" if block.name else "", look="strong")])
    again = OxmlElement("w:tblHeader")  # the head stands on every page
    head._tr.get_or_add_trPr().append(again)
    for row, told in zip(table.rows[1:], block.rows, strict=True):
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
        for cell, texts in zip(row.cells, told, strict=True):
            _fill(cell, [text for text in texts if text.text or text.label])


def _table(out: Any, columns: int, rows: int, widths: Sequence[int]) -> Any:
    table = out.add_table(rows=rows, cols=columns)
    table.style, table.autofit = "Table Grid", False
    page = out.sections[0]
    width = page.page_width - page.left_margin - page.right_margin
    for column, share in zip(table.columns, widths, strict=True):
        column.width = int(width * share / sum(widths))
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = column.width
    return table


def _fill(cell: Any, texts: Sequence[Text]) -> None:
    for number, text in enumerate(texts):
        _write(cell.paragraphs[0] if number == 0 else cell.add_paragraph(), text)


def _write(paragraph: Any, text: Text) -> None:
    """One field is one paragraph; its own line breaks stay breaks within it."""
    if text.name:
        paragraph.style = _style(paragraph.part.document.styles, STYLE.format(text.name))
    if text.label:
        paragraph.add_run(f"{visible(text.label)}: " if text.label != "→" else "→ ", style=LABEL)
    run = paragraph.add_run(visible(text.text))
    run.bold = True if text.look == "strong" else None
    if text.look == "soft":
        run.font.color.rgb = SOFT


def _style(styles: Any, name: str) -> Any:
    if name in styles:
        return styles[name]
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    return style
