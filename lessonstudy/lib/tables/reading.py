"""Turns the records of a file into rows under known column names, and keeps out those that cannot be read."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from lessonstudy.lib.tables.csv_records import csv_records
from lessonstudy.lib.tables.problems import SHOWN, BadTable, Problem, refused, shown, unreadable
from lessonstudy.lib.tables.xlsx_records import NoResult, xlsx_records

MAX_BYTES = 10 * 2**20
MAX_ROWS = 20_000
MAX_CELL = 10_000  # characters
MOST_NAMED = 10  # columns that are not read

XLSX = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook with a password
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
FORMULA_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


@dataclass(frozen=True)
class Row:
    """One row that can be read; ``row["code"]`` is its text there, stripped, "" where nothing stands.

    ``number`` is the row's number as a spreadsheet shows it: the column names are row 1, blank rows count,
    and a cell with line breaks in it is still one row (so the line numbers of a text editor may run ahead).
    """

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def problem(self, column: str, message: str) -> Problem:
        """What is wrong with this row's text under ``column``."""
        return Problem(self.number, column, self[column], message)


@dataclass(frozen=True)
class Table:
    """A file's rows in order, and what kept other rows out.

    ``problems`` has one entry for each row kept out: whoever stores rows stores none unless it is empty.
    ``columns`` are those the file has; a row holds "" under an optional column that the file does not have.
    ``passed_over`` are names of columns that nobody reads, of very many the first.
    """

    columns: frozenset[str]
    rows: list[Row]
    problems: list[Problem]
    passed_over: Sequence[str] = ()


def read_table(
    source: str | Path | IO[bytes],
    *,
    name: str,
    required: Collection[str],
    optional: Collection[str] = (),
    aliases: Mapping[str, str] | None = None,
    max_rows: int = MAX_ROWS,
    passes_over: bool = False,
    cell_by_cell: bool = False,
) -> Table:
    """Read a file, or an open binary one, whose first row holds the column names; messages call it ``name``.

    Its content tells what it is, never its name. CSV: commas, semicolons or tabs; UTF-8, UTF-16 with a byte
    order mark, or Windows-1252 where no byte sequence is UTF-8. XLSX: the first sheet that is not hidden,
    formulas by their last result, 80.0 as "80", dates as ISO.

    Column names match in any case, with spaces for underscores. An unknown one is refused, not passed over:
    it is mostly a slip of the pen, and what stands below would be lost unnoticed. Blank rows are passed over.
    ``aliases``: other names of a column, as ``column_name`` writes them, and the one it has in the rows.
    ``passes_over``: unknown columns are not read, as of files that programs make; the table names them.
    ``cell_by_cell``: a row with bad cells is among the rows, too, nothing in those cells, and each of them is
    a problem of its own; so whoever looks at every cell can tell what else is wrong.

    Raises BadTable when the file as a whole cannot be used: not readable, over MAX_BYTES, too large unpacked,
    over ``max_rows`` (blank rows not counted), column names missing, unknown or doubled, no row below them,
    quotation marks that do not pair, merged cells.
    """
    content = _content(source, name)
    known, other = [*required, *optional], aliases or {}
    if content.startswith(XLSX):
        records = xlsx_records(content, name)
    else:
        records = csv_records(content, name, lambda cell: _is_column(cell, known, other))
    header = next(records, (1, []))[1]
    columns = _columns(header, name, required, known, other, passes_over=passes_over)
    rows: list[Row] = []
    problems: list[Problem] = []
    count = 0
    for number, cells in records:
        if not any(map(str.strip, cells)):
            continue
        if count == max_rows:
            raise refused(_("“%(name)s” has more than %(rows)d rows. Split it."), name, rows=max_rows)
        count += 1
        faults = _faults(number, columns, cells)
        problems += faults if cell_by_cell else faults[:1]
        if cell_by_cell or not faults:
            rows.append(_row(number, columns, cells, known, faults))
    if not rows and not problems:
        raise refused(_("“%(name)s” has no rows below the column names. Add them."), name)
    passed_over = [shown(cell) for cell, column in zip(header, columns, strict=True) if column is None]
    return Table(frozenset(filter(None, columns)), rows, problems, passed_over[:MOST_NAMED])


def _content(source: str | Path | IO[bytes], name: str) -> bytes:
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        else:
            content = source.read(MAX_BYTES + 1)
    except OSError as error:
        message = _("“%(name)s” cannot be opened. Check that it is there and that you may read it.")
        raise refused(message, name) from error
    if len(content) > MAX_BYTES:
        message = _("“%(name)s” is larger than %(limit)d MB. Split it.")
        raise refused(message, name, limit=MAX_BYTES // 2**20)
    if content.startswith(OLD_EXCEL):
        message = _("“%(name)s” is an old Excel file or has a password. Save it as .xlsx without one.")
        raise refused(message, name)
    if not content.strip():
        raise refused(_("“%(name)s” is empty. Choose another file."), name)
    return content


def column_name(cell: str) -> str:
    """What a column is known by: small letters, one underscore for blanks."""
    return "_".join(cell.casefold().split())


def _is_column(cell: str, known: Collection[str], aliases: Mapping[str, str]) -> bool:
    name = column_name(cell)
    return name in known or name in aliases


def _columns(
    header: list[str],
    name: str,
    required: Collection[str],
    known: Collection[str],
    aliases: Mapping[str, str],
    *,
    passes_over: bool,
) -> list[str | None]:
    """The column of each place of a row: "" where the first row names none, None where it is passed over."""
    if any(map(CONTROL.search, header)):
        raise unreadable(name)
    if hollow := [Problem(1, None, cell, _no_result()) for cell in header if isinstance(cell, NoResult)]:
        raise BadTable(hollow)
    named = [column_name(cell) for cell in header]
    columns = [aliases.get(column, column) for column in named]
    missing = _("This column is missing. Write its name in the first row, and below it what belongs there.")
    absent = [column for column in required if column not in columns]
    problems = [Problem(1, column, "", missing) for column in absent]
    for column, count in Counter(filter(None, columns)).items():
        if column in known and count > 1:
            problems.append(Problem(1, column, "", _("This column stands there more than once. Keep one.")))
        elif column not in known and (not passes_over or get_close_matches(column[:SHOWN], absent)):
            problems.append(Problem(1, shown(column), "", _unknown(column, known)))
    if problems:
        raise BadTable(problems)
    return [column if column in known else None if column else "" for column in columns]


def _unknown(column: str, known: Collection[str]) -> str:
    if meant := get_close_matches(column[:SHOWN], known, n=1):
        return _("There is no such column. Did you mean “%(column)s”?") % {"column": meant[0]}
    message = _("There is no such column. Take it out, or use one of these: %(columns)s.")
    return message % {"columns": ", ".join(known)}


def _row(
    number: int, columns: list[str | None], cells: list[str], known: Collection[str], faults: list[Problem]
) -> Row:
    """The row, with nothing where something is wrong."""
    found = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
    bad = {fault.column: "" for fault in faults if fault.column}
    return Row(number, dict.fromkeys(known, "") | found | bad)


def _faults(number: int, columns: list[str | None], cells: list[str]) -> list[Problem]:
    """What keeps this row from being read."""
    return [
        Problem(number, column or None, cell, message)
        for place, (column, cell) in enumerate(zip_longest(columns, cells, fillvalue=""), 1)
        if cell and column is not None and (message := _cell_fault(column, cell, place))
    ]


def _no_result() -> str:
    return _("The formula here has no result yet. Save the file again from a spreadsheet.")


def _cell_fault(column: str, cell: str, place: int) -> str:
    if not column and cell.strip():
        message = _(
            "This is in place %(place)d of the row, where the first row names no column. Take it out; or, "
            "if it belongs to a longer text, put that text in quotation marks."
        )
        return message % {"place": place}
    if isinstance(cell, NoResult):
        return _no_result()
    if len(cell) > MAX_CELL:
        message = _("This text has %(length)d characters. Shorten it to %(limit)d.")
        return message % {"length": len(cell), "limit": MAX_CELL}
    if control := CONTROL.search(cell):
        message = _("There is a character here that cannot be seen (%(code)s). Type the text again.")
        return message % {"code": f"U+{ord(control[0]):04X}"}
    if cell.strip() in FORMULA_ERRORS:
        return _("The formula here has no result. Mend it, or type the value.")
    return ""
