"""Rows come onto the sheet, move, and go, as long as the plan may still be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cycles import permissions
from cycles.models import (
    AnticipatedResponse,
    BoardZone,
    LessonPlan,
    Objective,
    PlanStep,
    ResearchLesson,
    Row,
)
from cycles.selectors import latest_plan
from cycles.sheet import MOST_STEPS, STEP
from cycles.workflow.rows import OPEN, PLAN, Overtaken, cycle_of, hold, shut
from cycles.workflow.sheet import put_predictions
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User

AnyRow = TypeVar("AnyRow", Objective, PlanStep, BoardZone)

TOO_MANY_STEPS = _("A plan has room for 200 steps. Take some off first.")


def open_plan(lesson: ResearchLesson, *, by: User) -> LessonPlan:
    """The plan version that may be written now; nobody else writes in it until the transaction ends.

    Raises NotAllowedNow once observing has started: the taught version stays as it was.
    """
    require(permissions.can_plan(by, lesson.cycle))
    plan = hold(pk=latest_plan(lesson, rows=False).pk)
    if plan is None or plan.frozen_at is not None:
        raise NotAllowedNow(shut(LessonPlan()))
    return plan


@transaction.atomic
def add_objective(lesson: ResearchLesson, fields: Mapping[str, Any], *, by: User) -> Objective:
    """An objective at the end."""
    return _add(Objective(), lesson, fields, by=by)


@transaction.atomic
def add_zone(lesson: ResearchLesson, fields: Mapping[str, Any], *, by: User) -> BoardZone:
    """A part of the board, at the right."""
    return _add(BoardZone(), lesson, fields, by=by)


@transaction.atomic
def add_step(
    lesson: ResearchLesson,
    fields: Mapping[str, Any],
    responses: Sequence[Mapping[str, str]] = (),
    predictions: Sequence[Mapping[str, Any]] = (),
    *,
    by: User,
    after: PlanStep | None = None,
) -> PlanStep:
    """A row at the end of the sheet, or below ``after``.

    ``responses``: in order, each with ``text``, ``kind`` and perhaps ``support``; ``predictions``: each with
    ``case_pupil`` (id) and ``text``.
    """
    if open_plan(lesson, by=by).steps.count() >= MOST_STEPS:
        raise NotAllowedNow(str(TOO_MANY_STEPS))
    step = _add(PlanStep(), lesson, fields, by=by)
    AnticipatedResponse.objects.bulk_create(
        AnticipatedResponse(school=lesson.school, step=step, order=order, **response)
        for order, response in enumerate(responses, start=1)
    )
    put_predictions(step.plan, {step.pk: predictions}, by=by)
    if after is not None:
        _place(step, list(step.plan.steps.exclude(pk=step.pk)), below=after)
    return step


@transaction.atomic
def copy_step(step: PlanStep, *, by: User) -> PlanStep:
    """The same row once more, right below, with what pupils may answer."""
    fields = {name: getattr(step, name) for name in STEP}
    responses = [
        {"text": response.text, "kind": response.kind, "support": response.support}
        for response in step.responses.all()
    ]
    return add_step(step.plan.lesson, fields, responses, by=by, after=step)


@transaction.atomic
def add_response(step: PlanStep, fields: Mapping[str, Any], *, by: User) -> AnticipatedResponse:
    """One more thing pupils may think or say at a step. Raises Overtaken when it has been taken away."""
    plan = open_plan(step.plan.lesson, by=by)
    if not plan.steps.filter(pk=step.pk).exists():
        raise Overtaken(None)
    last = step.responses.aggregate(last=Max("order"))["last"] or 0
    return AnticipatedResponse.objects.create(
        school=step.school, step=step, order=last + 1, written_at=timezone.now(), written_by=by, **fields
    )


def _add(row: AnyRow, lesson: ResearchLesson, fields: Mapping[str, Any], *, by: User) -> AnyRow:
    plan = open_plan(lesson, by=by)
    row.school, row.plan = plan.school, plan
    row.order = (type(row).objects.filter(plan=plan).aggregate(last=Max("order"))["last"] or 0) + 1
    row.written_at, row.written_by = timezone.now(), by
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def remove_row(row: Row, *, by: User) -> None:
    """Take a row off the sheet."""
    require(permissions.can_plan(by, cycle_of(row)))
    model: Any = type(row)
    if model in PLAN:
        hold(**{PLAN[model]: row.pk})
    gone, _by_table = model.objects.filter(OPEN[model], pk=row.pk).delete()
    if not gone and model.objects.filter(pk=row.pk).exists():
        raise NotAllowedNow(shut(row))


@transaction.atomic
def move_row(row: Objective | PlanStep | BoardZone, *, to: int, by: User) -> None:
    """Move a row to a place in its list, counted from 0; beyond either end is the end.

    Raises Overtaken when the row has been taken away.
    """
    plan = open_plan(row.plan.lesson, by=by)
    model = type(row)
    rows = list(model.objects.select_for_update(of=("self",)).filter(plan=plan))
    if row not in rows:
        raise Overtaken(None)
    rows.remove(row)
    rows.insert(max(0, to), row)
    _number(rows)


def _place(step: PlanStep, others: list[PlanStep], *, below: PlanStep) -> None:
    at = next((number for number, other in enumerate(others, start=1) if other.pk == below.pk), len(others))
    others.insert(at, step)
    _number(others)


def _number(rows: Sequence[Any]) -> None:
    """Write the order of those whose place changed."""
    moved = [row for order, row in enumerate(rows, start=1) if row.order != order]
    for order, row in enumerate(rows, start=1):
        row.order = order
    if moved:
        type(moved[0]).objects.bulk_update(moved, ["order"])
