"""A told lesson as its observers wrote it down: on tablets, or on paper sheets that are brought in later."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from django.db.models import F

from cycles import workflow as planning
from cycles.models import Cycle, LessonPlan, ResearchLesson
from cycles.selectors import latest_lesson, latest_plan
from lessonstudy.demo import pieces
from lessonstudy.demo.staging import Cast, date_move, founder_of
from lessonstudy.demo.tablets import Lesson, Seated, send
from lessonstudy.demo.voices import moments_at, seen_by_another
from lessonstudy.lib.tables import BadTable, Row, Table
from observations import workflow as observing
from observations.importing import import_observations
from observations.models import Clash, Observation, ObservationSession, Tablet, Void, Watch
from observations.sheets import OPTIONAL, REQUIRED
from schools.models import User

FIRST_NUMBER = 10_001  # who tries the import command on a lesson of the story numbers from 1
BRIEFING = timedelta(minutes=10)  # the observers come before the lesson begins


def begin_lesson(cast: Cast, cycle: Cycle, told: pieces.Lesson, *, at: datetime, seen: int) -> None:
    """The lesson begins, and its observers write down what happens in the first ``seen`` minutes.

    Only those watch who have something to write.
    """
    by = founder_of(cycle)
    planning.start_observing(cycle, by=by)
    planning.start_lesson(latest_lesson(cycle), by=by)
    date_move(cycle, at - BRIEFING)
    LessonPlan.objects.filter(lesson=latest_lesson(cycle)).update(frozen_at=at - BRIEFING)
    ResearchLesson.objects.filter(pk=latest_lesson(cycle).pk).update(started_at=at)
    lesson = latest_lesson(cycle)
    written = {email: list(_seated(lesson, told, email, minutes=seen)) for email in told.watching}
    observers = [email for email, moments in written.items() if moments]
    for email in observers:
        observing.open_session(lesson, by=cast.people[email])
    ObservationSession.objects.filter(lesson=lesson).update(rules_accepted_at=at - BRIEFING)
    Watch.objects.filter(session__lesson=lesson).update(from_at=at)
    scene = Lesson.of(cast, lesson, told)
    for email in observers:
        on_tablet = email in told.tablets
        if not on_tablet:
            _import_sheet(lesson, cast.people[email], written[email])
        send(scene, email, written[email] if on_tablet else [])
    _date(lesson, heard_at=at + timedelta(minutes=seen))


def _seated(lesson: ResearchLesson, told: pieces.Lesson, observer: str, *, minutes: int) -> Iterator[Seated]:
    """What this observer coded at which table, while there. Of two at one table the second sees it as
    another."""
    seed = f"{lesson.cycle.title} {lesson.sequence}"
    for number in told.watching[observer]:
        table = told.tables[number - 1]
        moments = moments_at(table, seed=seed, minutes=minutes) if table.events else []
        if observer != next(email for email, numbers in told.watching.items() if number in numbers):
            moments = seen_by_another(moments, seed=seed)
        for moment in moments:
            if told.is_there(observer, number, moment.second):
                yield moment, number


def _import_sheet(lesson: ResearchLesson, observer: User, moments: Sequence[Seated]) -> None:
    """Everything this observer coded, as one sheet in the order it happened."""
    names = list(lesson.groups.values_list("name", flat=True))
    ends = list(accumulate(step.minutes * 60 for step in latest_plan(lesson).steps.all()))
    columns = [*REQUIRED, *OPTIONAL]
    rows = [
        Row(
            number,
            dict.fromkeys(columns, "")
            | {
                "sequence": str(number),
                "student": moment.pupil,
                "code": moment.code,
                "target": moment.target,
                "elapsed": str(moment.second),
                "step": str(bisect_right(ends, moment.second) + 1),
                "group": names[table - 1],
            },
        )
        for number, (moment, table) in enumerate(
            sorted(moments, key=lambda pair: pair[0].second), start=FIRST_NUMBER
        )
    ]
    stored = import_observations(Table(frozenset(columns), rows, []), lesson=lesson, observer=observer)
    if stored.errors:
        raise BadTable(list(stored.errors))


def _date(lesson: ResearchLesson, *, heard_at: datetime) -> None:
    """Everything arrived when it happened, and the last of it at ``heard_at``."""
    seen = Observation.objects.filter(lesson=lesson)
    seen.update(received_at=F("happened_at"))
    seen.filter(voided_at__isnull=False).update(voided_at=F("happened_at"))
    Watch.objects.filter(session__lesson=lesson, voided_at__isnull=False).update(voided_at=F("from_at"))
    Void.objects.filter(lesson=lesson).update(received_at=F("happened_at"))
    Clash.objects.filter(lesson=lesson).update(received_at=heard_at)
    Tablet.objects.filter(lesson=lesson).update(last_heard_at=heard_at)
