"""Cycles: the list, a new one, its people, and its stage."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.forms.cycles import CycleForm, FilterForm, RoleForm
from cycles.models import Cycle, CycleRole, ResearchLesson
from cycles.permissions import can_set_up, can_start
from cycles.selectors import can_open, listed_cycles, people_of
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import (
    ADMINISTRATOR,
    COLLEAGUE,
    CYCLE,
    EVERYBODY,
    PLANNER,
    PRINCIPAL,
    TEAM,
    policy,
)
from lessonstudy.lib.posted import posted

SEES_CYCLE = CYCLE | {PRINCIPAL, ADMINISTRATOR}
PAGE = 30


@require_safe
@policy(sees=EVERYBODY)
def list_(request):
    """The school's cycles and one's own, by stage; only those one may open are links."""
    narrowed = FilterForm(request.GET)
    wanted = narrowed.cleaned_data if narrowed.is_valid() else {}
    cycles = listed_cycles(request.user)
    if stage := wanted.get("stage"):
        cycles = cycles.filter(stage=stage)
    if words := wanted.get("q"):
        cycles = cycles.filter(Q(title__icontains=words) | Q(theme__icontains=words))
    page = Paginator(cycles, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "open": can_open(request.user, page.object_list),
        "narrowed": narrowed,
        "can_start": can_start(request.user),
    }
    return TemplateResponse(request, "cycles/list.html", context)


@policy(sees=EVERYBODY, does=TEAM | {COLLEAGUE, PRINCIPAL})
def new(request):
    """Start a cycle in one of one's classes."""
    require(can_start(request.user))
    form = CycleForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        cycle = workflow.start_cycle(**form.cleaned_data, by=request.user)
        messages.success(request, _("The cycle has begun. Write the plan with your team."))
        return redirect(cycle)
    return TemplateResponse(request, "cycles/new.html", {"form": form}, status=422 if form.errors else 200)


@policy("cycle", sees=SEES_CYCLE, does={PLANNER, ADMINISTRATOR})
def people(request, pk):
    """Who takes part, and as what."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    require(can_set_up(request.user, cycle))
    form = RoleForm(posted(request), cycle=cycle)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.give_role(cycle, form.cleaned_data["user"], form.cleaned_data["role"], by=request.user)
        except NotAllowedNow as error:
            messages.error(request, str(error))
        return redirect("cycles:people", pk=pk)
    context = {"cycle": cycle, "people": people_of(cycle), "form": form}
    return TemplateResponse(request, "cycles/people.html", context, status=422 if form.errors else 200)


@require_POST
@policy("role", sees=SEES_CYCLE, does={PLANNER, ADMINISTRATOR}, post_only=True)
def take_role(request, pk):
    """End a person's role."""
    given = get_object_or_404(CycleRole, pk=pk, cycle__in=Cycle.objects.visible_to(request.user))
    try:
        workflow.take_role(given, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect("cycles:people", pk=given.cycle_id)


@require_POST
@policy("cycle", sees=SEES_CYCLE, does={PLANNER}, post_only=True)
def start_observing(request, pk):
    """Freeze the plan and open the lesson for observation."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    try:
        workflow.start_observing(cycle, by=request.user)
        messages.success(request, _("The plan is frozen. Observers can begin."))
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect(cycle)


@require_POST
@policy("cycle", sees=SEES_CYCLE, does={PLANNER}, post_only=True)
def plan_next_lesson(request, pk):
    """Open the next lesson, taught again or parallel, from the plan that was taught."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    kind = request.POST.get("kind", "")
    if kind not in ResearchLesson.Kind.values:
        kind = ResearchLesson.Kind.NEXT
    try:
        lesson = workflow.plan_next_lesson(cycle, kind=kind, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect(cycle)
    messages.success(request, _("The next lesson starts from the plan you taught."))
    return redirect(lesson)
