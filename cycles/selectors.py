"""What the pages of a cycle read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from cycles.models import (
    AnticipatedResponse,
    BoardZone,
    CasePrediction,
    CasePupil,
    Cycle,
    CycleRole,
    GroupPlace,
    GroupRole,
    LessonPlan,
    Objective,
    ObserverAssignment,
    PlanComment,
    PlanPresence,
    PlanStep,
    ResearchLesson,
    StudentGroup,
)
from schools.models import Role, SchoolClass, Student, User


def latest_lesson(cycle: Cycle) -> ResearchLesson:
    """The lesson the cycle is at; every cycle begins with one."""
    return cycle.lessons.latest("sequence")


def latest_plan(lesson: ResearchLesson, *, rows: bool = True) -> LessonPlan:
    """The newest version of the lesson's plan; with objectives and steps fetched along unless told not to."""
    if not rows:
        return lesson.plans.select_related("lesson__cycle", "school").latest("version")
    steps = PlanStep.objects.prefetch_related("responses")
    plans = lesson.plans.prefetch_related("objectives", Prefetch("steps", queryset=steps))
    return plans.latest("version")


def planned_minutes(plan: LessonPlan) -> int:
    """Minutes of all steps together."""
    return PlanStep.objects.filter(plan=plan).aggregate(sum=Sum("minutes"))["sum"] or 0


def number_of(step: PlanStep) -> int:
    """Which step of its plan it is, counted from one."""
    return list(PlanStep.objects.filter(plan=step.plan_id).values_list("pk", flat=True)).index(step.pk) + 1


def predictions_of(step: PlanStep) -> QuerySet[CasePrediction]:
    """A row for each present case pupil, and for who was one when something was expected of them."""
    rows = step.predictions.filter(Q(case_pupil__ended_at=None) | ~Q(text=""))
    return rows.select_related("case_pupil__student")


def predictions_table(
    lesson: ResearchLesson, pupils: list[CasePupil]
) -> list[tuple[PlanStep, list[CasePrediction | None]]]:
    """Each step of the lesson's plan with what is expected of each of these case pupils there."""
    steps = latest_plan(lesson, rows=False).steps.prefetch_related("predictions")
    table = []
    for step in steps:
        told = {row.case_pupil_id: row for row in step.predictions.all()}
        table.append((step, [told.get(pupil.pk) for pupil in pupils]))
    return table


def codes_of(plan: LessonPlan) -> dict[int, str]:
    """Case pupils of the plan's cycle, by id: their codes."""
    return dict(plan.lesson.cycle.case_pupils.values_list("pk", "student__code"))


@dataclass
class SheetRow:
    """A step as the sheet shows it, with the minutes of the lesson at which it begins and ends."""

    step: PlanStep
    number: int
    begins: int
    ends: int
    predictions: list[CasePrediction]
    comments: list[PlanComment]

    @property
    def open_comments(self) -> int:
        return sum(comment.resolved_at is None for comment in self.comments)


@dataclass
class SheetPage:
    """Everything the sheet shows. ``comments``: those on the plan as a whole, or on a step that went."""

    plan: LessonPlan
    rows: list[SheetRow]
    comments: list[PlanComment]


def sheet_page(lesson: ResearchLesson) -> SheetPage:
    """The sheet to read, in a number of queries that does not grow with it."""
    predictions = CasePrediction.objects.exclude(text="").select_related("case_pupil__student")
    steps = PlanStep.objects.prefetch_related("responses", Prefetch("predictions", queryset=predictions))
    prefetched = ("objectives", Prefetch("steps", queryset=steps), "zones__response", "dimensions__dimension")
    plan = lesson.plans.prefetch_related(*prefetched).latest("version")
    comments: dict[int | None, list[PlanComment]] = {}
    for comment in plan.comments.select_related("by"):
        comments.setdefault(comment.step_id, []).append(comment)
    rows, minute = [], 0
    for number, step in enumerate(plan.steps.all(), start=1):
        told = list(step.predictions.all())
        ends = minute + step.minutes
        rows.append(SheetRow(step, number, minute, ends, told, comments.pop(step.pk, [])))
        minute = ends
    return SheetPage(plan, rows, [comment for left in comments.values() for comment in left])


HERE = timedelta(seconds=30)  # who was heard of within this time has the plan open


def people_here(plan: LessonPlan, *, besides: User) -> QuerySet[PlanPresence]:
    """Who else has the plan open now, and at which step."""
    recent = plan.presences.filter(seen_at__gte=timezone.now() - HERE)
    return recent.exclude(user=besides).select_related("user").order_by("user__name")


def plan_state(plan: LessonPlan, *, reader: User) -> str:
    """A mark that changes when somebody other than the reader has written in the plan."""
    seen: list[tuple[Any, ...]] = [(plan.edition, plan.written_by_id, plan.frozen_at)]
    for model, path in (
        (PlanStep, "plan"),
        (Objective, "plan"),
        (BoardZone, "plan"),
        (AnticipatedResponse, "step__plan"),
        (CasePrediction, "step__plan"),
    ):
        placed = "case_pupil" if model is CasePrediction else "order"
        rows = model.objects.filter(**{path: plan}).order_by("pk")
        seen += rows.values_list("pk", placed, "edition", "written_by")
    others = [(row[:-2] if row[-1] == reader.pk else row) for row in seen[1:]]
    said = list(plan.comments.order_by("pk").values_list("pk", "step", "resolved_at"))
    header = () if plan.written_by_id == reader.pk else seen[0]
    return blake2b(repr((header, others, said)).encode(), digest_size=12).hexdigest()


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
        if assignment.group_id is not None:
            tables[assignment.group_id].observers.append(assignment.observer)
    return list(tables.values())


def roles_in_groups(lesson: ResearchLesson) -> dict[int, GroupRole]:
    """Pupil id → what they see to in their group."""
    given = GroupPlace.objects.filter(lesson=lesson).exclude(role="").values_list("student", "role")
    return {pupil: GroupRole(role) for pupil, role in given}


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
