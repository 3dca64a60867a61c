"""The whole sheet of a plan as data: what revisions keep, exports print, and a next lesson starts from.

A sheet is JSON-able::

    {"header": {field: text}, "dimensions": [name], "objectives": [row], "steps": [row], "zones": [row],
     "pinned": {"reasons": [said], "comments": [said], "notes": [said]}}

A row has its database ``id``, ``came_from`` (the id of the row it was copied from, or None) and its fields.
A step has, besides, ``responses`` (rows) and ``predictions`` (``case_pupil`` id and ``text``; never a name);
a zone says in ``response`` which response (by id) it is for. Rows that do not come from a database, such as
imported ones, may leave ``id`` and ``came_from`` out.

What is ``pinned`` to a step (by id) is no part of the plan, but would be lost with the step: why it was
changed (text and person), and which comments and study notes (by id) are about it. It may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.utils.text import capfirst

from cycles.models import (
    AnticipatedResponse,
    BoardZone,
    CasePrediction,
    LessonPlan,
    Objective,
    PlanStep,
    Row,
    StudyNote,
)

Sheet = dict[str, Any]

SCHOOL_FORMAT = (
    "learning_outcome",
    "meaning",
    "opening_question",
    "material_character",
    "approach",
    "partnership",
    "environment",
    "digital_tools",
    "facilities",
    "assessment",
    "worksheet",
    "reading",
    "glossary",
)
HEADER = ("topic", "prior_knowledge", *SCHOOL_FORMAT)
LEVELS = ("level_starting", "level_adequate", "level_capable", "level_proficient")
OBJECTIVE = ("domain", "statement", "success_criterion", *LEVELS)
STEP = (
    "phase",
    "episode",
    "domain",
    "grouping_mode",
    "minutes",
    "activity",
    "key_question",
    "link_to_known",
    "teacher_response",
    "observation_point",
    "evaluation_point",
    "materials",
)
RESPONSE = ("kind", "text", "support")
ZONE = ("title", "content", "minute")
MOST_STEPS = 200  # of a plan
# What is written of a row, the text that names it first: by it a row without an id is known again.
WRITTEN = {
    "objectives": OBJECTIVE[1:],
    "steps": STEP[STEP.index("activity") :],
    "responses": ("text", "support"),
    "zones": ("title", "content"),
}

PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "header": (LessonPlan, HEADER),
    "objectives": (Objective, OBJECTIVE),
    "steps": (PlanStep, STEP),
    "responses": (AnticipatedResponse, RESPONSE),
    "predictions": (CasePrediction, ("text",)),
    "zones": (BoardZone, (*ZONE, "response")),
}


def take(plan: LessonPlan) -> Sheet:
    """Return the plan's sheet, in a number of queries that does not grow with it."""
    predictions: dict[int, list[dict[str, Any]]] = {}
    told = CasePrediction.objects.filter(step__plan=plan).exclude(text="").order_by("case_pupil__order")
    for prediction in told:
        row = {"case_pupil": prediction.case_pupil_id, "text": prediction.text}
        predictions.setdefault(prediction.step_id, []).append(row)
    return {
        "header": {name: getattr(plan, name) for name in HEADER},
        "dimensions": list(plan.dimensions.values_list("dimension__name", flat=True)),
        "objectives": [_origin(row) | _fields(row, OBJECTIVE) for row in plan.objectives.all()],
        "steps": [
            _origin(step)
            | _fields(step, STEP)
            | {
                "responses": [
                    {"id": response.pk} | _fields(response, RESPONSE) for response in step.responses.all()
                ],
                "predictions": predictions.get(step.pk, []),
            }
            for step in plan.steps.prefetch_related("responses")
        ],
        "zones": [
            {"id": zone.pk, "response": zone.response_id} | _fields(zone, ZONE) for zone in plan.zones.all()
        ],
        "pinned": {
            "reasons": list(plan.change_reasons.exclude(step=None).values("step", "text", "by")),
            "comments": list(plan.comments.exclude(step=None).values("step", "id")),
            "notes": list(StudyNote.objects.filter(step__plan=plan).values("step", "id")),
        },
    }


def without_ids(sheet: Sheet) -> Sheet:
    """A copy whose rows belong to no plan yet; what was expected of pupils and what was said stay behind."""
    places: dict[Any, int] = {}
    bare = deepcopy(dict(sheet))
    bare.pop("pinned", None)
    for step in bare["steps"]:
        step["predictions"] = []
        for response in step.get("responses", ()):
            place = places[response.get("id")] = -1 - len(places)  # no row has this id, and zones find it
            response["id"] = place
    for part in ("objectives", "steps", "zones"):
        for row in bare[part]:
            row["id"] = row["came_from"] = None
    for zone in bare["zones"]:
        zone["response"] = places.get(zone.get("response"))
    return bare


def label(part: str, name: str) -> str:
    """What a field is called on the page; ``part`` is a key of ``PARTS``."""
    return capfirst(str(PARTS[part][0]._meta.get_field(name).verbose_name))


def worded(sheet: Sheet) -> Sheet:
    """The same sheet with every choice in the reader's words: "core" becomes "Core"."""
    said = {
        part: {name: dict(field.choices) for name in fields if (field := model._meta.get_field(name)).choices}
        for part, (model, fields) in PARTS.items()
    }

    def row_in_words(part: str, row: Mapping[str, Any]) -> dict[str, Any]:
        choices = said[part]
        return {
            name: str(choices[name].get(value, value)) if name in choices and value else value
            for name, value in row.items()
        }

    return {
        **sheet,
        "objectives": [row_in_words("objectives", row) for row in sheet["objectives"]],
        "steps": [
            row_in_words("steps", row)
            | {"responses": [row_in_words("responses", response) for response in row.get("responses", ())]}
            for row in sheet["steps"]
        ],
    }


def ideas(sheet: Mapping[str, Any]) -> dict[int, str]:
    """What the expected responses say, by id: a part of the board names one of them."""
    return {response["id"]: response["text"] for step in sheet["steps"] for response in step["responses"]}


def planned_minutes(sheet: Sheet) -> int:
    """Minutes of all steps together."""
    return sum(step["minutes"] for step in sheet["steps"])


def is_blank(sheet: Sheet) -> bool:
    """Whether nobody has written anything yet."""
    parts = ("dimensions", "objectives", "steps", "zones")
    return not any(sheet["header"].values()) and not any(sheet[part] for part in parts)


def _origin(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "came_from": row.came_from_id}


def _fields(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
