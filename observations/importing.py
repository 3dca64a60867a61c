"""An observer's sheet from a table: every row stored once, however often it is imported; all rows or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cycles.models import Cycle, ResearchLesson
from cycles.selectors import latest_plan
from cycles.stages import Stage
from cycles.workflow import wrong_stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.imports import understood
from lessonstudy.lib.permissions import require
from lessonstudy.lib.tables import Problem, Table, read_table
from observations.models import Observation
from observations.permissions import can_observe
from observations.sheets import OPTIONAL, REQUIRED, Line, Sheet
from schools.models import User

NAMESPACE = UUID("3c6a1d0e-7b52-5f0b-9c63-1f2a5e0d84b7")
BATCH = 500

# What two imports of one row must have in common; the time only where the sheet itself names it.
CONTENT = (
    "kind",
    "code_id",
    "student_id",
    "target_id",
    "target_teacher",
    "group_id",
    "step_id",
    "elapsed",
    "fact",
    "interpretation",
)


@dataclass(frozen=True)
class ObservationImport:
    """What came of a sheet: ``duplicates`` were there already. With ``errors`` nothing was stored."""

    rows: int
    stored: int = 0
    duplicates: int = 0
    errors: Sequence[Problem] = ()


def read_sheet(source: str | Path | IO[bytes], *, name: str) -> Table:
    """The table in a file of observations. Raises BadTable."""
    return read_table(source, name=name, required=REQUIRED, optional=OPTIONAL)


def import_observations(
    table: Table, *, lesson: ResearchLesson, observer: User, dry_run: bool = False
) -> ObservationImport:
    """Store what the observer wrote down in the lesson, each row under its ``sequence`` number.

    A row that is there already with the same content is a duplicate, also when it was taken back since: an
    import brings nothing back. With other content it is an error until the old one is taken back; then it
    is stored beside the old one, as its replacement.

    Sheets come late, so a lesson that is over takes them as well; one whose plan is still open, or whose
    cycle is closed, does not. Raises PermissionDenied and NotAllowedNow.
    """
    require(can_observe(observer, lesson))
    try:
        with transaction.atomic():
            return _import(table, lesson, observer, dry_run=dry_run)
    except IntegrityError:
        # Not by another import, which waits for this one, but a row or a pupil may come and go otherwise.
        message = _("Somebody changed the same rows at this moment. Nothing was stored; import it again.")
        return ObservationImport(_size(table), errors=[Problem(None, None, "", message)])


def _import(table: Table, lesson: ResearchLesson, observer: User, *, dry_run: bool) -> ObservationImport:
    _hold(lesson)
    lines, problems = understood(table, Sheet(lesson).line)
    problems += _repeated(lines)
    before = _imported_before(lesson, observer)
    new: list[Observation] = []
    for line in lines:
        earlier = before[line.sequence]
        if any(_is_same(line, kept) for kept in earlier):
            continue
        if any(kept.voided_at is None for kept in earlier):
            problems.append(line.row.problem("sequence", _clash()))
            continue
        new.append(_placed(line.observation, lesson, observer, earlier))
    if problems:
        return ObservationImport(_size(table), errors=sorted(problems, key=lambda problem: problem.row or 0))
    if not dry_run:
        Observation.objects.bulk_create(new, batch_size=BATCH)
    return ObservationImport(_size(table), len(new), len(lines) - len(new))


def _hold(lesson: ResearchLesson) -> None:
    """Keep the cycle where it is, and other imports out of it, until the transaction ends."""
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=lesson.cycle_id)
    if cycle.stage == Stage.CLOSED:
        raise NotAllowedNow(wrong_stage(cycle))
    if latest_plan(lesson).frozen_at is None:
        raise NotAllowedNow(_("This lesson is still being planned. Start to observe it first."))


def _repeated(lines: Iterable[Line]) -> list[Problem]:
    first: dict[int, int] = {}
    problems = []
    for line in lines:
        if line.sequence in first:
            message = _("This number stands in row %(row)d already. Give each row its own.")
            problems.append(line.row.problem("sequence", message % {"row": first[line.sequence]}))
        first.setdefault(line.sequence, line.row.number)
    return problems


def _imported_before(lesson: ResearchLesson, observer: User) -> defaultdict[int, list[Observation]]:
    """Sequence number → what was stored under it, the oldest first. Rows from a device have one too."""
    rows: defaultdict[int, list[Observation]] = defaultdict(list)
    stored = Observation.objects.filter(lesson=lesson, observer=observer, device=None, seq__isnull=False)
    for row in stored.order_by("received_at", "pk"):
        rows[row.seq].append(row)
    return rows


def _is_same(line: Line, kept: Observation) -> bool:
    fields = (*CONTENT, "happened_at") if line.is_timed else CONTENT
    return all(getattr(line.observation, field) == getattr(kept, field) for field in fields)


def _clash() -> str:
    return _("This number was imported already with other content. Take the old one back first.")


def _placed(
    observation: Observation, lesson: ResearchLesson, observer: User, earlier: list[Observation]
) -> Observation:
    """The observation under the id of its place on the sheet, so that it cannot be stored twice."""
    place = [lesson.pk, observer.pk, observation.seq]
    if earlier:
        observation.replaces = earlier[-1]
        place.append(len(earlier))
    observation.id = uuid5(NAMESPACE, ":".join(map(str, place)))
    observation.school_id, observation.lesson, observation.observer = lesson.school_id, lesson, observer
    return observation


def _size(table: Table) -> int:
    return len(table.rows) + len(table.problems)
