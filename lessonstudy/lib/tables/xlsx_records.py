"""The records of an XLSX file, as its spreadsheet shows them; a hostile file costs little and is refused."""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from lessonstudy.lib.archives import TooLarge, inflated
from lessonstudy.lib.tables.problems import BadTable, Problem, refused

LAST_ROW = 1_048_576  # of any spreadsheet

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*?\bref="([A-Z]+\d+:[A-Z]+\d+)"')
NOT_WORKED_OUT = re.compile(
    rb'<c r="([A-Z]+\d+)"(?![^<>]*\bt="str")[^<>]*><f\b[^<>]*(?:/>|>([^<>]*)</f>)(?:<v ?/>|<v></v>)?</c>'
)

# What openpyxl does not support (a drop-down list, say) does not touch the text of the cells.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


class NoResult(str):
    """Stands for a formula that was saved without its result, which would be read as an empty cell."""


def xlsx_records(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet that is not hidden, with its number from 1; rows not in the file are empty.

    A formula without a result is a ``NoResult``. Raises BadTable for a file that is no workbook or inflates
    beyond what an archive may, and for merged cells, which look full to the person and are empty to us.
    """
    try:
        unpacked = _inflated(content, name)
        workbook = load_workbook(unpacked, read_only=True, data_only=True, keep_links=False)
        sheet = next(sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible")
        with ZipFile(unpacked) as archive:
            content = archive.read(sheet._worksheet_path)
        _refuse_merged_cells(content)
        formulas = _not_worked_out(content)
        sheet.reset_dimensions()  # the size that the file claims for the sheet would cut off rows beyond it
        for number, cells in enumerate(sheet.iter_rows(min_row=1, min_col=1), 1):
            if number > LAST_ROW:
                raise ValueError("A row number that no spreadsheet has.")
            here = formulas.get(number, {})
            yield number, [here.get(place) or _shown(cell) for place, cell in enumerate(cells, 1)]
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


def _refuse_merged_cells(sheet: bytes) -> None:
    """Of merged cells only the first has the text."""
    message = _("These cells are merged. Split them, and fill in each one.")
    merged = [match[1].decode() for match in MERGED.finditer(sheet)]
    if merged:
        rows = [int(re.findall(r"\d+", cells)[0]) for cells in merged]
        raise BadTable([Problem(row, None, cells, message) for row, cells in zip(rows, merged, strict=True)])


def _not_worked_out(sheet: bytes) -> dict[int, dict[int, NoResult]]:
    """Row and place, from 1, of each formula that was saved without its result."""
    found: dict[int, dict[int, NoResult]] = defaultdict(dict)
    for match in NOT_WORKED_OUT.finditer(sheet):
        cell = match[1].decode()
        column, row = coordinate_from_string(cell)
        formula = f"={unescape(match[2].decode())}" if match[2] else cell
        found[row][column_index_from_string(column)] = NoResult(formula)
    return found


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
