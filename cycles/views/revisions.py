"""Versions of the sheet: kept under a name, compared, gone back to; and what changed since it was taught."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.differences import between, sheet_of, since_taught
from cycles.forms.revisions import CompareForm, RevisionForm
from cycles.models import PlanRevision, PlanStep, ResearchLesson
from cycles.permissions import can_plan
from cycles.selectors import codes_of, latest_plan
from cycles.stages import Stage
from cycles.views.plan import SEES_PLAN, anchor, lesson_for, lesson_to_plan
from cycles.views.rows import say
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted_id

PAGE = 30


@require_safe
@policy("lesson", sees=SEES_PLAN)
def revisions(request, pk):
    """The versions that somebody gave a name, newest first."""
    return _page(request, lesson_for(request, pk), RevisionForm())


def _page(request, lesson, form):
    plan = latest_plan(lesson, rows=False)
    kept = plan.revisions.defer("sheet").select_related("by")
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "plan": plan,
        "page": Paginator(kept, PAGE).get_page(request.GET.get("page")),
        "form": form,
        "choose": CompareForm(plan=plan, initial={"a": kept.first()}),
        "can_write": plan.frozen_at is None and can_plan(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/revisions.html", context, status=422 if form.errors else 200)


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def keep_revision(request, pk):
    """Keep the sheet as it stands, under a name."""
    lesson = lesson_to_plan(request, pk)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _page(request, lesson, form)
    plan = latest_plan(lesson, rows=False)
    say(
        request,
        lambda: workflow.keep_revision(plan, **form.cleaned_data, by=request.user),
        _("This version is kept."),
    )
    return redirect("cycles:revisions", pk)


@require_POST
@policy("revision", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def restore_revision(request, pk):
    """Go back to a version; how the plan stands now is kept as one, too."""
    revision = _revision_for(request, pk)
    say(
        request,
        lambda: workflow.restore_revision(revision, by=request.user),
        _("The plan is as it was then. How it stood until now is kept as a version."),
    )
    return redirect("cycles:revisions", revision.plan.lesson_id)


@require_POST
@policy("revision", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def put_step_back(request, pk):
    """Put back one step, named in ``step``, that was taken off after this version was kept."""
    revision = _revision_for(request, pk)
    step = posted_id(request.POST.get("step", "")) or 0
    say(request, lambda: workflow.put_step_back(revision, step, by=request.user))
    return redirect(anchor(revision.plan.lesson, f"step-{step}"))


def _revision_for(request, pk):
    """A version of a plan this person may write, or 404, or 403 for those who may only read."""
    lessons = ResearchLesson.objects.visible_to(request.user)
    kept = PlanRevision.objects.filter(plan__lesson__in=lessons)
    revision = get_object_or_404(kept.select_related("plan__lesson__cycle", "school"), pk=pk)
    require(can_plan(request.user, revision.plan.lesson.cycle))
    return revision


@require_safe
@policy("lesson", sees=SEES_PLAN)
def compare(request, pk):
    """Two versions beside each other."""
    lesson = lesson_for(request, pk)
    plan = latest_plan(lesson, rows=False)
    form = CompareForm(request.GET, plan=plan)
    if not form.is_valid():
        raise Http404("such a version does not exist")
    before, after = form.cleaned_data["a"], form.cleaned_data["b"]
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "before": before or _("As it is now"),
        "after": after or _("As it is now"),
        "told": between(sheet_of(plan, before), sheet_of(plan, after), codes=codes_of(plan)),
    }
    return TemplateResponse(request, "cycles/compare.html", context)


@require_safe
@policy("lesson", sees=SEES_PLAN)
def changes(request, pk):
    """What is not as it was taught in the lesson before, row by row, and why."""
    lesson = lesson_for(request, pk)
    plan = latest_plan(lesson, rows=False)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "told": since_taught(plan, codes=codes_of(plan)),
        "can_write": lesson.cycle.stage != Stage.CLOSED and can_plan(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/changes.html", context)


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def give_reasons(request, pk):
    """Say why steps are not as they were taught; all reasons of the page at once."""
    lesson = lesson_to_plan(request, pk)
    plan = latest_plan(lesson, rows=False)
    told, is_whole = reasons_of(plan, request.POST)
    if not is_whole:
        messages.error(request, _("A step is no longer there. Its reason is not kept."))
    say(
        request,
        lambda: workflow.give_reasons(plan, told, by=request.user),
        _("The reasons are kept."),
    )
    return redirect("cycles:changes", pk)


def reasons_of(plan, sent):
    """The reasons a form sent (``step_<id>``, ``taught_<id>``), and whether all those steps are there."""
    ids = {name: name.partition("_")[::2] for name in sent if name.startswith(("step_", "taught_"))}
    wanted = {posted_id(pk) for _kind, pk in ids.values()} - {None}
    steps = PlanStep.objects.filter(plan__lesson__cycle=plan.lesson.cycle_id).in_bulk(wanted)
    told = []
    for name, (kind, pk) in ids.items():
        step = steps.get(posted_id(pk))
        if step and (kind == "taught" or step.plan_id == plan.pk):
            told.append(workflow.Reason(sent[name].strip()[:500], **{kind: step}))
    return told, len(told) == len(ids)
