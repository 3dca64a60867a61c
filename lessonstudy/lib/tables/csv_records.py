"""The records of a CSV file, whatever spreadsheet, language and letters it was saved with."""

import codecs
import csv
from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper

from django.utils.translation import gettext as _

from lessonstudy.lib.tables.problems import BadTable, Problem, unreadable

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS = (",", ";", "\t")


def csv_records(
    content: bytes, name: str, is_column: Callable[[str], bool]
) -> Iterator[tuple[int, list[str]]]:
    """Each record with its number from 1, blank lines as empty ones, line breaks in a cell as "\\n".

    ``is_column`` tells whether a cell of the first record is a column's name; it picks the delimiter.
    Raises BadTable for letters that cannot be read and for quotation marks that do not pair.
    """
    lines = TextIOWrapper(BytesIO(content), encoding=_encoding(content, name))
    delimiter = _delimiter(lines.readline(), is_column)
    lines.seek(0)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        message = _(
            "From this row on the quotation marks do not pair. Put one at each end of a text that needs "
            "them, and write each one inside it twice."
        )
        raise BadTable([Problem(number + 1, None, "", message)]) from error


def _encoding(content: bytes, name: str) -> str:
    """The encoding that reads all of ``content``.

    Bytes that are UTF-8 in one place and not in another are a damaged file: read as Windows-1252, every
    letter that is still whole would turn into two wrong ones. Other one-byte encodings look just like it.
    """
    if content.startswith(UTF_16):
        candidates = ["utf-16"]
    elif content.decode("utf-8", "ignore").isascii():
        candidates = ["utf-8", "cp1252"]
    else:
        candidates = ["utf-8-sig"]
    for encoding in candidates:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise unreadable(name)


def _delimiter(header: str, is_column: Callable[[str], bool]) -> str:
    """The delimiter between which the first line names the most columns; a comma if none does."""

    def named(delimiter: str) -> int:
        return sum(is_column(cell.strip(' "\n')) for cell in header.split(delimiter))

    return max(DELIMITERS, key=named)
