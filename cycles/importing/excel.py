"""A plan out of an .xlsx: the pages that our own export has, or a table of steps on any page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from cycles.exports.xlsx import head_of_about, head_of_predictions, head_of_responses
from cycles.importing import words
from cycles.importing.foreign import NUMBER, Tables, head_of
from cycles.importing.understood import Understood
from cycles.models import AnticipatedResponse, Objective, PlanStep
from cycles.sheet import OBJECTIVE, STEP
from lessonstudy.lib.tables.xlsx_pages import xlsx_pages

Rows = list[list[str]]


def read(file: BytesIO) -> Understood:
    """Read every page that is not hidden."""
    understood = Understood()
    pages = [_trimmed(rows) for _title, rows in xlsx_pages(file)]
    pages = [page for page in pages if page]
    ours = [page for page in pages if _is_ours(page)]
    for page in ours:
        understood.parts["steps"] = [_step(row) for row in _rows("steps", page) if any(row.values())]
    for page in pages if ours else ():
        _read_beside(page, understood)
    if not ours:
        tables = Tables(understood)
        if any(tables.read(page) for page in pages):  # the first alone
            tables.tell()
    return understood


def _trimmed(rows: Rows) -> Rows:
    return [row for row in rows if any(cell.strip() for cell in row)]


def _is_ours(page: Rows) -> bool:
    """Whether this page has a column for every field of a step, as our own export does."""
    head = head_of(page)
    return head is not None and {*STEP} <= {*head[1].values()}


def _rows(part: str, page: Rows) -> list[dict[str, str]]:
    columns = words.columns(part, page[0])
    return [
        {name: row[place] if place < len(row) else "" for place, name in columns.items()} for row in page[1:]
    ]


def _read_beside(page: Rows, understood: Understood) -> None:
    """Read one of the pages that our own export has beside the steps."""
    title = {words.plain_name(cell) for cell in page[0] if cell}
    steps = understood.parts["steps"]
    found = {part: set(words.columns(part, page[0]).values()) for part in ("objectives", "zones")}
    if {*OBJECTIVE} <= found["objectives"]:
        understood.parts["objectives"] = [_objective(row) for row in _rows("objectives", page)]
    elif {"title", "content"} <= found["zones"]:
        understood.parts["zones"] = [_zone(row) for row in _rows("zones", page)]
    elif title in _heads(head_of_about):
        _about(page, understood)
    elif title in _heads(head_of_predictions):
        for number, code, text in ((*row, "", "", "")[:3] for row in page[1:]):
            if (step := _at(steps, number)) is not None and code:
                step["predictions"].append({"code": code, "text": text})
    elif title in _heads(head_of_responses):
        for number, kind, text, support in ((*row, "", "", "", "")[:4] for row in page[1:]):
            if (step := _at(steps, number)) is not None:
                value = words.choice(AnticipatedResponse, "kind", kind)
                kind = value or AnticipatedResponse.Kind.CORRECT.value
                step["responses"].append({"kind": kind, "text": text, "support": support})


def _heads(head: Callable[[], list[str]]) -> list[set[str]]:
    """The names of a page's columns in each of our languages."""
    return [{words.plain_name(name) for name in head()} for _language in words.languages()]


def _at(steps: list[Any], number: str) -> Any:
    at = int(number) - 1 if number.isdecimal() else -1
    return steps[at] if 0 <= at < len(steps) else None


def _step(row: Mapping[str, str]) -> dict[str, Any]:
    chosen = {
        name: words.choice(PlanStep, name, row.get(name, "")) or ""
        for name in ("phase", "episode", "domain", "grouping_mode")
    }
    minutes = NUMBER.search(row.get("minutes", ""))
    return {
        **{name: row[name] for name in STEP if name in row},
        **chosen,
        "phase": chosen["phase"] or PlanStep.Phase.CORE.value,
        "minutes": int(minutes[0]) if minutes else 0,
        "responses": [],
        "predictions": [],
    }


def _objective(row: Mapping[str, str]) -> dict[str, Any]:
    domain = words.choice(Objective, "domain", row.get("domain", ""))
    return {**row, "domain": domain or Objective._meta.get_field("domain").default}


def _zone(row: Mapping[str, str]) -> dict[str, Any]:
    minute = NUMBER.search(row.get("minute", ""))
    return {**row, "minute": int(minute[0]) if minute else None}


def _about(page: Rows, understood: Understood) -> None:
    header, dimensions = {}, ""
    for name, text in ((*row, "", "")[:2] for row in page[1:]):
        if field := words.column("header", name):
            header[field] = text
        else:
            dimensions = text
    understood.parts["header"] = header
    understood.parts["dimensions"] = [name for name in dimensions.split("\n") if name.strip()]
