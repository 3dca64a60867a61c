"""What the pages of a cycle read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from cycles.models import (
    Cycle,
    CycleRole,
    GroupPlace,
    LessonPlan,
    ObserverAssignment,
    PlanStep,
    ResearchLesson,
    StudentGroup,
)
from schools.models import Role, SchoolClass, Student, User


def latest_lesson(cycle: Cycle) -> ResearchLesson:
    """The lesson the cycle is at; every cycle begins with one."""
    return cycle.lessons.latest("sequence")


def latest_plan(lesson: ResearchLesson) -> LessonPlan:
    """The newest version of the lesson's plan, with objectives and steps fetched along."""
    steps = PlanStep.objects.prefetch_related("responses")
    plans = lesson.plans.prefetch_related("objectives", Prefetch("steps", queryset=steps))
    return plans.latest("version")


def pupils_of(lesson: ResearchLesson) -> QuerySet[Student]:
    """The pupils who were in the lesson's class on its day, by code: who left later was there."""
    day = timezone.localdate(lesson.started_at or lesson.scheduled_at, lesson.school.zone)
    here = Q(left_on=None) | Q(left_on__gt=day)
    return Student.objects.filter(here, enrolments__school_class=lesson.school_class).order_by("code")


@dataclass
class Table:
    """A group of pupils as the pages show it."""

    group: StudentGroup
    pupils: list[Student] = field(default_factory=list)
    observers: list[User] = field(default_factory=list)


def tables_of(lesson: ResearchLesson) -> list[Table]:
    """Groups with their pupils and observers, in three queries."""
    tables = {group.pk: Table(group) for group in lesson.groups.all()}
    for place in GroupPlace.objects.filter(lesson=lesson).select_related("student").order_by("student__code"):
        tables[place.group_id].pupils.append(place.student)
    for assignment in ObserverAssignment.objects.filter(lesson=lesson).select_related("observer"):
        tables[assignment.group_id].observers.append(assignment.observer)
    return list(tables.values())


def people_of(cycle: Cycle) -> QuerySet[CycleRole]:
    """Who does what in the cycle."""
    return cycle.roles.select_related("user").order_by("user__name", "role")


def roles_of(user: User, cycle: Cycle) -> set[str]:
    """What one person does in the cycle."""
    return set(cycle.roles.filter(user=user).values_list("role", flat=True))


def listed_cycles(user: User) -> QuerySet[Cycle]:
    """Cycles the person may know of, newest first, with their number of lessons."""
    return (
        Cycle.objects.listed_for(user)
        .select_related("team", "school_class", "school")
        .annotate(lesson_count=Count("lessons"))
        .order_by("-created_at", "-pk")
    )


def colleagues(cycle: Cycle) -> QuerySet[User]:
    """People of the cycle's school who can be given a role."""
    return (
        User.objects.filter(memberships__school=cycle.school, is_active=True)
        .distinct()
        .order_by("name", "pk")
    )


def classes_for(user: User) -> QuerySet[SchoolClass]:
    """Classes in which the person may start a cycle: those of the schools they teach in or lead."""
    return SchoolClass.objects.of_schools(user, Role.TEACHER, Role.PRINCIPAL).order_by(
        "-academic_year", "name"
    )


def can_open(user: User, cycles: Iterable[Cycle]) -> set[int]:
    """Of these cycles, the ids of those whose page the person may open, in one query."""
    ids = [cycle.pk for cycle in cycles]
    return set(Cycle.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
