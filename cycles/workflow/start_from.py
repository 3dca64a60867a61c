"""A plan that does not begin with a blank page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from django.db import transaction
from django.utils.translation import gettext as _

from cycles.comparing import partners
from cycles.models import LessonPlan, ResearchLesson
from cycles.patterns import Pattern, steps_of
from cycles.sheet import WRITTEN, Sheet, is_blank, take, without_ids
from cycles.workflow.plan import open_plan
from cycles.workflow.revisions import keep_revision, named
from cycles.workflow.sheet import fill
from schools.models import User


def start_from_plan(lesson: ResearchLesson, source: LessonPlan, *, by: User) -> LessonPlan:
    """Begin with what another lesson did; what it expected of its pupils stays with them."""
    return take_over(lesson, without_ids(take(source)), name=source.topic or source.lesson.cycle.title, by=by)


@transaction.atomic
def start_from_pattern(lesson: ResearchLesson, pattern: Pattern, *, by: User) -> LessonPlan:
    """Begin with the steps of a pattern, which fill the lesson's minutes; the rest of the plan stays."""
    now = take(open_plan(lesson, by=by))
    return take_over(
        lesson, now | {"steps": steps_of(pattern, lesson.minutes)}, name=str(pattern.name), by=by
    )


@transaction.atomic
def import_plan(lesson: ResearchLesson, parts: Sheet, *, name: str, by: User) -> LessonPlan:
    """Make what was read from a file the lesson's plan; what the file lacks stays as it is.

    ``parts`` as in ``cycles.importing``: case pupils by code, the idea behind a part of the board as text. A
    row that goes on from one of the plan stays that row, with all that hangs on it.
    """
    now = take(open_plan(lesson, by=by))
    sheet = now | {"header": now["header"] | parts.get("header", {})}
    sheet["dimensions"] = parts.get("dimensions", now["dimensions"])
    for part in ("objectives", "steps", "zones"):
        if part in parts:
            sheet[part] = _continued(part, now[part], parts[part])
    pupils = dict(lesson.cycle.case_pupils.values_list("student__code", "pk"))
    said: dict[str, int] = {}
    new = count(-1, -1)  # ids that no row has
    for step in sheet["steps"]:
        step["predictions"] = [
            {"case_pupil": row.get("case_pupil") or pupils[row["code"]], "text": row["text"]}
            for row in step.get("predictions", ())
            if "case_pupil" in row or row["code"] in pupils
        ]
        for response in step.get("responses", ()):
            response["id"] = response["id"] or next(new)
            said.setdefault(response["text"], response["id"])
    for zone in sheet["zones"]:
        if isinstance(zone.get("response"), str):
            zone["response"] = said.get(zone["response"]) if zone["response"] else None
    return take_over(lesson, sheet, name=name, by=by)


def _continued(part: str, now: Sequence[Sheet], told: Sequence[Sheet]) -> list[Sheet]:
    """The told rows, each over the row of the plan that it goes on from: what it does not say stays."""
    found = partners(now, told, WRITTEN[part])
    rows = []
    for at, row in enumerate(told):
        before: Sheet = now[found[at]] if at in found else {"id": None}
        rows.append({**before, **row})
        if "responses" in row:
            rows[-1]["responses"] = _continued("responses", before.get("responses", ()), row["responses"])
    return rows


@transaction.atomic
def take_over(lesson: ResearchLesson, sheet: Sheet, *, name: str, by: User) -> LessonPlan:
    """Make a whole sheet the lesson's plan. What stood there is kept as a version first."""
    plan = open_plan(lesson, by=by)
    if not is_blank(take(plan)):
        keep_revision(plan, name=named(_("Before starting from “%(name)s”"), name), by=by)
    fill(plan, sheet, by=by)
    return plan
