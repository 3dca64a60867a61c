"""Watching a lesson: the capture page, interviews."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import cycles.workflow
from cycles.models import Cycle, ResearchLesson
from cycles.permissions import can_name_pupils
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import ADMINISTRATOR, CYCLE, OBSERVER, PLANNER, PRINCIPAL, policy
from lessonstudy.lib.posted import posted_id
from observations import workflow
from observations.forms import EventForm, InterviewForm, NoteForm
from observations.models import Observation
from observations.selectors import (
    ASKING,
    WATCHING,
    Seat,
    codes_for,
    elapsed,
    interviews_of,
    is_at,
    last_written,
    my_events,
    seating,
    session_of,
    steps_of,
)


def lesson_for(request, pk):
    """The lesson whose raw record this person may read, or 404."""
    lessons = ResearchLesson.objects.joined_by(request.user)
    return get_object_or_404(lessons.select_related("cycle__team", "school", "school_class"), pk=pk)


def _page(request, lesson, **context):
    """What every page of a lesson shows of it."""
    named = can_name_pupils(request.user, lesson.cycle)
    return {"lesson": lesson, "cycle": lesson.cycle, "named": named, **context}


@require_safe
@policy("lesson", sees=CYCLE)
def observe(request, pk):
    """Where one writes down what one sees; the ground rules before it, the record after the lesson."""
    lesson = lesson_for(request, pk)
    if not is_at(lesson, WATCHING):
        return redirect("observations:record", lesson.pk)
    if session_of(lesson, request.user) is None:
        return TemplateResponse(request, "observations/accept_rules.html", _page(request, lesson))
    return _capture(request, lesson)


def _capture(request, lesson, *, refused=None, status=200):
    """The capture page; with the form that was ``refused``, whatever was typed still in it."""
    page = _page(request, lesson)
    chosen = {name: request.GET.get(name) for name in ("student", "step")}
    event, note = (
        refused if isinstance(refused, form) else form(initial=chosen, lesson=lesson, named=page["named"])
        for form in (EventForm, NoteForm)
    )
    page |= {
        "event": event,
        "note": note,
        "chosen": posted_id(str(event["student"].value())),
        "at_step": posted_id(str(event["step"].value())),
        "elapsed": elapsed(lesson, timezone.now()),
        "seating": seating(lesson, request.user),
        "steps": steps_of(lesson),
        "codes": list(codes_for(lesson.school)),
        "mine": last_written(lesson, request.user),
    }
    return TemplateResponse(request, "observations/observe.html", page, status=status)


@policy("lesson", sees=CYCLE, post_only=True)
@require_POST
def accept_rules(request, pk):
    """Open the capture page for oneself."""
    lesson = lesson_for(request, pk)
    try:
        workflow.open_session(lesson, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect("observations:observe", lesson.pk)


@policy("lesson", sees=CYCLE, post_only=True)
@require_POST
def start_lesson(request, pk):
    """Start the clock that all observers share."""
    lesson = lesson_for(request, pk)
    try:
        cycles.workflow.start_lesson(lesson, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect("observations:observe", lesson.pk)


@policy("lesson", sees=CYCLE, post_only=True)
@require_POST
def write_down(request, pk):
    """Store an event or a note; what is refused comes back with everything that was typed."""
    lesson = lesson_for(request, pk)
    named = can_name_pupils(request.user, lesson.cycle)
    form = (EventForm if "code" in request.POST else NoteForm)(request.POST, lesson=lesson, named=named)
    if not form.is_valid():
        return _refused(request, lesson, form, status=422)
    try:
        written = workflow.write_down(lesson, by=request.user, **form.entry)
    except (workflow.AlreadyUsed, NotAllowedNow) as error:
        form.refuse(str(error))
        return _refused(request, lesson, form, status=409)
    if request.htmx:
        return _written(request, lesson, written)
    chosen = urlencode({"student": written.student_id or "", "step": written.step_id or ""})
    return redirect(f"{reverse('observations:observe', args=[lesson.pk])}?{chosen}")


def _refused(request, lesson, form, *, status):
    if isinstance(form, EventForm):
        for problems in form.errors.values():
            messages.error(request, " ".join(problems))
    if not request.htmx:
        return _capture(request, lesson, refused=form, status=status)
    page = _page(request, lesson, note=form, oob=True)
    partial = "#refused" if isinstance(form, EventForm) else "#note"
    return TemplateResponse(request, f"observations/observe.html{partial}", page, status=status)


def _written(request, lesson, touched):
    """What changes on the capture page when one of my observations does."""
    page = _page(request, lesson, mine=last_written(lesson, request.user), oob=True)
    if touched.student and touched.kind == Observation.Kind.EVENT:
        page["seat"] = Seat(touched.student, my_events(lesson, request.user).get(touched.student_id, 0))
    if touched.kind == Observation.Kind.NOTE and touched.voided_at is None:
        again = {"student": touched.student_id, "step": touched.step_id}
        page["note"] = NoteForm(initial=again, lesson=lesson, named=page["named"])
    return TemplateResponse(request, "observations/observe.html#written", page)


@policy("observation", sees=CYCLE, does={OBSERVER}, post_only=True)
@require_POST
def take_back(request, pk):
    """Strike out one's own observation."""
    found = Observation.objects.visible_to(request.user).select_related(
        "lesson__cycle", "lesson__school", "student"
    )
    observation = get_object_or_404(found, pk=pk)
    try:
        workflow.take_back(observation, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back."))
    if request.htmx:
        return _written(request, observation.lesson, observation)
    return redirect(_back(request) or reverse("observations:observe", args=[observation.lesson_id]))


def _back(request):
    """The page of this site that the form names, to return to."""
    page = request.POST.get("next", "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()) else ""


@policy("lesson", sees=CYCLE)
def interview(request, pk):
    """Ask a pupil the four questions, and read what others answered."""
    lesson = lesson_for(request, pk)
    page = _page(request, lesson)
    form = InterviewForm(request.POST or None, lesson=lesson, named=page["named"])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                workflow.interview(lesson, by=request.user, **form.cleaned_data)
                messages.success(request, _("Kept, word for word."))
                return redirect("observations:interview", lesson.pk)
            except NotAllowedNow as error:
                form.add_error(None, str(error))
                status = 409
    page |= {
        "form": form,
        "interviews": interviews_of(lesson, request.user),
        "is_open": is_at(lesson, ASKING),
    }
    return TemplateResponse(request, "observations/interview.html", page, status=status)


@policy("cycle", sees=CYCLE | {PRINCIPAL, ADMINISTRATOR}, does={PLANNER}, post_only=True)
@require_POST
def return_to_plan(request, pk):
    """Put the lesson off: its plan can be written again."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    try:
        workflow.return_to_plan(cycle, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect(cycle)
