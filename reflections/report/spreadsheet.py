"""The report's numbers as a workbook: what pupils did, the groups, findings and decisions."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from lessonstudy.lib.exports import text_cell
from lessonstudy.lib.printing import printable
from reflections.report.words import words


def render(snapshot: dict[str, Any], *, language: str) -> bytes:
    """Return the XLSX of a report's snapshot. Text stays text: nothing typed by anybody becomes a formula."""
    say = words(language)
    book = Workbook(write_only=True)
    _write(book, say["heading_pupils"], _pupils(snapshot, say))
    _write(book, say["heading_groups"], _groups(snapshot, say))
    _write(book, say["heading_findings"], _findings(snapshot, say))
    _write(book, say["heading_decisions"], _decisions(snapshot, say))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _pupils(snapshot: dict[str, Any], say: dict[str, str]) -> Iterable[list[Any]]:
    codes = sorted(snapshot["codes"])
    yield [
        say["pupil"],
        say["turns"],
        *(say.get(f"code_{code}", code) for code in codes),
    ]
    for pupil, turns in snapshot["turns"].items():
        done = snapshot["by_pupil"].get(pupil, {})
        yield [pupil, turns, *(done.get(code, 0) for code in codes)]


def _groups(snapshot: dict[str, Any], say: dict[str, str]) -> Iterable[list[Any]]:
    yield [say["group"], say["pupils_events"], say["turns"], "Gini", say["share"], say["verdict"]]
    for group in snapshot["groups"]:
        figures = [group["gini"], group["top_share"]] if group["verdict"] != "too_few" else [None, None]
        yield [group["name"], group["events"], group["turns"], *figures, say[f"verdict_{group['verdict']}"]]


def _findings(snapshot: dict[str, Any], say: dict[str, str]) -> Iterable[list[Any]]:
    yield [say["finding"], say["status"], say["evidence_for"], say["evidence_against"]]
    for claim in snapshot["claims"]:
        yield [claim["text"], say[f"status_{claim['status']}"], claim["evidence"], claim["against"]]


def _decisions(snapshot: dict[str, Any], say: dict[str, str]) -> Iterable[list[Any]]:
    yield [say["decision"], say["who"], say["by_when"], say["done"]]
    for decision in snapshot["decisions"]:
        yield [decision["text"], decision["owner"], decision["due_on"], decision["done_at"] or ""]


def _write(book: Workbook, title: str, rows: Iterable[list[Any]]) -> None:
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([text_cell(sheet, printable(cell)) if isinstance(cell, str) else cell for cell in row])
