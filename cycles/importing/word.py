"""A plan out of a .docx: our own is known by the styles of its paragraphs, others by their columns' names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple

import docx
from django.utils.translation import gettext as _
from docx.oxml.table import CT_Tbl

from cycles.exports.docx import HEAD, LABEL, STYLE
from cycles.importing import words
from cycles.importing.foreign import NUMBER, Tables
from cycles.importing.understood import MOST_CHARACTERS, Understood
from cycles.importing.words import Heading
from cycles.models import AnticipatedResponse, Objective, PlanStep
from cycles.sheet import HEADER, OBJECTIVE, STEP, ZONE
from lessonstudy.lib.archives import TooLarge

MOST_TAGS = 500_000  # of the whole document: some 300 pages
MOST_ROWS, MOST_COLUMNS, MOST_PARAGRAPHS = 1000, 60, 20_000  # of its tables
NUMBERED = re.compile(r"(?:\s*(\d{1,3})\.)?\s*(.*)", re.S)  # an objective of a school form
PRINTED = (  # of a step, in the forms that schools hand in
    "phase",
    "minutes",
    "activity",
    "grouping_mode",
    "key_question",
    "link_to_known",
    "materials",
    "teacher_response",
    "responses",
)
OURS = STYLE.format("")
CHOICES: dict[str, dict[str, Any]] = {
    "objectives": {"domain": Objective},
    "steps": dict.fromkeys(("phase", "episode", "domain", "grouping_mode"), PlanStep),
}


class Said(NamedTuple):
    """A paragraph: its style, the field of ours that it is, what stands before it, and its text."""

    style: str
    name: str
    label: str
    text: str


Row = list[Any]  # place in the table's grid → the cell that begins there; None where one goes on
Styles = Mapping[str | None, str]  # id → name


def read(file: BytesIO) -> Understood:
    """Read every table of the document, and between them our own fields and headings that name a phase.

    Raises TooLarge.
    """
    understood = Understood()
    blocks, styles = _laid_out(file)
    under, found, between, others = Heading(), set(), [], []
    for block in blocks:
        if isinstance(block, list):
            part = _read_ours(block, styles, under, understood)
            found.add(part)
            others += [] if part else [(block, under)]
        elif (one := _said_in(block, styles)).name:
            between.append(one)
        else:
            under = words.heading(one.text) or under
    if "steps" in found:  # our own sheet: what it does not have, its plan did not have
        nothing: dict[str, Any] = {"dimensions": [], "objectives": [], "zones": []}
        understood.parts = nothing | understood.parts
        understood.parts["header"] = dict.fromkeys(HEADER, "") | understood.parts.get("header", {})
    elif "activities" in found:
        _read_school_form(between, understood)
    else:
        tables = Tables(understood)
        count = sum(tables.read(_texts(table), under.phase) for table, under in others)
        if count:
            tables.tell()
        if 0 < count < len(others):
            message = _("Other tables of the document were left out: %(count)d.")
            understood.notices.append(message % {"count": len(others) - count})
    return understood


def _laid_out(file: BytesIO) -> tuple[list[Any], Styles]:
    """The rows of each table and the paragraphs between, in their order, and what styles are called.

    Everything is counted before it is laid out: a file of 36 kB can have a hundred thousand rows, or a cell
    that is ten million columns wide. python-docx looks up each cell's row and each paragraph's style anew.
    """
    if file.getvalue().count(b"<") > MOST_TAGS:
        raise TooLarge
    document: Any = docx.Document(file)
    body = document.element.body
    tables = body.tbl_lst
    rows = [row for table in tables for row in table.tr_lst]
    paragraphs = len(body.p_lst) + sum(len(cell.p_lst) for row in rows for cell in row.tc_lst)
    if (
        len(rows) > MOST_ROWS
        or max(map(_width, rows), default=0) > MOST_COLUMNS
        or paragraphs > MOST_PARAGRAPHS
    ):
        raise TooLarge
    styles = {style.style_id: style.name or "" for style in document.styles}
    between = [one for one in body.p_lst if styles.get(one.style, "").startswith(OURS)]
    if sum(len(text) for block in (*tables, *between) for text in block.itertext()) > MOST_CHARACTERS:
        raise TooLarge
    blocks = [
        [_cells(row) for row in block.tr_lst] if isinstance(block, CT_Tbl) else block
        for block in body.inner_content_elements
    ]
    return blocks, styles


def _width(row: Any) -> int:
    return row.grid_before + sum(cell.grid_span for cell in row.tc_lst)


def _cells(row: Any) -> Row:
    """The row's cells at their places. A cell that spans rows stands in the first alone."""
    cells: list[Any] = [None] * row.grid_before
    for cell in row.tc_lst:
        cells.append(None if cell.vMerge == "continue" else cell)
        cells += [None] * (cell.grid_span - 1)
    return cells


def _texts(table: Sequence[Row]) -> list[list[str]]:
    return [
        ["" if cell is None else "\n".join(paragraph.text for paragraph in cell.p_lst) for cell in row]
        for row in table
    ]


def _read_ours(table: Sequence[Row], styles: Styles, under: Heading, understood: Understood) -> str:
    """Read a table that we wrote and return its part; "" where somebody else did."""
    rows = [[one for cell in row if cell is not None for one in _said(cell, styles)] for row in table]
    parts = ("steps", "activities", "objectives", "levels", "zones")
    part = next((part for part in parts if rows and _is_headed(rows[0], part)), "")
    filled = [said for said in rows[1:] if any(one.text.strip() for one in said)]
    match part:
        case "activities":
            understood.parts.setdefault("steps", []).extend(_activity(said, under) for said in filled)
        case "levels":
            understood.parts["levels"] = filled
        case "steps" | "objectives" | "zones":
            make = {"steps": _step, "objectives": _objective, "zones": _zone}[part]
            understood.parts.setdefault(part, []).extend(map(make, filled))
        case _:
            part = _read_about(rows, understood)
    return part


def _read_about(rows: Sequence[list[Said]], understood: Understood) -> str:
    """Read what is called what, one below the other: texts of the header, or how steps are evaluated."""
    points = [said for said in rows if any(one.name == "evaluation_point" for one in said)]
    if points:
        steps = understood.parts.get("steps", [])
        begins = [step["activity"].strip().split("\n")[0].strip() for step in steps]
        known = {begin: step for begin, step in zip(begins, steps, strict=True) if begins.count(begin) == 1}
        for first, *said in points:
            if (step := known.get(first.text.strip())) is not None:
                step |= _joined(said)
    return "about" if _read_header([one for said in rows for one in said], understood) else ""


def _read_header(said: Sequence[Said], understood: Understood) -> bool:
    about = _joined([one for one in said if one.name in {*HEADER, "dimensions"}])
    if "dimensions" in about:
        names = about.pop("dimensions").split("\n")
        understood.parts["dimensions"] = [name for name in names if name.strip()]
    if about:
        understood.parts.setdefault("header", {}).update(about)
    return any(one.name for one in said)


def _read_school_form(between: Sequence[Said], understood: Understood) -> None:
    """Read what stands between the tables of a form that schools hand in; what it has no place for stays."""
    levels = {one.text.strip(): said for said in understood.parts.pop("levels", ()) for one in said[:1]}
    _read_header(between, understood)
    objectives = []
    for at, one in enumerate((one for one in between if one.name == "statement"), start=1):
        number, statement = NUMBERED.findall(one.text)[0]
        told = _told(levels.get(number or str(at), ()), OBJECTIVE[2:])
        objectives.append({"statement": statement} | told)
    if objectives:
        understood.parts["objectives"] = objectives
    understood.notices.append(
        _("This is a form for the school: what it has no place for stays on your sheet as it is.")
    )


def _is_headed(said: list[Said], part: str) -> bool:
    return any(one.style == HEAD.format(part) for one in said)


def _said(cell: Any, styles: Styles) -> Iterator[Said]:
    return (_said_in(paragraph, styles) for paragraph in cell.p_lst)


def _said_in(paragraph: Any, styles: Styles) -> Said:
    """A paragraph with the field that its style names, "" for another style."""
    style = styles.get(paragraph.style, "")
    label = "".join(run.text for run in paragraph.r_lst if styles.get(run.style) == LABEL)
    text = paragraph.text.removeprefix(label)
    name = style.removeprefix(OURS) if style.startswith(OURS) else ""
    return Said(style, name, label.strip(" :→"), "" if name and words.says_nothing(text) else text)


def _joined(said: Sequence[Said]) -> dict[str, str]:
    """Field → text; a field that somebody split into paragraphs is one text with line breaks again."""
    told: dict[str, str] = {}
    for one in said:
        told[one.name] = f"{told[one.name]}\n{one.text}" if one.name in told else one.text
    return told


def _told(said: Sequence[Said], names: Sequence[str]) -> dict[str, str]:
    """These fields of a row of ours; an empty one was not written or is an empty paragraph."""
    return dict.fromkeys(names, "") | _joined([one for one in said if one.name in names])


def _chosen(part: str, told: dict[str, str]) -> dict[str, Any]:
    return {
        name: (words.choice(CHOICES[part][name], name, text) or "") if name in CHOICES[part] else text
        for name, text in told.items()
    }


def _objective(said: list[Said]) -> dict[str, Any]:
    told = _chosen("objectives", _told(said, OBJECTIVE))
    return told | {"domain": told.get("domain") or Objective._meta.get_field("domain").default}


def _step(said: list[Said]) -> dict[str, Any]:
    told = _chosen("steps", _told(said, STEP))
    minutes = NUMBER.search(told.get("minutes", ""))
    step: dict[str, Any] = told | {
        "minutes": int(minutes[0]) if minutes else 0,
        "phase": told.get("phase") or PlanStep.Phase.CORE.value,
        "responses": [],
        "predictions": [],
    }
    for one in said:
        _hang_on(step, one)
    return step


def _activity(said: list[Said], under: Heading) -> dict[str, Any]:
    """A step of a school form, what it prints alone; in the phase that is said of it or stands above it."""
    step = {name: text for name, text in _step(said).items() if name in PRINTED}
    is_told = any(one.name == "phase" and one.text.strip() for one in said)
    if not is_told and under.phase:
        step["phase"] = under.phase
    elif not is_told:
        del step["phase"]
    if under.episode:
        step["episode"] = under.episode if is_told else ""
    return step


def _hang_on(step: dict[str, Any], one: Said) -> None:
    """Put a response, its support or a prediction where it belongs."""
    responses, predictions = step["responses"], step["predictions"]
    if one.name == "response":
        kind = words.choice(AnticipatedResponse, "kind", one.label)
        if kind is None and responses and not one.label:
            responses[-1]["text"] += f"\n{one.text}"
        else:
            kind = kind or AnticipatedResponse.Kind.CORRECT.value
            responses.append({"kind": kind, "text": one.text, "support": ""})
    elif one.name == "support" and responses:
        before = responses[-1]["support"]
        responses[-1]["support"] = f"{before}\n{one.text}" if before else one.text
    elif one.name == "prediction" and one.label:
        predictions.append({"code": one.label, "text": one.text})
    elif one.name == "prediction" and predictions:
        predictions[-1]["text"] += f"\n{one.text}"


def _zone(said: list[Said]) -> dict[str, Any]:
    told = _told(said, (*ZONE, "response"))
    minute = NUMBER.search(told.get("minute", ""))
    return told | {"minute": int(minute[0]) if minute else None}
