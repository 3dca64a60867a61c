"""The debrief: what was said, what was found, what will be done, and what comes next."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles.models import Cycle, ResearchLesson
from cycles.permissions import can_conclude, can_lead, can_name_pupils, can_take_part
from cycles.selectors import people_of
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import ADMINISTRATOR, CYCLE, PLANNER, PRINCIPAL, TEAM, policy
from observations.record import not_received
from observations.selectors import is_at
from reflections.forms import DecisionForm, FindingForm, PupilFilter, StatementForm
from reflections.models import Debrief, Decision
from reflections.permissions import finishable
from reflections.selectors import (
    decisions_of,
    findings_of,
    latest_report,
    offered_in,
    said_in,
    speaking_order,
)
from reflections.workflow import cycle as stages
from reflections.workflow import debrief as talk
from reflections.workflow import findings

SEES_CYCLE = CYCLE | {PRINCIPAL, ADMINISTRATOR}
OBSERVING = frozenset({Stage.OBSERVE})
REFLECTING = frozenset({Stage.REFLECT})


@require_safe
@policy("lesson", sees=CYCLE)
def debrief(request, pk):
    """The whole meeting on one page. With ``pupil``, only the evidence about that pupil is offered."""
    part = "evidence" if "pupil" in request.GET else ""
    return _page(request, lesson_to_discuss(request, pk), part=part)


@require_POST
@policy("lesson", sees=CYCLE, post_only=True)
def say(request, pk):
    """Write down what somebody said; with ``show``, first offer the evidence about another pupil."""
    lesson = lesson_to_discuss(request, pk, may=can_take_part)
    if "show" in request.POST:
        form = StatementForm(lesson=lesson, initial=request.POST.dict())
        return _page(request, lesson, part="statements", statement=form)
    form = StatementForm(request.POST, lesson=lesson)
    return _write(request, lesson, "statements", talk.say, statement=form)


@require_POST
@policy("lesson", sees=CYCLE, does=TEAM, post_only=True)
def find(request, pk):
    """Write down a finding."""
    lesson = lesson_to_discuss(request, pk, may=can_conclude)
    return _write(request, lesson, "findings", findings.find, finding=FindingForm(request.POST))


@require_POST
@policy("lesson", sees=CYCLE, does=TEAM, post_only=True)
def decide(request, pk):
    """Write down what the team will do."""
    lesson = lesson_to_discuss(request, pk, may=can_conclude)
    form = DecisionForm(request.POST, lesson=lesson)
    return _write(request, lesson, "decisions", talk.decide, decision=form)


@require_POST
@policy("decision", sees=CYCLE, does=TEAM, post_only=True)
def decision_done(request, pk):
    """Say that a decision was carried out: those who lead any, others their own."""
    decisions = Decision.objects.visible_to(request.user).select_related("cycle", "lesson")
    decision = get_object_or_404(decisions, pk=pk)
    talk.decision_done(decision, by=request.user)
    if request.htmx:
        return _page(request, lesson_to_discuss(request, decision.lesson_id), part="decisions")
    return redirect(_address(decision.lesson_id, "decisions"))


@require_POST
@policy("cycle", sees=SEES_CYCLE, does={PLANNER}, post_only=True)
def start_reflecting(request, pk):
    """End the lesson and open its debrief."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    try:
        opened = stages.start_reflecting(cycle, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect(cycle)
    messages.success(request, _("The lesson is over. The debrief is open."))
    return redirect(opened)


@require_POST
@policy("cycle", sees=SEES_CYCLE, does={PLANNER}, post_only=True)
def close(request, pk):
    """Close the cycle."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    try:
        stages.close_cycle(cycle, by=request.user)
        messages.success(request, _("The cycle is closed. Everything in it can still be read."))
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect(cycle)


def lesson_to_discuss(request, pk, *, may=None):
    """A lesson of one's own cycles, or 404; 403 for those who ``may`` not."""
    lessons = ResearchLesson.objects.joined_by(request.user)
    lesson = get_object_or_404(
        lessons.select_related("cycle__school", "school", "school_class", "model_teacher"), pk=pk
    )
    require(may is None or may(request.user, lesson.cycle))
    return lesson


def _write(request, lesson, part, verb, **forms):
    """Write down what a form says, or show it again with what is wrong."""
    [form] = forms.values()
    try:
        stages.require_debrief(lesson)
        if not form.is_valid():
            return _page(request, lesson, part=part, status=422, **forms)
        verb(lesson, **form.cleaned_data, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    if request.htmx:
        return _page(request, lesson, part=part)
    return redirect(_address(lesson.pk, part))


def _address(lesson_id, part):
    return f"{reverse('reflections:debrief', args=[lesson_id])}#{part}"


def _page(request, lesson, *, part="", status=200, **forms):
    """The page, or for htmx the one part of it that changed."""
    template = "reflections/debrief.html"
    if request.htmx and part:
        template = f"{template}#{part}"
    context = _meeting(request.user, lesson) | _forms(request, lesson, **forms)
    context |= _evidence(request, lesson, context["statement_form"], named=context["named"])
    context["not_received"] = not_received(lesson)
    response = TemplateResponse(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _meeting(user, lesson):
    """What was written down so far, and what this person may add to it."""
    cycle = lesson.cycle
    is_open = is_at(lesson, REFLECTING)
    concludes, leads = can_conclude(user, cycle), can_lead(user, cycle)
    decisions = list(decisions_of(cycle))
    return {
        "cycle": cycle,
        "lesson": lesson,
        "debrief": Debrief.objects.filter(lesson=lesson).first(),
        "order": speaking_order(people_of(cycle), lesson),
        "statements": said_in(lesson),
        "findings": findings_of(cycle),
        "decisions": decisions,
        "finishable": finishable(user, cycle, decisions),
        "report": latest_report(lesson),
        "named": can_name_pupils(user, cycle),
        "open": is_open,
        "may_start": leads and is_at(lesson, OBSERVING),
        "may_speak": is_open and can_take_part(user, cycle),
        "may_conclude": is_open and concludes,
        "may_compile": concludes and cycle.stage in {Stage.REFLECT, Stage.CLOSED},
        "may_lead": is_open and leads,
        "missing": stages.missing_to_close(cycle) if is_open and leads else [],
        "kinds": ResearchLesson.Kind.choices[1:],
    }


def _forms(request, lesson, *, statement=None, finding=None, decision=None):
    chosen = {"speaker": request.user, "observation": request.GET.get("observation")}
    return {
        "statement_form": statement or StatementForm(lesson=lesson, initial=chosen),
        "finding_form": finding or FindingForm(),
        "decision_form": decision or DecisionForm(lesson=lesson),
    }


def _evidence(request, lesson, form, *, named):
    """The evidence offered for a statement, about one pupil if one is chosen."""
    about = PupilFilter(request.GET or request.POST, lessons=[lesson], named=named)
    chosen = form.chosen
    return {
        "about": about,
        "chosen": chosen,
        "offered": offered_in(lesson, pupil=about.chosen.get("pupil"), chosen=chosen),
    }
