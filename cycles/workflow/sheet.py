"""A whole sheet written at once: a revision restored, a library plan taken over, a file read in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from secrets import randbelow
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, TextField
from django.utils import timezone

from cycles.models import (
    AnticipatedResponse,
    BoardZone,
    CasePrediction,
    ChangeReason,
    LessonPlan,
    Objective,
    PlanDimension,
    PlanStep,
    ProfileDimension,
    StudyNote,
)
from cycles.sheet import HEADER, OBJECTIVE, RESPONSE, STEP, ZONE, Sheet
from cycles.workflow.rows import hold
from schools.models import User

Told = Mapping[str, Any]
UNSEEN = 1_000_000_000  # writes, more than any row is given


@transaction.atomic
def fill(plan: LessonPlan, sheet: Sheet, *, by: User | None, continues: bool = False) -> None:
    """Make the plan say what ``sheet`` says (see ``cycles.sheet``); permission is asked by the caller.

    Rows whose id is a row of this plan are written over, so that comments stay with them; others are added;
    rows the sheet lacks go. A row that went comes back under its own id, with what was pinned to it. With
    ``continues`` the plan starts from the sheet of the lesson before, and each new row remembers the row it
    came from. Every written row gets a new edition, so that whoever has it open is told and loses nothing.
    """
    hold(pk=plan.pk)
    writing = {"written_at": timezone.now(), "written_by": by}
    header = {name: sheet["header"].get(name, "") for name in HEADER}
    LessonPlan.objects.filter(pk=plan.pk).update(**header, **writing, edition=F("edition") + 1)
    _put_dimensions(plan, sheet["dimensions"])
    own = {"school_id": plan.school_id, "plan": plan} | writing
    origin = "id" if continues else "came_from"

    before = set(plan.steps.values_list("pk", flat=True))

    def put(model: Any, told: Sequence[Told], fields: Sequence[str]) -> list[Any]:
        rows = [own | {"came_from_id": row.get(origin)} for row in told]
        return _put(model, model.objects.filter(plan=plan), told, fields, rows, returns=not continues)

    put(Objective, sheet["objectives"], OBJECTIVE)
    steps = put(PlanStep, sheet["steps"], STEP)
    pairs = list(zip(steps, sheet["steps"], strict=True))
    expected = [(step, response) for step, row in pairs for response in row.get("responses", ())]
    told = [response for _step, response in expected]
    parents = [{"school_id": plan.school_id, "step": step} | writing for step, _response in expected]
    existing = AnticipatedResponse.objects.filter(step__plan=plan)
    responses = _put(AnticipatedResponse, existing, told, RESPONSE, parents, returns=not continues)
    by_id = {row["id"]: response for row, response in zip(told, responses, strict=True) if "id" in row}
    zones = [own | {"response": by_id.get(zone.get("response"))} for zone in sheet["zones"]]
    zones_now = BoardZone.objects.filter(plan=plan)
    _put(BoardZone, zones_now, sheet["zones"], ZONE, zones, returns=not continues)
    put_predictions(plan, {step.pk: row.get("predictions", ()) for step, row in pairs}, by=by)
    _pin(plan, sheet.get("pinned", {}), {step.pk for step in steps} - before)


@transaction.atomic
def put_step(plan: LessonPlan, sheet: Sheet, step: int, *, by: User) -> PlanStep:
    """Put one step of ``sheet`` (by id) that is no row any more back onto the plan; no other is touched."""
    told = next(row for row in sheet["steps"] if row["id"] == step)
    own = {"school_id": plan.school_id, "written_at": timezone.now(), "written_by": by}
    origin = own | {"plan": plan, "came_from_id": told.get("came_from")}
    [row] = _put(PlanStep, PlanStep.objects.none(), [told], STEP, [origin], returns=True)
    expected = told.get("responses", ())
    parents = [own | {"step": row}] * len(expected)
    _put(AnticipatedResponse, AnticipatedResponse.objects.none(), expected, RESPONSE, parents, returns=True)
    put_predictions(plan, {row.pk: told.get("predictions", ())}, by=by)
    ideas = {response["id"] for response in expected}
    for zone in sheet["zones"]:
        if zone.get("response") in ideas:
            plan.zones.filter(pk=zone["id"], response=None).update(response=zone["response"])
    _pin(plan, sheet.get("pinned", {}), {row.pk})
    return row


def drop_blank_rows(plan: LessonPlan) -> None:
    """Take off the rows in which nobody wrote a word; one that a colleague spoke of stays."""
    AnticipatedResponse.objects.filter(step__plan=plan, text="", support="").delete()
    said = ("responses", "comments", "study_notes")
    unsaid = dict.fromkeys(_texts(PlanStep, STEP), "") | dict.fromkeys(said)
    told = CasePrediction.objects.exclude(text="").values("step")
    PlanStep.objects.filter(plan=plan, **unsaid).exclude(pk__in=told).delete()
    Objective.objects.filter(plan=plan, **dict.fromkeys(_texts(Objective, OBJECTIVE), "")).delete()
    BoardZone.objects.filter(plan=plan, title="", content="", response=None).delete()


def _texts(model: Any, fields: Sequence[str]) -> list[str]:
    """Those of the fields that are written, not chosen or counted."""
    kinds = (CharField, TextField)
    known = {name: model._meta.get_field(name) for name in fields}
    return [name for name, field in known.items() if isinstance(field, kinds) and not field.choices]


def expect_at_every_step(plan: LessonPlan) -> None:
    """Give every step a row for every present case pupil; what stands there stays."""
    put_predictions(plan, dict.fromkeys(plan.steps.values_list("pk", flat=True), None))


def put_predictions(
    plan: LessonPlan, told: Mapping[int, Iterable[Told] | None], *, by: User | None = None
) -> None:
    """Give each step of ``told`` (by id) a row for every present case pupil, with the text told for it.

    None for a step leaves the texts that stand there.
    """
    pupils = list(plan.lesson.cycle.case_pupils.all())
    known = {pupil.pk for pupil in pupils}
    present = {pupil.pk for pupil in pupils if pupil.ended_at is None}
    writing = {"written_at": timezone.now(), "written_by": by}
    there = {
        (row.step_id, row.case_pupil_id): row
        for row in CasePrediction.objects.select_for_update(of=("self",)).filter(step__in=told)
    }
    changed = []
    for step, predictions in told.items():
        texts = {row["case_pupil"]: row["text"] for row in predictions or () if row["case_pupil"] in known}
        for pupil in sorted(present | texts.keys()):
            row = there.get((step, pupil))
            text = texts.get(pupil, "")
            if row is None:
                row = CasePrediction(school_id=plan.school_id, step_id=step, case_pupil_id=pupil)
            elif predictions is None or row.text == text:
                continue
            else:
                row.edition += 1
            row.text = text
            for name, value in writing.items():
                setattr(row, name, value)
            changed.append(row)
    _store(CasePrediction, changed, ["text", "edition", *writing])


def _put_dimensions(plan: LessonPlan, names: Iterable[str]) -> None:
    plan.dimensions.all().delete()
    chosen = ProfileDimension.objects.filter(school_id=plan.school_id, name__in=list(names))
    PlanDimension.objects.bulk_create(
        PlanDimension(school_id=plan.school_id, plan=plan, dimension=dimension) for dimension in chosen
    )


def _pin(plan: LessonPlan, pinned: Mapping[str, Sequence[Told]], back: set[int]) -> None:
    """Pin to the steps that came back what was pinned to them, unless it has found another place since."""

    def told(kind: str) -> list[Told]:
        return [row for row in pinned.get(kind, ()) if row["step"] in back]

    people = User.objects.in_bulk([row["by"] for row in told("reasons")])
    ChangeReason.objects.bulk_create(
        ChangeReason(
            school_id=plan.school_id,
            plan=plan,
            step_id=row["step"],
            text=row["text"],
            by=people.get(row["by"]),
        )
        for row in told("reasons")
    )
    for row in told("comments"):
        plan.comments.filter(pk=row["id"], step=None).update(step=row["step"])
    for row in told("notes"):
        StudyNote.objects.filter(pk=row["id"], cycle=plan.lesson.cycle_id, step=None).update(step=row["step"])


def _put(
    model: Any,
    existing: Any,
    told: Sequence[Told],
    fields: Sequence[str],
    own: Sequence[Mapping[str, Any]],
    *,
    returns: bool,
) -> list[Any]:
    """Rows in the order told: the existing one of the same id written over, or a new one.

    ``returns``: an id that is no row any more was one of this plan and is taken again; no table gives an id
    to two rows. Its edition is one that nobody has seen: who still has the row open from before is told.
    """
    there = {row.pk: row for row in existing}
    rows = []
    for order, (data, owned) in enumerate(zip(told, own, strict=True), start=1):
        row = there.pop(data.get("id"), None)
        if row is None:
            row = model()
            if returns and (data.get("id") or 0) > 0:  # below 0 are places in the sheet alone
                row.pk, row.edition = data["id"], UNSEEN + randbelow(UNSEEN)
        else:
            row.edition += 1
        for name, value in owned.items():
            setattr(row, name, value)
        for name in fields:
            if name in data:
                setattr(row, name, data[name])
        row.order = order
        rows.append(row)
    model.objects.filter(pk__in=list(there)).delete()
    relations = [name for name in ("came_from", "response") if hasattr(model, name)]
    _store(model, rows, [*fields, "order", "edition", "written_at", "written_by", *relations])
    return rows


def _store(model: Any, rows: Sequence[Any], fields: Sequence[str]) -> None:
    new = [row for row in rows if row._state.adding]
    there = [row for row in rows if not row._state.adding]
    model.objects.bulk_create(new)
    model.objects.bulk_update(there, fields, batch_size=100)
