"""Around the capture page: the ground rules, the lesson's start, taking back, putting the lesson off."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

import cycles.workflow
from cycles.models import Cycle, ResearchLesson
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import ADMINISTRATOR, CYCLE, OBSERVER, PLANNER, PRINCIPAL, policy
from observations import workflow
from observations.models import Observation


def lesson_for(request, pk):
    """The lesson whose raw record this person may read, or 404."""
    lessons = ResearchLesson.objects.joined_by(request.user)
    return get_object_or_404(lessons.select_related("cycle__team", "school", "school_class"), pk=pk)


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
    """Start the clock that all observers share. A tablet without a network says how long ``ago``."""
    lesson = lesson_for(request, pk)
    ago = request.POST.get("ago", "")
    seconds = int(ago) if ago.isascii() and ago.isdecimal() and len(ago) < 6 else 0
    try:
        cycles.workflow.start_lesson(lesson, by=request.user, ago=timedelta(seconds=seconds))
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect("observations:observe", lesson.pk)


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
    return redirect(_back(request) or reverse("observations:record", args=[observation.lesson_id]))


def _back(request):
    """The page of this site that the form names, to return to."""
    page = request.POST.get("next", "")
    return page if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()) else ""


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
