"""Carries a told cycle out with the program's own verbs, then dates each step as the story has it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import uuid4

from django.db.models import F

from cycles import workflow as planning
from cycles.mixing import Wishes
from cycles.models import (
    Cycle,
    Grouping,
    LessonPlan,
    Meeting,
    ResearchLesson,
    RoomFeature,
    StageChange,
    StudyNote,
)
from cycles.selectors import latest_lesson, latest_plan, pupils_of
from lessonstudy.demo import pieces
from lessonstudy.demo.sheets import write_sheet
from lessonstudy.demo.voices import moments_at
from lessonstudy.lib.tables import BadTable, Row, Table
from observations import workflow as observing
from observations.importing import import_observations
from observations.models import Observation, ObservationSession, Watch
from observations.participation import seen_before
from observations.sheets import OPTIONAL, REQUIRED
from schools.models import PairRule, School, SchoolClass, Student, User

FIRST_NUMBER = 10_001  # who tries the import command on a lesson of the story numbers from 1
BRIEFING = timedelta(minutes=10)  # the observers come before the lesson begins


@dataclass(frozen=True)
class Cast:
    """Who plays in a school: people by e-mail, classes by name, pupils by code."""

    school: School
    people: Mapping[str, User]
    classes: Mapping[str, SchoolClass]
    pupils: Mapping[str, Student]


def open_cycle(cast: Cast, told: pieces.Cycle, *, at: datetime) -> Cycle:
    """A cycle at *plan* with its people; its first lesson has no plan yet."""
    founder = cast.people[told.founder]
    cycle = planning.start_cycle(
        cast.classes[told.school_class],
        title=told.title,
        subject=told.subject,
        theme=told.theme,
        team_name=told.team,
        by=founder,
    )
    for email, role in told.roles.items():
        planning.give_role(cycle, cast.people[email], role, by=founder)
    for code, typifies in told.case_pupils:
        planning.add_case_pupil(cycle, cast.pupils[code], typifies=typifies, by=founder)
    if told.way:
        planning.write_row(cycle, told.way, edition=cycle.edition, by=founder)
    Cycle.objects.filter(pk=cycle.pk).update(created_at=at, written_at=at)
    return cycle


def study(cycle: Cycle, told: pieces.Cycle, *, at: datetime) -> None:
    """What the team found out; each note points at the step of the first plan that used it."""
    by = founder_of(cycle)
    steps = list(latest_plan(latest_lesson(cycle)).steps.all())
    for inquiry in told.studied:
        note = planning.add_note(cycle, question=inquiry.question, by=by)
        step = steps[inquiry.step - 1] if inquiry.step else None
        cells = {"finding": inquiry.finding, "source": inquiry.source, "step": step}
        planning.write_row(note, cells, edition=note.edition, by=by)
    StudyNote.objects.filter(cycle=cycle).update(created_at=at, written_at=at)


def plan_lesson(cast: Cast, cycle: Cycle, told: pieces.Lesson, *, room: str, at: datetime) -> None:
    """The cycle's present lesson gets its sheet, its day, its groups and its observers."""
    lesson, by = latest_lesson(cycle), founder_of(cycle)
    planning.schedule(
        lesson,
        by=by,
        scheduled_at=at,
        minutes=told.plan.minutes,
        room=room,
        model_teacher=lesson.model_teacher,
        where_to_stand=told.stand,
    )
    for weeks in (2, 1):
        meets = {"starts_at": at.replace(hour=13, minute=0) - timedelta(weeks=weeks), "minutes": 60}
        planning.put_meeting(cycle, kind=Meeting.Kind.PLANNING, room=room, by=by, **meets)
    write_sheet(cast, lesson, told, by=by, at=at - timedelta(days=2))
    places = {
        cast.pupils[code].pk: number
        for number, table in enumerate(told.tables, start=1)
        for code in table.pupils.split()
    }
    planning.place_pupils(lesson, places, count=len(told.tables), by=by)
    if not lesson.groups.filter(row__isnull=False).exists():  # the next lesson starts from this one's map
        planning.lay_out(lesson, by=by)
        planning.put(lesson, RoomFeature.Kind.DOOR, 1, 4, by=by)
    planning.share_out_roles(lesson, by=by)
    groups = list(lesson.groups.values_list("pk", flat=True))
    watching = {
        cast.people[email].pk: [groups[number - 1] for number in numbers]
        for email, numbers in told.watching.items()
    }
    following = {cast.people[email].pk: [cast.pupils[code].pk] for email, code in told.following.items()}
    planning.assign_observers(lesson, watching, following, by=by)


def offer_groups(cycle: Cycle, told: pieces.Cycle, *, at: datetime) -> None:
    """Rules about two pairs, and two alternatives to the groups that were placed by hand."""
    lesson, by = latest_lesson(cycle), founder_of(cycle)
    pupils = list(pupils_of(lesson))
    for place, (kind, reason) in enumerate(told.pair_rules):
        first, second = pupils[3 * place], pupils[3 * place + 1]
        planning.add_pair_rule(lesson, first, second, kind=kind, reason=reason, by=by)
    for size in (4, 5):
        planning.mix(lesson, Wishes(target=size), seen_before(lesson), by=by)
    PairRule.objects.filter(school_class=lesson.school_class).update(created_at=at)
    Grouping.objects.filter(lesson=lesson).update(created_at=at)


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
    for email, numbers in told.watching.items():
        tables = {number: told.tables[number - 1] for number in numbers}
        if any(table.events for table in tables.values()):
            observing.open_session(lesson, by=cast.people[email])
            _import_sheet(lesson, cast.people[email], tables, minutes=seen)
    ObservationSession.objects.filter(lesson=lesson).update(rules_accepted_at=at - BRIEFING)
    Watch.objects.filter(session__lesson=lesson).update(from_at=at)
    for note in told.notes:
        _write_note(cast, lesson, note)
    Observation.objects.filter(lesson=lesson).update(received_at=F("happened_at"))


def _import_sheet(
    lesson: ResearchLesson, observer: User, tables: Mapping[int, pieces.Table], *, minutes: int
) -> None:
    """Everything this observer coded, as one sheet in the order it happened."""
    names = list(lesson.groups.values_list("name", flat=True))
    ends = list(accumulate(step.minutes * 60 for step in latest_plan(lesson).steps.all()))
    moments = [
        (moment, names[number - 1])
        for number, table in tables.items()
        for moment in moments_at(table, seed=f"{lesson.cycle.title} {lesson.sequence}", minutes=minutes)
    ]
    moments.sort(key=lambda pair: pair[0].second)
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
                "group": group,
            },
        )
        for number, (moment, group) in enumerate(moments, start=FIRST_NUMBER)
    ]
    stored = import_observations(Table(frozenset(columns), rows, []), lesson=lesson, observer=observer)
    if stored.errors:
        raise BadTable(list(stored.errors))


def _write_note(cast: Cast, lesson: ResearchLesson, note: pieces.Note) -> None:
    written = observing.write_down(
        lesson,
        by=cast.people[note.by],
        id=uuid4(),
        kind=Observation.Kind.NOTE,
        student=cast.pupils[note.pupil],
        step=latest_plan(lesson).steps.all()[note.step - 1],
        fact=note.fact,
        interpretation=note.thought,
        flagged=note.flagged,
    )
    elapsed = note.minute * 60
    happened_at = lesson.started_at + timedelta(seconds=elapsed)
    Observation.objects.filter(pk=written.pk).update(happened_at=happened_at, elapsed=elapsed)


def founder_of(cycle: Cycle) -> User:
    assert cycle.by is not None  # noqa: S101  (every cycle of the story was begun by somebody)
    return cycle.by


def date_move(cycle: Cycle, at: datetime) -> None:
    """Date the cycle's last change of stage."""
    StageChange.objects.filter(pk=cycle.stage_changes.latest("pk").pk).update(created_at=at)
