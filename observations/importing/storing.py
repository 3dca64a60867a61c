"""Holds what a source read against what is there already, and stores it: every row once, all rows or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO
from uuid import uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import Cycle, ResearchLesson
from cycles.selectors import latest_plan
from cycles.stages import Stage
from cycles.workflow import wrong_stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.tables import Problem, Table, read_table
from observations.importing.sources import NAMESPACE, EventSheet, Key, Source
from observations.models import Observation
from observations.permissions import can_observe
from observations.sheets import OPTIONAL, REQUIRED, Line
from schools.models import User

BATCH = 500


class State(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    THERE = "there"  # already, with the same content
    TAKEN_BACK = "taken_back"  # it was there, and somebody took it back: it stays so


@dataclass
class Examined:
    """A file held against what is there. With ``problems`` nothing of it is stored."""

    lines: list[tuple[Line, State]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def count(self, state: State) -> int:
        return sum(found == state for _line, found in self.lines)

    @property
    def new(self) -> int:
        return self.count(State.NEW)

    @property
    def there(self) -> int:
        return self.count(State.THERE)

    @property
    def taken_back(self) -> int:
        return self.count(State.TAKEN_BACK)


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
    is stored beside the old one, as its replacement. Raises PermissionDenied and NotAllowedNow.
    """
    examined = bring_in(EventSheet(lesson, observer), table, dry_run=dry_run)
    rows = len(table.rows) + len(table.problems)
    if examined.problems:
        return ObservationImport(rows, errors=examined.problems)
    return ObservationImport(rows, examined.new, len(examined.lines) - examined.new)


def bring_in(source: Source, table: Table, *, dry_run: bool = False, again: bool = False) -> Examined:
    """Store what is new in a file; a dry run tells the same and stores nothing.

    ``again``: what was taken back is stored once more, beside the old one, as its replacement. Sheets come
    late, so a lesson that is over takes them as well; one whose plan is still open, or whose cycle is closed,
    does not. Raises PermissionDenied and NotAllowedNow.
    """
    require(can_observe(source.observer, source.lesson))
    try:
        with transaction.atomic():
            return _bring_in(source, table, dry_run=dry_run, again=again)
    except IntegrityError:
        # Not by another import, which waits for this one, but a row or a pupil may come and go otherwise.
        message = _("Somebody changed the same rows at this moment. Nothing was stored; import it again.")
        return Examined(problems=[Problem(None, None, "", message)])


def is_open(lesson: ResearchLesson) -> bool:
    """Whether the lesson takes sheets now, as ``bring_in`` asks it."""
    return lesson.cycle.stage != Stage.CLOSED and latest_plan(lesson, rows=False).frozen_at is not None


def take_back(source: Source) -> int:
    """Strike out everything that came from such a file; how much it was.

    Raises NotAllowedNow once somebody builds on any of it, in a finding or a statement.
    """
    require(can_observe(source.observer, source.lesson))
    with transaction.atomic():
        _hold(source.lesson)
        standing = source.stored().filter(voided_at=None)
        if _is_built_on(standing.order_by().values("pk")):
            raise NotAllowedNow(
                _("A finding or a statement rests on some of it. Take back single records in the record.")
            )
        return standing.order_by().update(voided_at=timezone.now())


def _is_built_on(observations: object) -> bool:
    """Whether anything but a correction points at one of them; whoever does so need not be known here."""
    pointing = [
        relation
        for relation in Observation._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.is_relation and relation.related_model is not Observation
    ]
    return any(
        relation.related_model._base_manager.filter(  # type: ignore[union-attr]
            **{f"{relation.field.name}__in": observations}  # type: ignore[union-attr]
        ).exists()
        for relation in pointing
    )


def _bring_in(source: Source, table: Table, *, dry_run: bool, again: bool) -> Examined:
    _hold(source.lesson)
    lines, problems = source.lines(table)
    stored = _stored_before(source)
    problems += source.objections(lines, stored)
    examined = Examined(notices=source.notices(lines, stored))
    new: list[tuple[Observation, int]] = []
    for line in lines:
        earlier = stored[source.key(line.observation)]
        same = [kept for kept in earlier if source.is_same(line, kept)]
        standing = any(kept.voided_at is None for kept in same)
        if standing or (same and not again):
            examined.lines.append((line, State.THERE if standing else State.TAKEN_BACK))
        elif any(kept.voided_at is None for kept in earlier):
            problems.append(line.row.problem(line.column, _clash()))
        else:
            examined.lines.append((line, State.NEW))
            new.append((_placed(line.observation, source, earlier), len(earlier)))
    examined.problems = sorted(problems, key=lambda problem: problem.row or 0)
    if not examined.problems and not dry_run:
        _number(new, source)
        Observation.objects.bulk_create([observation for observation, _before in new], batch_size=BATCH)
    return examined


def _hold(lesson: ResearchLesson) -> None:
    """Keep the cycle where it is, and other imports out of it, until the transaction ends."""
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=lesson.cycle_id)
    if cycle.stage == Stage.CLOSED:
        raise NotAllowedNow(wrong_stage(cycle))
    if latest_plan(lesson).frozen_at is None:
        raise NotAllowedNow(_("This lesson is still being planned. Start to observe it first."))


def _stored_before(source: Source) -> defaultdict[Key, list[Observation]]:
    rows: defaultdict[Key, list[Observation]] = defaultdict(list)
    for row in source.stored():
        rows[source.key(row)].append(row)
    return rows


def _clash() -> str:
    return _("This number was imported already with other content. Take the old one back first.")


def _placed(observation: Observation, source: Source, earlier: list[Observation]) -> Observation:
    """The observation as one of the source's, in the place of what stood there before."""
    if earlier:
        observation.replaces = earlier[-1]
    observation.school_id = source.lesson.school_id
    observation.lesson, observation.observer, observation.device = (
        source.lesson,
        source.observer,
        source.device,
    )
    return observation


def _number(new: Iterable[tuple[Observation, int]], source: Source) -> None:
    """Give each the id of its place on the sheet and of how many stood there before it.

    That a row is there already is told by its place. The id can be guessed, and anybody's tablet may have
    sent something under it: then it is taken, and the next one is tried.
    """
    waiting = list(new)
    while waiting:
        for observation, before in waiting:
            place = source.place(observation) + ([before] if before else [])
            observation.id = uuid5(NAMESPACE, ":".join(map(str, place)))
        taken = Observation.objects.only("pk").in_bulk([observation.id for observation, _before in waiting])
        waiting = [(observation, before + 1) for observation, before in waiting if observation.id in taken]
