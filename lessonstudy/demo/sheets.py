"""A told plan on its sheet: over the rows that a next lesson took over, so that each knows its origin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cycles import workflow as planning
from cycles.models import ChangeReason, PlanComment, PlanRevision, ProfileDimension, ResearchLesson
from cycles.selectors import latest_plan
from cycles.sheet import LEVELS, take
from lessonstudy.demo import pieces
from schools.models import User

if TYPE_CHECKING:
    from lessonstudy.demo.staging import Cast

# How a lesson of the story goes on in each of its phases: episode, and how pupils work.
USUAL = {
    "opening": ("information", "whole"),
    "core": ("transformation", "group"),
    "closing": ("evaluation", "individual"),
}


def write_sheet(cast: Cast, lesson: ResearchLesson, told: pieces.Lesson, *, by: User, at: datetime) -> None:
    """The plan with what is expected of case pupils, what colleagues said of it, and why it changed."""
    plan = latest_plan(lesson)
    before = take(plan)
    planning.fill(plan, _sheet(lesson, told, before), by=by)
    dimensions = ProfileDimension.objects.filter(school=lesson.school, order__in=told.plan.dimensions)
    planning.choose_dimensions(lesson, dimensions, by=by)
    steps = list(latest_plan(lesson).steps.all())
    for comment in told.comments:
        said = planning.add_comment(
            plan, comment.text, by=cast.people[comment.by], step=steps[comment.step - 1]
        )
        if comment.is_settled:
            planning.settle_comment(said, is_settled=True, by=by)
    reasons = [planning.Reason(text, step=steps[number - 1]) for number, text in told.reasons]
    planning.give_reasons(plan, reasons, by=by)
    if told.comments:
        name, reason = "Sebelum ditinjau bersama", "Supaya kita ingat bagaimana rencananya semula."
        planning.keep_revision(plan, name=name, reason=reason, by=by)
    for kind in (PlanComment, ChangeReason, PlanRevision):
        kind.objects.filter(plan=plan).update(created_at=at)
    PlanComment.objects.filter(plan=plan, resolved_at__isnull=False).update(resolved_at=at)


def _sheet(lesson: ResearchLesson, told: pieces.Lesson, before: Mapping[str, Any]) -> dict[str, Any]:
    """The sheet as ``cycles.sheet`` has it; its rows keep the ids of those that stood in their place."""
    plan = told.plan
    pupils = dict(lesson.cycle.case_pupils.values_list("student__code", "pk"))
    objectives = [
        {"domain": domain, "statement": statement, "success_criterion": criterion}
        for domain, statement, criterion in plan.objectives
    ]
    objectives[0] |= dict(zip(LEVELS, plan.levels, strict=False))
    steps = [
        _step(step)
        | {
            "predictions": [
                {"case_pupil": pupils[code], "text": text} for at, code, text in told.hopes if at == number
            ]
        }
        for number, step in enumerate(plan.steps, start=1)
    ]
    ids = {
        response["text"]: response["id"]
        for number, step in enumerate(steps)
        for place, response in enumerate(step["responses"])
        if response.update(id=-1 - number * 100 - place)
        is None  # an id that no row has, for the board to find
    }
    zones = [
        {"title": zone.title, "content": zone.content, "minute": zone.minute, "response": ids.get(zone.idea)}
        for zone in plan.zones
    ]
    return {
        "header": {"topic": plan.topic, "prior_knowledge": plan.prior_knowledge, **plan.more},
        "dimensions": [],
        "objectives": _in_place_of(before["objectives"], objectives),
        "steps": _in_place_of(before["steps"], steps),
        "zones": zones,
    }


def _step(step: pieces.Step) -> dict[str, Any]:
    episode, mode = USUAL[step.phase]
    return {
        "phase": step.phase,
        "episode": episode,
        "grouping_mode": mode,
        "minutes": step.minutes,
        "activity": step.activity,
        "key_question": step.question,
        "link_to_known": step.known,
        "teacher_response": step.support,
        "observation_point": step.watch,
        "evaluation_point": step.check,
        "materials": step.materials,
        "responses": [
            {"kind": kind, "text": text, "support": "".join(support)}
            for kind, text, *support in step.expected
        ],
    }


def _in_place_of(before: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    own = ({"id": row["id"], "came_from": row["came_from"]} for row in before)
    return [row | next(own, {}) for row in rows]
