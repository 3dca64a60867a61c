"""An empty tally sheet with a lesson's pupils: to print and write on, or to type in and bring in again."""

from __future__ import annotations

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from cycles.models import ResearchLesson
from cycles.selectors import Table, pupils_of, tables_of
from lessonstudy.lib.exports import text_cell
from lessonstudy.lib.plain import visible
from observations.models import EventCode
from observations.selectors import codes_for
from schools.models import Student

SHEET_NAME = 31  # letters that a spreadsheet allows


def by_table(lesson: ResearchLesson) -> list[tuple[str, list[Student]]]:
    """The lesson's pupils as they sit; those without a group last, under no name."""
    tables: list[Table] = tables_of(lesson)
    seated = {pupil.pk for table in tables for pupil in table.pupils}
    loose = [pupil for pupil in pupils_of(lesson) if pupil.pk not in seated]
    found = [(table.group.name, table.pupils) for table in tables if table.pupils]
    return [*found, ("", loose)] if loose else found


def codes_on_paper(lesson: ResearchLesson) -> list[EventCode]:
    """The columns: what is shown first on the capture page, then the rest."""
    return sorted(codes_for(lesson.school), key=lambda code: (not code.shown_first, code.order, code.slug))


def tally_workbook(lesson: ResearchLesson, *, named: bool) -> bytes:
    """The sheet as XLSX, as ``PaperTally`` reads it; names stand beside the codes only if ``named``."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_("Tally")[:SHEET_NAME])
    page.freeze_panes = "C2" if named else "B2"
    head = [_("Pupil"), *([_("Name")] if named else []), *(code.words for code in codes_on_paper(lesson))]
    for number in range(len(head)):
        page.column_dimensions[chr(ord("A") + number)].width = 12
    cells = [text_cell(page, visible(word)) for word in head]
    for cell in cells:
        cell.font = Font(bold=True)
    page.append(cells)
    for _group, pupils in by_table(lesson):
        for pupil in pupils:
            called = [pupil.code, *([pupil.given_name] if named else [])]
            page.append([text_cell(page, visible(word)) for word in called])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
