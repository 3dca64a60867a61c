"""The sheet as a workbook: a page for each part, a column for each field, to change and read in again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from cycles.exports.facts import Facts
from cycles.sheet import HEADER, OBJECTIVE, RESPONSE, STEP, ZONE, ideas, label, worded
from lessonstudy.lib.exports import text_cell
from lessonstudy.lib.plain import visible

WIDE = 32  # characters


def head_of_responses() -> list[str]:
    """The columns of the page with what pupils may answer."""
    return [_("Step"), *(label("responses", name) for name in RESPONSE)]


def head_of_predictions() -> list[str]:
    """The columns of the page with what is expected of case pupils."""
    return [_("Step"), _("Pupil"), _("We expect")]


def head_of_about() -> list[str]:
    """The columns of the page about the lesson as a whole."""
    return [_("Heading"), _("Text")]


def render(facts: Facts) -> bytes:
    """Return the XLSX of the whole sheet. Text stays text: nothing typed by anybody becomes a formula."""
    sheet = worded(facts.sheet)
    book = Workbook(write_only=True)
    _write(book, _("Steps"), _steps(sheet))
    _write(book, _("Expected responses"), _responses(sheet))
    _write(book, _("Objectives"), _rows("objectives", OBJECTIVE, sheet["objectives"]))
    _write(book, _("Board"), _zones(facts.sheet))
    _write(book, _("Case pupils"), _predictions(facts))
    _write(book, _("About the lesson"), _about(sheet))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _steps(sheet: Any) -> Iterator[list[Any]]:
    yield [_("Step"), *(label("steps", name) for name in STEP)]
    for number, step in enumerate(sheet["steps"], start=1):
        yield [number, *(step[name] for name in STEP)]


def _responses(sheet: Any) -> Iterator[list[Any]]:
    yield head_of_responses()
    for number, step in enumerate(sheet["steps"], start=1):
        for response in step["responses"]:
            yield [number, *(response[name] for name in RESPONSE)]


def _rows(part: str, names: tuple[str, ...], rows: Iterable[Any]) -> Iterator[list[Any]]:
    yield [label(part, name) for name in names]
    for row in rows:
        yield [row[name] for name in names]


def _zones(sheet: Any) -> Iterator[list[Any]]:
    said = ideas(sheet)
    yield [label("zones", name) for name in (*ZONE, "response")]
    for zone in sheet["zones"]:
        yield [*(zone[name] for name in ZONE), said.get(zone["response"], "")]


def _predictions(facts: Facts) -> Iterator[list[Any]]:
    yield head_of_predictions()
    for number, step in enumerate(facts.sheet["steps"], start=1):
        for prediction in step["predictions"]:
            if code := facts.codes.get(prediction["case_pupil"]):
                yield [number, code, prediction["text"]]


def _about(sheet: Any) -> Iterator[list[Any]]:
    yield head_of_about()
    for name in HEADER:
        yield [label("header", name), sheet["header"][name]]
    yield [_("Dimensions of the graduate profile"), "\n".join(sheet["dimensions"])]


def _write(book: Workbook, title: str, rows: Iterator[list[Any]]) -> None:
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    head = next(rows)
    for number in range(len(head)):
        page.column_dimensions[chr(ord("A") + number)].width = WIDE if number else 12
    page.append([_cell(page, title, Font(bold=True)) for title in head])
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: Any, value: Any, font: Font | None = None) -> Any:
    if not isinstance(value, str):
        return value
    cell = text_cell(page, visible(value))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font:
        cell.font = font
    return cell
