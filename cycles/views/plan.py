"""The sheet: what pupils do, what we expect them to think, what to watch for."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.forms import ObjectiveForm, PlanForm, ResponseFormSet, StepForm
from cycles.models import Cycle, Objective, PlanStep, ResearchLesson
from cycles.permissions import can_plan
from cycles.selectors import latest_plan, tables_of
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import CYCLE, PLANNER, PRINCIPAL, policy
from lessonstudy.lib.posted import posted

SEES_PLAN = CYCLE | {PRINCIPAL}


def lesson_for(request, pk):
    """The lesson whose plan this person may read, or 404."""
    lessons = ResearchLesson.objects.visible_to(request.user)
    return get_object_or_404(lessons.select_related("cycle", "cycle__team", "school", "school_class"), pk=pk)


def lesson_to_plan(request, pk):
    """The same, for those who may write; 403 for those who may only read."""
    lesson = lesson_for(request, pk)
    require(can_plan(request.user, lesson.cycle))
    return lesson


@require_safe
@policy("lesson", sees=SEES_PLAN)
def plan(request, pk):
    """The whole sheet, to read and to write from."""
    lesson = lesson_for(request, pk)
    sheet = latest_plan(lesson)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "plan": sheet,
        "planned": sum(step.minutes for step in sheet.steps.all()),
        "can_write": sheet.frozen_at is None and can_plan(request.user, lesson.cycle),
        "can_place": can_plan(request.user, lesson.cycle),
        "tables": tables_of(lesson),
    }
    return TemplateResponse(request, "cycles/plan.html", context)


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def edit_plan(request, pk):
    """What the lesson is about, and what pupils already know."""
    lesson = lesson_to_plan(request, pk)
    form = PlanForm(posted(request), instance=latest_plan(lesson))
    return _answer(
        request,
        lesson,
        form,
        _("About the lesson"),
        lambda data: workflow.write_header(lesson, **data, by=request.user),
    )


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def add_objective(request, pk):
    lesson = lesson_to_plan(request, pk)
    form = ObjectiveForm(posted(request))
    return _answer(
        request,
        lesson,
        form,
        _("New objective"),
        lambda data: workflow.write_objective(lesson, data, by=request.user),
    )


@policy("objective", sees=SEES_PLAN, does={PLANNER})
def edit_objective(request, pk):
    objective = get_object_or_404(Objective.objects.select_related("plan"), pk=pk)
    lesson = lesson_to_plan(request, objective.plan.lesson_id)
    form = ObjectiveForm(posted(request), instance=objective)
    return _answer(
        request,
        lesson,
        form,
        _("Objective"),
        lambda data: workflow.write_objective(lesson, data, by=request.user, objective=objective),
        remove=("cycles:remove_objective", objective.pk),
    )


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def add_step(request, pk):
    """A new row at the end of the sheet."""
    return _step_page(request, lesson_to_plan(request, pk), None)


@policy("step", sees=SEES_PLAN, does={PLANNER})
def edit_step(request, pk):
    """One row of the sheet with its anticipated responses."""
    step = get_object_or_404(PlanStep.objects.select_related("plan"), pk=pk)
    return _step_page(request, lesson_to_plan(request, step.plan.lesson_id), step)


def _step_page(request, lesson, step):
    form = StepForm(posted(request), instance=step)
    responses = ResponseFormSet(posted(request), instance=step, prefix="responses")

    def write(data):
        kept = [
            {"text": row["text"], "kind": row["kind"]}
            for row in responses.cleaned_data
            if row.get("text") and not row.get("DELETE")
        ]
        workflow.write_step(lesson, data, kept, by=request.user, step=step)

    remove = ("cycles:remove_step", step.pk) if step else None
    title = _("Step of the lesson") if step else _("New step")
    return _answer(request, lesson, form, title, write, responses=responses, remove=remove)


def _answer(request, lesson, form, title, write, *, responses=None, remove=None):
    """Show a form of the sheet, or write it and go back to the sheet."""
    valid = form.is_valid() and (responses is None or responses.is_valid())
    status = 422 if request.method == "POST" else 200
    if valid:
        try:
            write(form.cleaned_data)
            return redirect("cycles:plan", pk=lesson.pk)
        except NotAllowedNow as error:  # the plan was frozen meanwhile: what was typed is shown again
            messages.error(request, str(error))
            status = 409
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "title": title,
        "form": form,
        "responses": responses,
        "remove": remove,
    }
    return TemplateResponse(request, "cycles/row.html", context, status=status)


@require_POST
@policy("objective", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_objective(request, pk):
    return _change(request, Objective, pk, lambda row: workflow.remove_row(row, by=request.user))


@require_POST
@policy("step", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_step(request, pk):
    return _change(request, PlanStep, pk, lambda row: workflow.remove_row(row, by=request.user))


@require_POST
@policy("step", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def move_step(request, pk):
    """One place up or down."""
    up = request.POST.get("direction") == "up"
    return _change(request, PlanStep, pk, lambda row: workflow.move_step(row, up=up, by=request.user))


def _change(request, model, pk, change):
    visible = Cycle.objects.plan_visible_to(request.user)
    row = get_object_or_404(
        model.objects.select_related("plan__lesson__cycle"), pk=pk, plan__lesson__cycle__in=visible
    )
    try:
        change(row)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect("cycles:plan", pk=row.plan.lesson_id)
