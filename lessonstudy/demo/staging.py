"""Carries a told cycle out with the program's own verbs, then dates each step as the story has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cycles import workflow as planning
from cycles.mixing import Wishes
from cycles.models import (
    Cycle,
    Grouping,
    Meeting,
    RoomFeature,
    StageChange,
    StudyNote,
)
from cycles.selectors import latest_lesson, latest_plan, pupils_of
from lessonstudy.demo import pieces
from lessonstudy.demo.sheets import write_sheet
from observations.participation import seen_before
from schools.models import PairRule, School, SchoolClass, Student, User


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


def founder_of(cycle: Cycle) -> User:
    assert cycle.by is not None  # noqa: S101  (every cycle of the story was begun by somebody)
    return cycle.by


def date_move(cycle: Cycle, at: datetime) -> None:
    """Date the cycle's last change of stage."""
    StageChange.objects.filter(pk=cycle.stage_changes.latest("pk").pk).update(created_at=at)
