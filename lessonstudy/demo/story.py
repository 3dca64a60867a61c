"""The whole story: what there is to see in the demo school, once, however often it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from cycles import workflow as planning
from cycles.models import Cycle, Meeting, ResearchLesson
from lessonstudy.demo import people, pupils
from lessonstudy.demo.area import AREA
from lessonstudy.demo.calendar import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Calendar
from lessonstudy.demo.consents import note_consents, withdraw_one
from lessonstudy.demo.fractions import FRACTIONS
from lessonstudy.demo.main_idea import MAIN_IDEA
from lessonstudy.demo.other_school import FISH
from lessonstudy.demo.pieces import Cycle as ToldCycle
from lessonstudy.demo.pieces import Lesson, Person
from lessonstudy.demo.reflecting import finish, hold_debrief, publish
from lessonstudy.demo.shadows import SHADOWS
from lessonstudy.demo.staging import (
    Cast,
    date_move,
    founder_of,
    offer_groups,
    open_cycle,
    plan_lesson,
    study,
)
from lessonstudy.demo.watching import begin_lesson
from lessonstudy.lib.tables import BadTable, Row, Table
from reflections.models import Report
from schools.models import Membership, School, SchoolClass, Student, User
from schools.roster import import_roster

SO_FAR = 20  # minutes of the lesson that is going on
DEBRIEF = timedelta(hours=5, minutes=15)  # after the lesson began: the same day, when school is out


@transaction.atomic
def tell() -> bool:
    """Make the schools that are missing, each with everything in it; whether there was one to make."""
    missing = {code for code, _name in (people.SCHOOL, people.OTHER_SCHOOL)}
    missing -= set(School.objects.filter(code__in=missing).values_list("code", flat=True))
    now = timezone.now()
    if people.SCHOOL[0] in missing:
        _tell_school(now)
    if people.OTHER_SCHOOL[0] in missing:
        _tell_other_school(now)
    return bool(missing)


def _tell_school(now: datetime) -> None:
    school = School.objects.create(code=people.SCHOOL[0], name=people.SCHOOL[1], language="id")
    days = Calendar(timezone.localdate(now, school.zone), school.zone)
    cast = _assemble(school, people.PEOPLE, pupils.CLASSES, days.school_year)
    with override(school.language):
        note_consents(cast, on=days.at(-10, MONDAY, "07:00").date())
        _closed(cast, days)
        _at_reflect(cast, days)
        withdraw_one(cast)
        _at_plan(cast, days)
        _at_observe(cast, days, now)


def _tell_other_school(now: datetime) -> None:
    code, name = people.OTHER_SCHOOL
    school = School.objects.create(code=code, name=name, timezone="Asia/Makassar", language="id")
    days = Calendar(timezone.localdate(now, school.zone), school.zone)
    cast = _assemble(school, people.OTHER_PEOPLE, pupils.OTHER_CLASSES, days.school_year)
    with override(school.language):
        cycle = open_cycle(cast, FISH, at=days.at(-1, MONDAY, "10:00"))
        plan_lesson(cast, cycle, FISH.lessons[0], room=FISH.room, at=days.at(1, FRIDAY, "08:00"))


def _assemble(
    school: School, persons: Sequence[Person], classes: Mapping[str, str], school_year: str
) -> Cast:
    password = make_password(people.PASSWORD)
    accounts = {}
    for person in persons:
        account, _made = User.objects.get_or_create(
            email=person.email, defaults={"name": person.name, "password": password}
        )
        for role in person.roles:
            Membership.objects.create(user=account, school=school, role=role)
        accounts[person.email] = account
    for name, roster in classes.items():
        rows = [Row(number, row) for number, row in enumerate(pupils.rows(roster), start=2)]
        table = Table(frozenset(pupils.COLUMNS), rows, [])
        enrolled = import_roster(table, school=school, class_name=name, academic_year=school_year)
        if enrolled.errors:
            raise BadTable(list(enrolled.errors))
    for school_class in SchoolClass.objects.filter(school=school):
        school_class.grade = int(school_class.name[0])
        school_class.save(update_fields=["grade"])
    return Cast(
        school,
        accounts,
        {school_class.name: school_class for school_class in SchoolClass.objects.filter(school=school)},
        {pupil.code: pupil for pupil in Student.objects.filter(school=school)},
    )


def _closed(cast: Cast, days: Calendar) -> None:
    first, second = FRACTIONS.lessons
    cycle = open_cycle(cast, FRACTIONS, at=days.at(-9, WEDNESDAY, "13:00"))
    _hold(cast, cycle, FRACTIONS, first, at=days.at(-6, TUESDAY, "07:45"))
    study(cycle, FRACTIONS, at=days.at(-8, WEDNESDAY, "13:00"))
    publish(cycle, at=days.at(-6, THURSDAY, "14:00"))
    planning.plan_next_lesson(cycle, kind=ResearchLesson.Kind.NEXT, by=founder_of(cycle))
    date_move(cycle, days.at(-6, FRIDAY, "10:00"))
    _hold(cast, cycle, FRACTIONS, second, at=days.at(-4, TUESDAY, "07:45"))
    publish(cycle, at=days.at(-4, THURSDAY, "14:00"))
    finish(cycle, at=days.at(-3, FRIDAY, "10:00"))


def _hold(cast: Cast, cycle: Cycle, told: ToldCycle, lesson: Lesson, *, at: datetime) -> None:
    """A lesson from plan to debrief, on one day."""
    plan_lesson(cast, cycle, lesson, room=told.room, at=at)
    Meeting.objects.filter(lesson__cycle=cycle, lesson__scheduled_at=at, kind="debrief").update(
        starts_at=at + DEBRIEF
    )
    begin_lesson(cast, cycle, lesson, at=at, seen=lesson.plan.minutes)
    hold_debrief(cast, cycle, lesson, at=at + DEBRIEF)


def _at_reflect(cast: Cast, days: Calendar) -> None:
    cycle = open_cycle(cast, AREA, at=days.at(-3, MONDAY, "13:00"))
    _hold(cast, cycle, AREA, AREA.lessons[0], at=days.last_school_day("07:45"))


def _at_plan(cast: Cast, days: Calendar) -> None:
    cycle = open_cycle(cast, SHADOWS, at=days.at(-2, FRIDAY, "10:00"))
    plan_lesson(cast, cycle, SHADOWS.lessons[0], room=SHADOWS.room, at=days.at(1, WEDNESDAY, "07:45"))
    study(cycle, SHADOWS, at=days.at(-1, WEDNESDAY, "13:00"))
    offer_groups(cycle, SHADOWS, at=days.at(-1, WEDNESDAY, "14:00"))


def _at_observe(cast: Cast, days: Calendar, now: datetime) -> None:
    lesson = MAIN_IDEA.lessons[0]
    at = now - timedelta(minutes=SO_FAR)
    cycle = open_cycle(cast, MAIN_IDEA, at=days.at(-2, TUESDAY, "13:00"))
    plan_lesson(cast, cycle, lesson, room=MAIN_IDEA.room, at=at.replace(second=0, microsecond=0))
    begin_lesson(cast, cycle, lesson, at=at, seen=SO_FAR)


def summary() -> dict[str, Any]:
    """How to sign in, and the numbers of what there is, for people and for scripts."""
    schools = School.objects.filter(code__in=[people.SCHOOL[0], people.OTHER_SCHOOL[0]])
    cycles = Cycle.objects.filter(school__in=schools).order_by("pk")
    reports = Report.objects.filter(school__in=schools).order_by("pk")
    return {
        "password": people.PASSWORD,
        "logins": [
            {"email": person.email, "name": person.name, "school": code, "roles": list(person.roles)}
            for code, persons in (
                (people.SCHOOL[0], people.PEOPLE),
                (people.OTHER_SCHOOL[0], people.OTHER_PEOPLE),
            )
            for person in persons
        ],
        "schools": {school.code: school.pk for school in schools},
        "cycles": [
            {
                "id": cycle.pk,
                "school": cycle.school.code,
                "stage": cycle.stage,
                "title": cycle.title,
                "lessons": [lesson.pk for lesson in cycle.lessons.all()],
            }
            for cycle in cycles.select_related("school").prefetch_related("lessons")
        ],
        "reports": list(reports.values_list("pk", flat=True)),
    }
