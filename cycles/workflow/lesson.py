"""Lessons follow one another: each with its own plan, the next starting from the one that was taught."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from cycles import permissions
from cycles.models import Cycle, LessonPlan, ResearchLesson
from cycles.selectors import latest_lesson, latest_plan
from cycles.sheet import take
from cycles.stages import Stage
from cycles.workflow.sheet import fill
from cycles.workflow.stage import move
from lessonstudy.lib.permissions import require
from schools.models import User


def add_lesson(cycle: Cycle, **fields: Any) -> ResearchLesson:
    """Append a lesson with an empty plan; permission is asked by the verb that calls."""
    last = cycle.lessons.aggregate(last=Max("sequence"))["last"] or 0
    lesson = ResearchLesson.objects.create(school=cycle.school, cycle=cycle, sequence=last + 1, **fields)
    LessonPlan.objects.create(school=cycle.school, lesson=lesson)
    return lesson


@transaction.atomic
def plan_next_lesson(cycle: Cycle, *, kind: str, by: User) -> ResearchLesson:
    """Open the next lesson, starting from the plan that was taught."""
    require(permissions.can_lead(by, cycle))
    move(cycle, Stage.PLAN, by=by)
    before = latest_lesson(cycle)
    lesson = add_lesson(
        cycle,
        kind=kind,
        school_class=before.school_class,
        minutes=before.minutes,
        room=before.room,
        model_teacher=before.model_teacher,
    )
    fill(latest_plan(lesson), take(latest_plan(before)), by=by, continues=True)
    return lesson
