"""Keeps a person's text text when a spreadsheet opens what we export: nobody's note becomes a formula."""

import re
from typing import Any

from openpyxl.cell import WriteOnlyCell

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
NEUTRAL = re.compile(r"'+[=+\-@\t\r\n]")


def neutral(text: str) -> str:
    """The text for a CSV cell, with an apostrophe before what a spreadsheet would start to calculate.

    Text that begins with apostrophes and then such a character gets one more, so that ``original`` can tell.
    """
    return f"'{text}" if FORMULA.match(text) else text


def original(text: str) -> str:
    """The text that ``neutral`` was given."""
    return text[1:] if NEUTRAL.match(text) else text


def text_cell(sheet: Any, text: str) -> WriteOnlyCell:
    """A cell for a write-only sheet that holds ``text`` as text. XLSX knows types, so it needs no apostrophe.

    Raises openpyxl's IllegalCharacterError for control characters, which XLSX cannot hold.
    """
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
