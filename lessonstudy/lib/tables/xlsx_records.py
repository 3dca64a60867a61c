"""The records of an XLSX file, as its spreadsheet shows them; a hostile file costs little and is refused."""

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from lessonstudy.lib.archives import TooLarge, inflated
from lessonstudy.lib.tables.problems import BadTable, Problem, refused

LAST_ROW = 1_048_576  # of any spreadsheet

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*?\bref="([A-Z]+\d+:[A-Z]+\d+)"')
NOT_WORKED_OUT = re.compile(
    rb'<c r="([A-Z]+\d+)"(?![^<>]*\bt="str")[^<>]*><f\b[^<>]*(?:/>|>[^<>]*</f>)(?:<v ?/>|<v></v>)?</c>'
)

# What openpyxl does not support (a drop-down list, say) does not touch the text of the cells.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


def xlsx_records(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet that is not hidden, with its number from 1; rows not in the file are empty.

    Raises BadTable for a file that is no workbook or inflates beyond what an archive may, and for cells that
    look full to the person and are empty to us.
    """
    try:
        unpacked = _inflated(content, name)
        workbook = load_workbook(unpacked, read_only=True, data_only=True, keep_links=False)
        sheet = next(sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible")
        with ZipFile(unpacked) as archive:
            _refuse_hollow_cells(archive.read(sheet._worksheet_path))
        sheet.reset_dimensions()  # the size that the file claims for the sheet would cut off rows beyond it
        for number, cells in enumerate(sheet.iter_rows(min_row=1, min_col=1), 1):
            if number > LAST_ROW:
                raise ValueError("A row number that no spreadsheet has.")
            yield number, [_shown(cell) for cell in cells]
    except BadTable:
        raise
    except Exception as error:  # openpyxl lets out whatever its parsers meet in a broken file
        message = _("“%(name)s” cannot be read as a spreadsheet. Save it again as .xlsx or “CSV UTF-8”.")
        raise refused(message, name) from error


def _inflated(content: bytes, name: str) -> BytesIO:
    """The XML parts of the workbook in an archive without compression."""
    try:
        return inflated(content, wanted=lambda part: part.filename.endswith((".xml", ".rels")))
    except TooLarge as error:
        message = _("“%(name)s” holds far more than a table. Save it as “CSV UTF-8”.")
        raise refused(message, name) from error


def _refuse_hollow_cells(sheet: bytes) -> None:
    """Refuse merged cells, of which only the first has the text, and formulas saved without their result."""
    advice = {
        MERGED: _("These cells are merged. Split them, and fill in each one."),
        NOT_WORKED_OUT: _("The formula here has no result yet. Save the file again from a spreadsheet."),
    }
    problems = [
        Problem(int(re.findall(rb"\d+", match[1])[0]), None, match[1].decode(), message)
        for pattern, message in advice.items()
        for match in pattern.finditer(sheet)
    ]
    if problems:
        raise BadTable(problems)


def _shown(cell: Any) -> str:
    """The text of a cell. A time keeps to what is seen: who types 3:10 sees no seconds."""
    value = cell.value
    if not isinstance(value, time | timedelta):
        return as_text(value)
    text = as_text(value)
    return text if "s" in cell.number_format.lower() else text.removesuffix(":00")


def as_text(value: object) -> str:
    """A cell's value as a spreadsheet shows it, dates as ISO."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() else format(value, ".15g")
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta() if value >= timedelta(0):
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
