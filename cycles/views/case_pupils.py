"""The pupils who stand for groups of learners, and what is expected of each at every step."""

from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.forms.study import CasePupilForm, EndCasePupilForm, PredictionForm
from cycles.models import CasePrediction, CasePupil, Cycle
from cycles.permissions import can_name_pupils, can_plan
from cycles.selectors import latest_lesson, number_of, predictions_table
from cycles.stages import Stage
from cycles.views.plan import SEES_PLAN, edit_row
from cycles.views.rows import say
from cycles.views.study import cycle_for, cycle_to_plan
from cycles.views.taken_away import is_gone, part_taken_away
from cycles.workflow.case_pupils import has_been_observed
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted

MANY = 5  # more than these nobody follows closely


@require_safe
@policy("cycle", sees=SEES_PLAN)
def case_pupils(request, pk):
    """Who stands for whom, and what is expected of each at every step."""
    cycle = cycle_for(request, pk)
    may_plan = can_plan(request.user, cycle)
    lesson = latest_lesson(cycle)
    pupils = list(cycle.case_pupils.select_related("student"))
    present = [pupil for pupil in pupils if pupil.ended_at is None]
    context = {
        "cycle": cycle,
        "lesson": lesson,
        "form": CasePupilForm(cycle=cycle) if may_plan else None,
        "present": present,
        "ended": [pupil for pupil in pupils if pupil.ended_at is not None],
        "too_many": len(present) > MANY,
        "table": predictions_table(lesson, present),
        "can_write": cycle.stage != Stage.CLOSED and may_plan,
        "named": can_name_pupils(request.user, cycle),
    }
    return TemplateResponse(request, "cycles/case_pupils.html", context)


@policy("cycle", sees=SEES_PLAN, does={PLANNER})
def add_case_pupil(request, pk):
    """Follow one more pupil of the class."""
    cycle = cycle_to_plan(request, pk)
    form = CasePupilForm(posted(request), cycle=cycle)
    if form.is_valid():
        told = form.cleaned_data
        verb = workflow.add_case_pupil
        if say(request, lambda: verb(cycle, told["student"], typifies=told["typifies"], by=request.user)):
            return redirect("cycles:case_pupils", pk)
    context = {"cycle": cycle, "form": form, "named": can_name_pupils(request.user, cycle)}
    status = 200 if not form.is_bound else 409 if form.is_valid() else 422
    return TemplateResponse(request, "cycles/add_case_pupil.html", context, status=status)


@policy("case_pupil", sees=SEES_PLAN, does={PLANNER})
def end_case_pupil(request, pk):
    """Follow a pupil no longer."""
    pupils = CasePupil.objects.filter(cycle__in=Cycle.objects.plan_visible_to(request.user))
    pupil = get_object_or_404(pupils.select_related("cycle__school", "student"), pk=pk)
    require(can_plan(request.user, pupil.cycle))
    form = EndCasePupilForm(posted(request), instance=pupil)
    if form.is_valid():
        reason = form.cleaned_data["ended_reason"]
        done = say(request, lambda: workflow.end_case_pupil(pupil, reason=reason, by=request.user) or True)
        if done:
            return redirect("cycles:case_pupils", pupil.cycle_id)
    context = {
        "cycle": pupil.cycle,
        "pupil": pupil,
        "form": form,
        "observed": has_been_observed(pupil.cycle),
        "named": can_name_pupils(request.user, pupil.cycle),
    }
    status = 200 if not form.is_bound else 409 if form.is_valid() else 422
    return TemplateResponse(request, "cycles/end_case_pupil.html", context, status=status)


@require_POST
@policy("case_pupil", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def change_case_pupil(request, pk):
    """Say anew which learners the pupil stands for."""
    pupils = CasePupil.objects.filter(cycle__in=Cycle.objects.plan_visible_to(request.user))
    pupil = get_object_or_404(pupils.select_related("cycle__school"), pk=pk)
    typifies = request.POST.get("typifies", "").strip()[:200]
    require(can_plan(request.user, pupil.cycle))
    if typifies:
        say(request, lambda: workflow.change_case_pupil(pupil, typifies=typifies, by=request.user))
    return redirect("cycles:case_pupils", pupil.cycle_id)


@policy("prediction", sees=SEES_PLAN, does={PLANNER})
def edit_prediction(request, pk):
    """What is expected of one case pupil at one step."""
    if is_gone(request, CasePrediction, pk):
        form = PredictionForm(request.POST, instance=CasePrediction())
        return part_taken_away(request, form, f"prediction-{request.GET.get('pupil')}")
    rows = CasePrediction.objects.select_related("step__plan__lesson__cycle__school", "case_pupil__student")
    visible = Cycle.objects.plan_visible_to(request.user)
    prediction = get_object_or_404(rows, pk=pk, step__plan__lesson__cycle__in=visible)
    lesson = prediction.step.plan.lesson
    require(can_plan(request.user, lesson.cycle))
    form = PredictionForm(posted(request), instance=prediction)
    told = {"pupil": prediction.case_pupil.student.code, "number": number_of(prediction.step)}
    title = _("We expect of %(pupil)s in step %(number)d") % told
    place, there = f"step-{prediction.step_id}", {"step": prediction.step}
    if "overview" in request.GET:  # back to the table of all predictions, where one came from
        place = f"prediction-{prediction.pk}"
        there |= {
            "page": reverse("cycles:case_pupils", args=[lesson.cycle_id]),
            "part": "case_pupils",
            "action": request.get_full_path(),
        }
    return edit_row(request, lesson, form, title, place, **there)
