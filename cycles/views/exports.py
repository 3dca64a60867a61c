"""A plan taken along as a file, and one brought in."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import exports as files
from cycles import workflow
from cycles.forms.dimensions import DimensionsForm
from cycles.forms.importing import ImportForm, TakeOverForm
from cycles.importing import BadPlan, read_plan
from cycles.permissions import can_plan
from cycles.selectors import latest_plan
from cycles.sheet import planned_minutes, worded
from cycles.views.plan import SEES_PLAN, lesson_for, lesson_to_plan
from cycles.views.rows import say
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted


@require_safe
@policy("lesson", sees=SEES_PLAN)
def exports(request, pk):
    """The forms in which the plan can be taken along."""
    lesson = lesson_for(request, pk)
    plan = latest_plan(lesson, rows=False)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "plan": plan,
        "forms": files.FORMS,
        "dimensions": plan.dimensions.select_related("dimension"),
        "can_write": plan.frozen_at is None and can_plan(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/exports.html", context)


@require_safe
@policy("lesson", sees=SEES_PLAN)
def export_plan(request, pk, form="sheet", extension="pdf"):
    """The plan as one of these files."""
    lesson = lesson_for(request, pk)
    made = files.export(latest_plan(lesson, rows=False), form, extension)
    if made is None:
        raise Http404("no such form")
    return HttpResponse(
        made.content,
        content_type=made.type,
        headers={
            "Content-Disposition": f'attachment; filename="{made.name}"',
            "Cache-Control": "private, no-store",
        },
    )


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def choose_dimensions(request, pk):
    """Which dimensions of the graduate profile the lesson serves."""
    lesson = lesson_to_plan(request, pk)
    plan = latest_plan(lesson, rows=False)
    form = DimensionsForm(posted(request), plan=plan)
    page = reverse("cycles:exports", args=[pk])
    if form.is_valid():
        say(
            request,
            lambda: workflow.choose_dimensions(lesson, form.cleaned_data["dimensions"], by=request.user),
            _("The dimensions are saved."),
        )
        return redirect(page)
    context = {"cycle": lesson.cycle, "lesson": lesson, "form": form, "page": page}
    return TemplateResponse(
        request, "cycles/choose_dimensions.html", context, status=422 if form.errors else 200
    )


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def import_plan(request, pk):
    """Read a file, and show what was understood before anything changes."""
    lesson = lesson_to_plan(request, pk)
    form = ImportForm(posted(request), request.FILES or None)
    context = {"cycle": lesson.cycle, "lesson": lesson, "form": form}
    understood = _understood(form) if form.is_valid() else None
    if understood is None:
        return TemplateResponse(
            request, "cycles/import_plan.html", context, status=422 if form.errors else 200
        )
    name = form.cleaned_data["file"].name
    sealed = TakeOverForm(lesson=lesson, user=request.user).sealed(name, understood.parts)
    sheet = {"header": {}, "dimensions": [], "objectives": [], "steps": [], "zones": []} | understood.parts
    context |= {
        "sealed": TakeOverForm({"plan": sealed}, lesson=lesson, user=request.user),
        "sheet": worded(sheet),
        "planned": planned_minutes(sheet),
        "notices": understood.notices,
        "name": name,
    }
    return TemplateResponse(request, "cycles/import_preview.html", context)


def _understood(form):
    file = form.cleaned_data["file"]
    try:
        return read_plan(file, file.name)
    except BadPlan as error:
        form.add_error("file", error.problems)
        return None


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def take_over_import(request, pk):
    """Make what was looked at the plan."""
    lesson = lesson_to_plan(request, pk)
    form = TakeOverForm(request.POST, lesson=lesson, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Too much time has passed. Choose the file once more."))
        return redirect("cycles:import_plan", pk)
    told = form.cleaned_data["plan"]
    say(
        request,
        lambda: workflow.import_plan(lesson, told["parts"], name=told["name"], by=request.user),
        _("The plan is taken over. How it stood before is kept as a version."),
    )
    return redirect("cycles:plan", pk)
