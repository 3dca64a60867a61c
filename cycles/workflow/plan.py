"""Writes to the sheet: its header, objectives and steps, as long as the plan may still be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import AnticipatedResponse, LessonPlan, Objective, PlanStep, ResearchLesson
from cycles.selectors import latest_plan
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User


def open_plan(lesson: ResearchLesson, *, by: User) -> LessonPlan:
    """The plan version that may be written now.

    Raises NotAllowedNow once observing has started: the taught version stays as it was.
    """
    require(permissions.can_plan(by, lesson.cycle))
    plan = latest_plan(lesson)
    if plan.frozen_at is not None:
        raise NotAllowedNow(
            _("The plan was frozen when observing started. What changes now goes into the next lesson.")
        )
    return plan


@transaction.atomic
def write_header(lesson: ResearchLesson, *, topic: str, prior_knowledge: str, by: User) -> LessonPlan:
    """Say what the lesson is about and what pupils bring."""
    plan = open_plan(lesson, by=by)
    plan.topic, plan.prior_knowledge = topic, prior_knowledge
    plan.save(update_fields=["topic", "prior_knowledge"])
    return plan


@transaction.atomic
def write_objective(
    lesson: ResearchLesson, fields: Mapping[str, Any], *, by: User, objective: Objective | None = None
) -> Objective:
    """Write an objective anew, or change one of this plan."""
    return _write_row(open_plan(lesson, by=by), objective or Objective(), fields)


@transaction.atomic
def write_step(
    lesson: ResearchLesson,
    fields: Mapping[str, Any],
    responses: list[Mapping[str, str]],
    *,
    by: User,
    step: PlanStep | None = None,
) -> PlanStep:
    """Write a step with its anticipated responses, anew at the end or in place of what it said.

    ``responses``: in order, each with ``text`` and ``kind``.
    """
    written = _write_row(open_plan(lesson, by=by), step or PlanStep(), fields)
    written.responses.all().delete()
    AnticipatedResponse.objects.bulk_create(
        AnticipatedResponse(school=lesson.school, step=written, order=order, **response)
        for order, response in enumerate(responses, start=1)
    )
    return written


def _write_row(plan: LessonPlan, row: Any, fields: Mapping[str, Any]) -> Any:
    if row.pk is None:
        row.school, row.plan = plan.school, plan
        row.order = (type(row).objects.filter(plan=plan).aggregate(last=Max("order"))["last"] or 0) + 1
    elif row.plan_id != plan.pk:
        raise NotAllowedNow(_("This row belongs to an earlier version of the plan."))
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def remove_row(row: Objective | PlanStep, *, by: User) -> None:
    """Take an objective or a step off the sheet."""
    plan = open_plan(row.plan.lesson, by=by)
    if row.plan_id != plan.pk:
        raise NotAllowedNow(_("This row belongs to an earlier version of the plan."))
    row.delete()


@transaction.atomic
def move_step(step: PlanStep, *, up: bool, by: User) -> None:
    """Move a step one place; at either end nothing changes."""
    plan = open_plan(step.plan.lesson, by=by)
    steps = list(plan.steps.all())
    at = next((index for index, row in enumerate(steps) if row.pk == step.pk), None)
    if at is None:
        raise NotAllowedNow(_("This row belongs to an earlier version of the plan."))
    to = at - 1 if up else at + 1
    if 0 <= to < len(steps):
        steps[at], steps[to] = steps[to], steps[at]
    for order, row in enumerate(steps, start=1):
        row.order = order
    PlanStep.objects.bulk_update(steps, ["order"])
