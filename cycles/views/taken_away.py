"""Words for a row that has been taken off the plan meanwhile: 410, and a form that puts them back."""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cycles import workflow
from cycles.forms.parts import PLACE, named, parts_of
from cycles.forms.plan import ResponseForm, StepForm
from cycles.models import AnticipatedResponse, PlanStep
from cycles.selectors import latest_plan
from cycles.views.plan import lesson_to_plan
from cycles.views.rows import wants_data
from lessonstudy.lib.posted import posted_id


def is_gone(request, model, pk):
    """Whether somebody sends words for a row that has been taken off the plan."""
    return request.method == "POST" and not model.objects.filter(pk=pk).exists() and "lesson" in request.POST


def row_taken_away(request, form_class, add):
    """What was typed into a row that has gone waits in a new one, to be put back or not."""
    lesson = _lesson(request)
    form = form_class(request.POST, instance=form_class._meta.model(plan=latest_plan(lesson, rows=False)))
    return _answer(request, lesson, form, reverse(add, args=[lesson.pk]))


def part_taken_away(request, form, place):
    """The same for what hangs on a step: it goes back to the step or, where that has gone too, with it.

    ``place`` as in ``cycles.forms.parts``. What is expected of somebody who is followed no longer has none:
    the words are shown, to be copied.
    """
    lesson = _lesson(request)
    plan = latest_plan(lesson, rows=False)
    at = request.GET.get("step", "")
    step = plan.steps.filter(pk=posted_id(at)).first()
    parts = parts_of(named(place, request.POST), lesson.cycle) if PLACE.fullmatch(place) else []
    if step is None and parts:
        whole = StepForm(request.POST, instance=PlanStep(plan=plan))
        return _answer(request, lesson, whole, reverse("cycles:add_step", args=[lesson.pk]), parts)
    if step is not None and isinstance(form, ResponseForm):
        form.instance = AnticipatedResponse(step=step)
        return _answer(request, lesson, form, reverse("cycles:add_response", args=[step.pk]))
    return _answer(request, lesson, form, None)


def _lesson(request):
    return lesson_to_plan(request, posted_id(request.POST["lesson"]))


def _answer(request, lesson, form, action, parts=()):
    form.is_valid()
    form.waits, form.lost = True, action is None
    form.add_error(
        None,
        _("This row was taken off the plan while you wrote. Your words are here; put them back if needed.")
        if action
        else str(workflow.Overtaken(None)),
    )
    for name in form.sent:
        form.fields[name].widget.attrs["data-ls-was"] = ""  # the page must know that none of it is kept
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "parts": parts,
        "title": _("This row was taken away"),
        "done": _("Put it back"),
        "action": action,
        "page": reverse("cycles:plan", args=[lesson.pk]),
        "place": "taken-away",
    }
    template = "cycles/edit_row.html#form" if wants_data(request) else "cycles/edit_row.html"
    return TemplateResponse(request, template, context, status=410)
