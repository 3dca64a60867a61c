"""The pages of a workbook as texts, for files in which people laid out a table in their own way."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from openpyxl import load_workbook

from lessonstudy.lib.tables.xlsx_records import as_text

MOST_ROWS = 5000
MOST_COLUMNS = 60


def xlsx_pages(file: BytesIO) -> Iterator[tuple[str, list[list[str]]]]:
    """Title and rows of each page that is not hidden; of merged cells the first holds the text.

    ``file`` is an archive without compression (``lessonstudy.lib.archives.inflated``). Raises what openpyxl
    lets out where the workbook is broken.
    """
    workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for page in workbook.worksheets:
        if page.sheet_state == "visible":
            page.reset_dimensions()
            rows = page.iter_rows(
                min_row=1, min_col=1, max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True
            )
            yield page.title, [[as_text(value) for value in row] for row in rows]
