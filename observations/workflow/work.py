"""Pupils' work and how far they got. What others said stays theirs; what is taken away keeps its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import Objective, ResearchLesson
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from observations import permissions
from observations.models import Attainment, WorkSample
from observations.selectors import ASKING
from observations.workflow.holding import hold
from observations.workflow.photos import attached, forget_photo, put_on
from schools.models import Student, User

TOLD = ("stage", "objective", "level", "what_it_shows")
PICTURED = ("image", "bytes", "digest")


@dataclass(frozen=True)
class Told:
    """What is said of a piece of work."""

    stage: str
    objective: Objective | None = None
    level: int | None = None
    what_it_shows: str = ""


def add_work(
    lesson: ResearchLesson,
    student: Student,
    told: Told,
    *,
    id: UUID,
    by: User,
    photo: IO[bytes] | None = None,
    name: str = "",
) -> WorkSample:
    """Keep a piece of a pupil's work, once under its id. Raises NotAllowedNow, BadFile, files.NoRoom."""
    require(permissions.can_gather(by, lesson))
    sample = WorkSample(
        pk=id,
        school_id=lesson.school_id,
        lesson=lesson,
        student=student,
        by=by,
        happened_at=timezone.now(),
    )
    _tell(sample, told)
    try:
        with attached(lesson, student, photo, name=name) as picture, transaction.atomic():
            hold(lesson, ASKING)
            if kept := WorkSample.objects.filter(pk=id).first():
                raise _Twice(kept)
            if picture:
                put_on(sample, picture)
            sample.save(force_insert=True)
    except _Twice as twice:
        if twice.kept.by_id != by.pk:
            raise NotAllowedNow(_("Something else was already sent from this form. Send it again.")) from None
        return twice.kept
    return sample


class _Twice(Exception):
    """The same page was sent twice; what came with the second is not kept."""

    def __init__(self, kept: WorkSample) -> None:
        super().__init__()
        self.kept = kept


def correct_work(
    sample: WorkSample, told: Told, *, by: User, photo: IO[bytes] | None = None, name: str = ""
) -> None:
    """Say it better, or put a photo beside it in place of the one there is.

    What is written is the row as it stands, not as ``sample`` was read: its author may have the same piece
    open twice, and the words of one page must not take away the photo of the other. Raises NotAllowedNow,
    BadFile, files.NoRoom.
    """
    require(permissions.can_correct_work(by, sample))
    with attached(sample.lesson, sample.student, photo, name=name) as picture, transaction.atomic():
        hold(sample.lesson, ASKING)
        now = _still_there(sample)
        _tell(now, told)
        if picture:
            put_on(now, picture)
        now.save(update_fields=[*TOLD, *(PICTURED if picture else ())])


@transaction.atomic
def remove_work(sample: WorkSample, *, by: User) -> None:
    """Take a piece of work away. That it was there stays known; its picture, a child's, goes for good."""
    require(permissions.can_remove_work(by, sample))
    now = _still_there(sample)
    now.removed_at = timezone.now()
    now.save(update_fields=["removed_at"])
    forget_photo(now)


def _tell(sample: WorkSample, told: Told) -> None:
    sample.stage, sample.objective = told.stage, told.objective
    sample.level, sample.what_it_shows = told.level, told.what_it_shows


def _still_there(sample: WorkSample) -> WorkSample:
    """The row as it stands; nobody else takes it away until the transaction ends."""
    now = WorkSample.objects.select_for_update(of=("self",)).filter(pk=sample.pk, removed_at=None).first()
    if now is None:
        raise NotAllowedNow(_("Somebody has taken this piece of work away."))
    return now


@dataclass(frozen=True)
class Line:
    """What one says of one pupil's work in the table of the class; nothing at all is no row."""

    student: Student
    level: int | None
    what_it_shows: str

    @property
    def is_empty(self) -> bool:
        return self.level is None and not self.what_it_shows


@transaction.atomic
def note_class(
    lesson: ResearchLesson, lines: Iterable[Line], *, objective: Objective | None, stage: str, by: User
) -> int:
    """Write down one's own words on the work of a whole class, all or none; how many rows changed.

    A pupil's line stands for one's own latest row on this objective and moment: it is corrected, or added
    where there is none. Emptied, a row without a photo is taken away; one with a photo keeps the photo alone.
    """
    require(permissions.can_gather(by, lesson))
    hold(lesson, ASKING)
    mine = WorkSample.objects.select_for_update(of=("self",)).filter(
        lesson=lesson, by=by, objective=objective, stage=stage, removed_at=None
    )
    kept = {sample.student_id: sample for sample in mine.order_by("happened_at", "pk")}
    now, changed = timezone.now(), 0
    for line in lines:
        sample = kept.get(line.student.pk)
        if sample is None and line.is_empty:
            continue
        if sample is None:
            sample = WorkSample(
                school_id=lesson.school_id, lesson=lesson, student=line.student, by=by, happened_at=now
            )
        elif (sample.level, sample.what_it_shows) == (line.level, line.what_it_shows):
            continue
        if line.is_empty and not sample.image:
            sample.removed_at = now  # with the words it had
        else:
            _tell(sample, Told(stage, objective, line.level, line.what_it_shows))
        sample.save()
        changed += 1
    return changed


# How far pupils got


@dataclass(frozen=True)
class Rating:
    """A pupil's levels as somebody has chosen them, and as they stood when that person looked."""

    student: Student
    before: int | None
    after: int | None
    was_before: int | None
    was_after: int | None


class Overtaken(NotAllowedNow):
    """A colleague has chosen meanwhile for some of the same pupils. ``now``: pupil id → before, after."""

    def __init__(self, now: Mapping[int, tuple[int | None, int | None]]) -> None:
        super().__init__(
            _("A colleague has meanwhile chosen for some of these pupils. Look at them, then save.")
        )
        self.now = now


@transaction.atomic
def rate(lesson: ResearchLesson, objective: Objective, ratings: Sequence[Rating], *, by: User) -> int:
    """Say how far pupils were with an objective, all or none; how many rows changed.

    Only what somebody changed is written, so that two colleagues can fill one table at once. Raises
    NotAllowedNow; Overtaken, where both chose for the same pupil and differ.
    """
    require(permissions.can_rate(by, lesson))
    hold(lesson, ASKING)
    rows = Attainment.objects.select_for_update(of=("self",)).filter(lesson=lesson, objective=objective)
    kept = {row.student_id: row for row in rows}
    overtaken: dict[int, tuple[int | None, int | None]] = {}
    changed = []
    for rating in ratings:
        row = kept.get(rating.student.pk) or Attainment(
            school_id=lesson.school_id, lesson=lesson, objective=objective, student=rating.student
        )
        before, is_open = _merged(row.before, rating.was_before, rating.before)
        after, is_open_too = _merged(row.after, rating.was_after, rating.after)
        if is_open or is_open_too:
            overtaken[rating.student.pk] = row.before, row.after
        elif (before, after) != (row.before, row.after):
            row.before, row.after, row.by = before, after, by
            changed.append(row)
    if overtaken:
        raise Overtaken(overtaken)
    for row in changed:
        row.save()
    return len(changed)


def _merged(now: int | None, was: int | None, chosen: int | None) -> tuple[int | None, bool]:
    """The level that holds, and whether two people chose different ones."""
    if chosen == was:
        return now, False
    return chosen, now not in (was, chosen)
