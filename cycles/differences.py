"""What changed between two sheets, in the words of the page: line by line, both texts beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cycles import comparing
from cycles.comparing import ADDED, IN, KEPT, OUT, REMOVED, SAME, Cell, Change, Piece
from cycles.models import LessonPlan, PlanRevision
from cycles.sheet import HEADER, OBJECTIVE, RESPONSE, STEP, ZONE, Sheet, label, take, worded

NAMING = {"objectives": "statement", "steps": "activity", "zones": "title"}
FIELDS = {
    "header": HEADER,
    "objectives": OBJECTIVE,
    "steps": STEP,
    "responses": RESPONSE,
    "zones": ZONE,
}


@dataclass(frozen=True)
class Line:
    """One text on both sides. ``before`` holds kept and out pieces, ``after`` kept and in ones."""

    label: str
    before: list[Piece]
    after: list[Piece]


@dataclass
class ChangedRow:
    """A row of the sheet. ``was`` and ``now`` are its ids on either side; ``reason`` why it changed."""

    kind: str
    title: str
    lines: list[Line]
    was: int | None = None
    now: int | None = None
    reason: str = ""


@dataclass
class Differences:
    header: list[Line]
    objectives: list[ChangedRow] = field(default_factory=list)
    steps: list[ChangedRow] = field(default_factory=list)
    zones: list[ChangedRow] = field(default_factory=list)
    differs: bool = False


def between(before: Sheet, after: Sheet, *, codes: Mapping[int, str], by_origin: bool = False) -> Differences:
    """What changed from one sheet to another; ``codes``: case pupils' codes by id."""
    told = comparing.compare(worded(before), worded(after), by_origin=by_origin)
    header = [_line("header", cell) for cell in _in_order("header", told.header)]
    if any(piece.kind != KEPT for piece in told.dimensions):
        pieces = [Piece(piece.kind, f"{piece.text}\n") for piece in told.dimensions]
        header.append(_sides(_("Dimensions of the graduate profile"), pieces))
    rows = {
        part: [_row(part, change, codes) for change in getattr(told, part)]
        for part in ("objectives", "steps", "zones")
    }
    return Differences(header, **rows, differs=told.differs)


def since_taught(plan: LessonPlan, *, codes: Mapping[int, str]) -> Differences | None:
    """What changed from the plan that was taught in the lesson before, with the reasons given for steps.

    None for the first lesson of a cycle.
    """
    earlier = (
        plan.lesson.cycle.lessons.filter(sequence__lt=plan.lesson.sequence).order_by("-sequence").first()
    )
    if earlier is None:
        return None
    told = between(take(earlier.plans.latest("version")), take(plan), codes=codes, by_origin=True)
    reasons = {(reason.step_id, reason.taught_id): reason.text for reason in plan.change_reasons.all()}
    for row in told.steps:
        row.reason = reasons.get((row.now, None) if row.now else (None, row.was), "")
    return told


def sheet_of(plan: LessonPlan, revision: PlanRevision | None) -> Sheet:
    """The sheet as that version kept it; without one, as it stands now."""
    return take(plan) if revision is None else revision.sheet


def _row(part: str, change: Change, codes: Mapping[int, str]) -> ChangedRow:
    if change.kind in {ADDED, REMOVED}:
        names = [name for name in FIELDS[part] if change.row.get(name) not in ("", None)]
        cells = [_cell(change, name) for name in names]
        inner = [
            Change(change.kind, *((None, row) if change.kind == ADDED else (row, None)))
            for row in (*change.row.get("responses", ()), *change.row.get("predictions", ()))
        ]
    else:
        cells, inner = _in_order(part, change.cells), list(change.inner)
    lines = [_line(part, cell) for cell in cells]
    lines += [line for row in inner for line in _inner(row, codes)]
    title = Truncator(str(change.row.get(NAMING[part]) or _("Not written yet"))).words(12)
    was, now = ((side or {}).get("id") for side in (change.before, change.after))
    return ChangedRow(change.kind, title, lines, was, now)


def _in_order(part: str, cells: Sequence[Cell]) -> list[Cell]:
    """The cells as the page has them: PostgreSQL gives back the fields of a kept sheet in another order."""
    return sorted(cells, key=lambda cell: FIELDS[part].index(cell.name))


def _cell(change: Change, name: str) -> Cell:
    before, after = ((side or {}).get(name, "") for side in (change.before, change.after))
    return Cell(name, before, after)


def _inner(change: Change, codes: Mapping[int, str]) -> list[Line]:
    """A response or a prediction: what it says, and of what changed the rest."""
    if "case_pupil" in change.row:
        who = codes.get(change.row["case_pupil"], "–")
        return [_sides(_("We expect of %(pupil)s") % {"pupil": who}, _cell(change, "text").pieces)]
    if change.kind == SAME:
        return []
    cells = [_cell(change, name) for name in RESPONSE]
    return [_line("responses", cell) for cell in cells if cell.before != cell.after]


def _line(part: str, cell: Cell) -> Line:
    return _sides(label(part, cell.name), cell.pieces)


def _sides(title: str, pieces: list[Piece]) -> Line:
    return Line(
        title,
        [piece for piece in pieces if piece.kind in {KEPT, OUT}],
        [piece for piece in pieces if piece.kind in {KEPT, IN}],
    )
