"""What others of the school have taught: the plans of closed cycles, to search, read and start from.

A plan is on the shelf as it was taught, without pupils: neither what was expected of case pupils nor who sat
where, and without what colleagues said of it (see docs/adr/0006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cycles.models import AnticipatedResponse, LessonPlan, Objective, PlanStep, ResearchLesson
from cycles.permissions import PLANS
from cycles.sheet import Sheet, take, without_ids, worded
from cycles.stages import Stage
from schools.models import School, SchoolClass, User

MOST_WORDS = 8  # of a search; more narrow nothing down
SHOWN = 20  # lessons offered beside each other
Kind = AnticipatedResponse.Kind


def shelf(user: User) -> QuerySet[LessonPlan]:
    """Taught plans of the closed cycles of this person's schools, newest first."""
    closed = LessonPlan.objects.filter(
        school__in=School.objects.of(user), lesson__cycle__stage=Stage.CLOSED, frozen_at__isnull=False
    )
    return closed.select_related("lesson__cycle__team", "lesson__school_class", "school").order_by(
        "-lesson__cycle__closed_at", "-pk"
    )


def search(
    user: User, *, words: str = "", subject: str = "", grade: int | None = None, misconception: str = ""
) -> QuerySet[LessonPlan]:
    """Plans on the shelf in which every word occurs somewhere, in any case.

    ``misconception``: words that occur in one and the same expected misconception.
    """
    plans = shelf(user)
    if subject:
        plans = plans.filter(lesson__cycle__subject=subject)
    if grade is not None:
        plans = plans.filter(lesson__school_class__grade=grade)
    for word in words.split()[:MOST_WORDS]:
        plans = plans.filter(_says(word))
    if misconception.strip():
        expected = AnticipatedResponse.objects.filter(
            school=OuterRef("school"), step__plan=OuterRef("pk"), kind=Kind.MISCONCEPTION
        )
        for word in misconception.split()[:MOST_WORDS]:
            expected = expected.filter(text__icontains=word)
        plans = plans.filter(Exists(expected))
    return plans


def _says(word: str) -> Q:
    steps = PlanStep.objects.filter(
        Q(activity__icontains=word) | Q(key_question__icontains=word), plan=OuterRef("pk")
    )
    objectives = Objective.objects.filter(plan=OuterRef("pk"), statement__icontains=word)
    responses = AnticipatedResponse.objects.filter(step__plan=OuterRef("pk"), text__icontains=word)
    cycle = Q(lesson__cycle__title__icontains=word) | Q(lesson__cycle__theme__icontains=word)
    rows = Exists(steps) | Exists(objectives) | Exists(responses)
    return Q(topic__icontains=word) | cycle | Q(rows)


def subjects(user: User) -> list[str]:
    """Subjects there is something about."""
    told = shelf(user).order_by().values_list("lesson__cycle__subject", flat=True)
    return sorted(subject for subject in told.distinct() if subject)


def grades(user: User) -> list[int]:
    """Grades there is something for."""
    classes = SchoolClass.objects.filter(lessons__plans__in=shelf(user).order_by().values("pk"))
    told = classes.exclude(grade=None).order_by("grade").values_list("grade", flat=True)
    return list(told.distinct())


@dataclass(frozen=True)
class Entry:
    """A plan on the shelf as the list shows it."""

    plan: LessonPlan
    steps: int
    misconceptions: list[str]


def entries(plans: Sequence[LessonPlan]) -> list[Entry]:
    """The plans of one page, in two more queries."""
    wrong = AnticipatedResponse.objects.filter(kind=Kind.MISCONCEPTION).exclude(text="")
    steps = PlanStep.objects.filter(plan__in=plans).prefetch_related(
        Prefetch("responses", queryset=wrong, to_attr="wrong")
    )
    by_plan: dict[int, list[PlanStep]] = {plan.pk: [] for plan in plans}
    for step in steps:
        by_plan[step.plan_id].append(step)
    return [
        Entry(
            plan,
            len(by_plan[plan.pk]),
            [response.text for step in by_plan[plan.pk] for response in step.wrong][:3],  # type: ignore[attr-defined]
        )
        for plan in plans
    ]


def sheet_to_read(plan: LessonPlan) -> Sheet:
    """The sheet as a stranger to its class may read it, in the reader's words."""
    return worded(without_ids(take(plan)))


def lessons_in_planning(user: User) -> QuerySet[ResearchLesson]:
    """Lessons this person is planning now, newest first: those that can start from another's plan."""
    planned = ResearchLesson.objects.filter(
        cycle__stage=Stage.PLAN, cycle__roles__user=user, cycle__roles__role__in=PLANS, plans__frozen_at=None
    )
    return planned.distinct().select_related("cycle__team").order_by("-created_at")[:SHOWN]


def lessons_to_start_from(user: User, lesson: ResearchLesson) -> QuerySet[ResearchLesson]:
    """Other lessons whose plan this person may read and in which somebody has written, newest first."""
    written = PlanStep.objects.filter(plan__lesson=OuterRef("pk"))
    others = ResearchLesson.objects.visible_to(user).filter(Exists(written)).exclude(pk=lesson.pk)
    return others.select_related("cycle__team", "school_class").order_by("-created_at")


def source_for(user: User, lesson: ResearchLesson, pk: int) -> LessonPlan | None:
    """A plan that this person may start from: one on the shelf, or of a lesson whose plan they may read."""
    mine = Q(lesson__in=lessons_to_start_from(user, lesson).order_by().values("pk"))
    on_shelf = Q(pk__in=shelf(user).order_by().values("pk"))
    return LessonPlan.objects.filter(mine | on_shelf, pk=pk).select_related("lesson__cycle").first()
