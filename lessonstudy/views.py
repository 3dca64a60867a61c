"""Pages that belong to no single app: home, a cycle's own page, and the way from a stage to its page."""

from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.csrf import csrf_failure as page_of_a_stale_token
from django.views.decorators.http import require_safe

from cycles.models import Cycle, ResearchLesson
from cycles.permissions import can_lead, can_name_pupils, can_set_up, can_start
from cycles.selectors import latest_lesson, people_of, tables_of
from cycles.stages import Stage
from lessonstudy import home as selectors
from lessonstudy.lib.policy import ADMINISTRATOR, CYCLE, EVERYBODY, PRINCIPAL, policy
from lessonstudy.lib.programs import stale_token
from observations.models import ObservationSession
from reflections.models import Debrief, Report


@require_safe
@policy(sees=EVERYBODY)
def home(request):
    """What is mine to do next."""
    context = {
        "next_things": selectors.next_things(request.user),
        "decisions": selectors.open_decisions(request.user),
        "reports": selectors.newest_reports(request.user),
        "can_start": can_start(request.user),
    }
    return TemplateResponse(request, "lessonstudy/home.html", context)


@require_safe
@policy("cycle", sees=CYCLE | {PRINCIPAL, ADMINISTRATOR})
def cycle(request, pk):
    """Where the cycle stands, who takes part, and what comes next."""
    found = get_object_or_404(
        Cycle.objects.visible_to(request.user).select_related("team", "school", "school_class"), pk=pk
    )
    lesson = latest_lesson(found)
    joined = Cycle.objects.joined_by(request.user).filter(pk=pk).exists()
    context = {
        "cycle": found,
        "lesson": lesson,
        "lessons": ResearchLesson.objects.filter(cycle=found).select_related("model_teacher", "school_class"),
        "people": people_of(found),
        "tables": tables_of(lesson),
        "reports": Report.objects.visible_to(request.user)
        .filter(lesson__cycle=found)
        .select_related("lesson__cycle")
        .defer("snapshot"),
        "joined": joined,
        "may_read_plan": Cycle.objects.plan_visible_to(request.user).filter(pk=pk).exists(),
        "may_lead": can_lead(request.user, found),
        "may_set_up": can_set_up(request.user, found),
        "named": can_name_pupils(request.user, found),
        "at": {stage.value: stage == found.stage for stage in Stage},
        "kinds": ResearchLesson.Kind.choices[1:],
        "observing": ObservationSession.objects.filter(lesson=lesson).count(),
    }
    return TemplateResponse(request, "lessonstudy/cycle.html", context)


@require_safe
@policy("cycle", sees=CYCLE | {PRINCIPAL, ADMINISTRATOR})
def cycle_stage(request, pk, stage):
    """From a stage on the bar to its page, as far as this person may go; else to the cycle's page."""
    found = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    lesson = latest_lesson(found)
    if stage == Stage.PLAN and ResearchLesson.objects.visible_to(request.user).filter(pk=lesson.pk).exists():
        return redirect("cycles:plan", pk=lesson.pk)
    if ResearchLesson.objects.joined_by(request.user).filter(pk=lesson.pk).exists():
        if stage == Stage.OBSERVE and found.stage == Stage.OBSERVE:
            return redirect("observations:observe", pk=lesson.pk)
        if stage == Stage.OBSERVE and found.stage in {Stage.REFLECT, Stage.CLOSED}:
            return redirect("observations:record", pk=lesson.pk)
        if stage == Stage.REFLECT and Debrief.objects.filter(lesson=lesson).exists():
            return redirect("reflections:debrief", pk=lesson.pk)
    return redirect(found)


def csrf_failure(request, reason=""):
    """A form or a record under the token of an earlier sign-in: a page for people, JSON for programs."""
    declared = getattr(request.resolver_match.func, "policy", None) if request.resolver_match else None
    if declared is not None and declared.as_json:
        return stale_token()
    return page_of_a_stale_token(request, reason=reason)
