"""What is gathered after a told lesson: pupils' words, their work, how far they got, observers' sheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

from cycles.models import Objective, ResearchLesson
from cycles.selectors import latest_plan, pupils_of
from lessonstudy.demo import pieces
from lessonstudy.demo.drawing import carpet
from lessonstudy.demo.staging import Cast, founder_of
from observations.models import Attainment, Interview, ObservationSession, WorkSample
from observations.workflow import Rating, Told, add_work, interview, rate, write_foot

ASKING = timedelta(minutes=5)  # one child
TEN_QUIET_MINUTES = timedelta(minutes=10)


def gather(cast: Cast, lesson: ResearchLesson, told: pieces.Lesson, *, at: datetime) -> dict[str, Interview]:
    """Everything from the end of the lesson on. The interviews by their keys."""
    objectives = list(latest_plan(lesson).objectives.all())
    taken = _asked(cast, lesson, told, at=at)
    for work in told.work:
        _keep(cast, lesson, work, objectives[work.objective - 1])
    WorkSample.objects.filter(lesson=lesson).update(happened_at=at, received_at=at)
    for reached in told.reached:
        _rate(lesson, reached, objectives[reached.objective - 1])
    Attainment.objects.filter(lesson=lesson).update(changed_at=at)
    _finish_sheets(cast, lesson, told.feet)
    sheets = ObservationSession.objects.filter(lesson=lesson, finished_at__isnull=False)
    sheets.update(finished_at=at + TEN_QUIET_MINUTES)
    return taken


def _asked(cast: Cast, lesson: ResearchLesson, told: pieces.Lesson, *, at: datetime) -> dict[str, Interview]:
    """Children are asked one after the other, some in twos."""
    taken = {}
    for number, talk in enumerate(told.interviews):
        answers = {name: getattr(talk, name) for name in ("enjoyed", "learned", "worked", "change")}
        pupils = [cast.pupils[code] for code in talk.pupils.split()]
        asked = interview(lesson, *pupils, by=cast.people[talk.by], **answers)
        happened_at = at + number * ASKING
        Interview.objects.filter(pk=asked.pk).update(happened_at=happened_at, created_at=happened_at)
        taken[talk.key] = asked
    return taken


def _keep(cast: Cast, lesson: ResearchLesson, work: pieces.Work, objective: Objective) -> None:
    told = Told(work.stage, objective, work.level, work.shows)
    photo = BytesIO(carpet(*work.carpet)) if work.carpet else None
    by = cast.people[work.by]
    add_work(lesson, cast.pupils[work.pupil], told, id=uuid4(), by=by, photo=photo, name="karpet.png")


def _rate(lesson: ResearchLesson, reached: pieces.Reached, objective: Objective) -> None:
    levels = zip(pupils_of(lesson), map(_level, reached.before), map(_level, reached.after), strict=True)
    ratings = [Rating(pupil, before, after, None, None) for pupil, before, after in levels]
    rate(lesson, objective, ratings, by=founder_of(lesson.cycle))


def _level(sign: str) -> int | None:
    return None if sign == "-" else int(sign)


def _finish_sheets(cast: Cast, lesson: ResearchLesson, feet: Sequence[pieces.Foot]) -> None:
    for foot in feet:
        texts = {name: getattr(foot, name) for name in ("thoughts", "pattern", "progress", "to_ask")}
        write_foot(lesson, by=cast.people[foot.by], hand_in=foot.is_handed_in, **texts)
