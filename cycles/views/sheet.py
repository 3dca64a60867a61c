"""The rows of the sheet: added, changed in place, moved, copied and taken off."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cycles import workflow
from cycles.forms.parts import parts_of, predictions_in, responses_in
from cycles.forms.plan import ObjectiveForm, ResponseForm, StepBeginsForm, StepEndsForm, StepForm, ZoneForm
from cycles.forms.study import PredictionForm
from cycles.models import AnticipatedResponse, BoardZone, Cycle, Objective, PlanStep
from cycles.permissions import can_name_pupils, can_plan
from cycles.selectors import latest_plan, planned_minutes, predictions_of
from cycles.views.plan import SEES_PLAN, anchor, edit_row, lesson_to_plan
from cycles.views.rows import answer_row, say
from cycles.views.taken_away import is_gone, part_taken_away, row_taken_away
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted

STEP_PARTS = {"begins": StepBeginsForm, "ends": StepEndsForm}
ROWS = {PlanStep: "step", Objective: "objective", BoardZone: "zone"}


def row_for(request, model, pk):
    """A row of a plan this person may read, with its plan, lesson and cycle; or 404."""
    visible = Cycle.objects.plan_visible_to(request.user)
    plan = "step__plan" if model is AnticipatedResponse else "plan"
    rows = model.objects.select_related(f"{plan}__lesson__cycle", f"{plan}__lesson__school")
    return get_object_or_404(rows, pk=pk, **{f"{plan}__lesson__cycle__in": visible})


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def add_objective(request, pk):
    """A new objective at the end."""
    return _add(request, lesson_to_plan(request, pk), ObjectiveForm, workflow.add_objective)


@policy("objective", sees=SEES_PLAN, does={PLANNER})
def edit_objective(request, pk):
    if is_gone(request, Objective, pk):
        return row_taken_away(request, ObjectiveForm, "cycles:add_objective")
    objective = row_for(request, Objective, pk)
    require(can_plan(request.user, objective.plan.lesson.cycle))
    form = ObjectiveForm(posted(request), instance=objective)
    return edit_row(request, objective.plan.lesson, form, _("Objective"), f"objective-{pk}")


@require_POST
@policy("objective", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_objective(request, pk):
    return _change(request, Objective, pk, lambda row: workflow.remove_row(row, by=request.user))


@require_POST
@policy("objective", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def move_objective(request, pk):
    to = _place(request)
    return _change(request, Objective, pk, lambda row: workflow.move_row(row, to=to, by=request.user))


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def add_zone(request, pk):
    """A new part of the board, at the right."""
    return _add(request, lesson_to_plan(request, pk), ZoneForm, workflow.add_zone)


@policy("zone", sees=SEES_PLAN, does={PLANNER})
def edit_zone(request, pk):
    if is_gone(request, BoardZone, pk):
        return row_taken_away(request, ZoneForm, "cycles:add_zone")
    zone = row_for(request, BoardZone, pk)
    require(can_plan(request.user, zone.plan.lesson.cycle))
    form = ZoneForm(posted(request), instance=zone)
    return edit_row(request, zone.plan.lesson, form, _("Part of the board"), f"zone-{pk}")


@require_POST
@policy("zone", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_zone(request, pk):
    return _change(request, BoardZone, pk, lambda row: workflow.remove_row(row, by=request.user))


@require_POST
@policy("zone", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def move_zone(request, pk):
    to = _place(request)
    return _change(request, BoardZone, pk, lambda row: workflow.move_row(row, to=to, by=request.user))


# Steps


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def add_step(request, pk):
    """A new row at the end of the sheet, or one put back with what hung on it."""
    lesson = lesson_to_plan(request, pk)
    parts = parts_of(posted(request), lesson.cycle)

    def add(lesson, cells, *, by):
        told = responses_in(parts), predictions_in(parts)
        return workflow.add_step(lesson, cells, *told, by=by)

    return _add(request, lesson, StepForm, add, parts)


@policy("step", sees=SEES_PLAN, does={PLANNER})
def edit_step(request, pk):
    """One row of the sheet, in the order of its columns; ``part`` names those that are sent, else all are.

    What pupils may answer and what case pupils may do have forms of their own.
    """
    if is_gone(request, PlanStep, pk):
        return row_taken_away(request, StepForm, "cycles:add_step")
    step = row_for(request, PlanStep, pk)
    lesson = step.plan.lesson
    require(can_plan(request.user, lesson.cycle))
    forms = {part: form(instance=step) for part, form in STEP_PARTS.items()}
    part = request.GET.get("part")
    form = forms["begins"]
    if request.method == "POST":
        form = STEP_PARTS.get(part, StepForm)(request.POST, instance=step)
        forms = forms | {part: form} if part in STEP_PARTS else {"begins": form}
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "step": step,
        "forms": forms,
        "responses": [ResponseForm(instance=response) for response in step.responses.all()],
        "predictions": [PredictionForm(instance=row) for row in predictions_of(step)],
        "named": can_name_pupils(request.user, lesson.cycle),
    }
    return answer_row(
        request,
        form,
        "cycles/edit_step.html",
        context,
        done=redirect(anchor(lesson, f"step-{pk}")),
        planned=lambda: planned_minutes(step.plan),
    )


@require_POST
@policy("step", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def copy_step(request, pk):
    """The same row once more, right below."""
    return _change(request, PlanStep, pk, lambda row: workflow.copy_step(row, by=request.user))


@require_POST
@policy("step", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_step(request, pk):
    """Off the sheet; what is said of it offers to put it back."""
    step = row_for(request, PlanStep, pk)
    lesson = step.plan.lesson
    require(can_plan(request.user, lesson.cycle))
    kept = say(request, lambda: workflow.remove_step(step, by=request.user))
    if kept is not None:
        context = {"revision": kept, "step": pk}
        messages.success(request, render_to_string("cycles/_taken_off.html", context))
    return redirect("cycles:plan", lesson.pk)


@require_POST
@policy("step", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def move_step(request, pk):
    """To another place, counted from 0."""
    to = _place(request)
    return _change(request, PlanStep, pk, lambda row: workflow.move_row(row, to=to, by=request.user))


# What pupils may answer


@require_POST
@policy("step", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def add_response(request, pk):
    """One more thing pupils may answer: empty, to be written in place, or put back with its words."""
    step = row_for(request, PlanStep, pk)
    lesson = step.plan.lesson
    require(can_plan(request.user, lesson.cycle))
    form = ResponseForm(request.POST, instance=AnticipatedResponse(step=step))
    if not form.sent:
        added = say(request, lambda: workflow.add_response(step, {}, by=request.user))
        return redirect("cycles:edit_step", pk) if added else redirect(lesson)
    status = 422
    if form.is_valid():
        if say(request, lambda: workflow.add_response(step, form.cells(), by=request.user)):
            return redirect(anchor(lesson, f"step-{pk}"))
        status = 409
    return _new_row(request, lesson, form, status)


@policy("response", sees=SEES_PLAN, does={PLANNER})
def edit_response(request, pk):
    if is_gone(request, AnticipatedResponse, pk):
        return part_taken_away(
            request, ResponseForm(request.POST, instance=AnticipatedResponse()), f"response-{pk}"
        )
    response = row_for(request, AnticipatedResponse, pk)
    lesson = response.step.plan.lesson
    require(can_plan(request.user, lesson.cycle))
    form = ResponseForm(posted(request), instance=response)
    return edit_row(request, lesson, form, _("What we expect"), f"response-{pk}")


@require_POST
@policy("response", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_response(request, pk):
    response = row_for(request, AnticipatedResponse, pk)
    require(can_plan(request.user, response.step.plan.lesson.cycle))
    say(request, lambda: workflow.remove_row(response, by=request.user))
    return redirect("cycles:edit_step", response.step_id)


def _add(request, lesson, form_class, add, parts=()):
    """A row with what was sent of it; an empty one, to be written in place, where nothing was."""
    model = form_class._meta.model
    form = form_class(posted(request), instance=model(plan=latest_plan(lesson, rows=False)))
    status = 200
    if form.is_bound:
        status = 422
        if all(one.is_valid() for one in (form, *parts)):
            row = say(request, lambda: add(lesson, form.cells(), by=request.user))
            if row is not None:
                kind = ROWS[model]
                if form.sent:
                    return redirect(anchor(lesson, f"{kind}-{row.pk}"))
                return redirect(f"cycles:edit_{kind}", row.pk)
            status = 409
    return _new_row(request, lesson, form, status, parts)


def _new_row(request, lesson, form, status, parts=()):
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "parts": parts,
        "title": _("New row"),
        "page": reverse("cycles:plan", args=[lesson.pk]),
        "place": "new",
    }
    return TemplateResponse(request, "cycles/edit_row.html", context, status=status)


def _place(request):
    to = request.POST.get("to", "")
    return int(to) if to.isdecimal() and len(to) < 5 else 0


def _change(request, model, pk, change):
    row = row_for(request, model, pk)
    require(can_plan(request.user, row.plan.lesson.cycle))
    say(request, lambda: change(row))
    return redirect("cycles:plan", pk=row.plan.lesson_id)
