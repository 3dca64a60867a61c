"""Choosing between two texts that came under one id."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles.models import ResearchLesson
from cycles.permissions import can_name_pupils
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import CYCLE, OBSERVER, policy
from observations import workflow
from observations.clashes import open_clashes
from observations.models import Clash


@require_safe
@policy("lesson", sees=CYCLE)
def clashes(request, pk):
    """Both texts of each, side by side."""
    lessons = ResearchLesson.objects.joined_by(request.user).select_related("cycle__team", "school")
    lesson = get_object_or_404(lessons, pk=pk)
    page = {
        "lesson": lesson,
        "cycle": lesson.cycle,
        "named": can_name_pupils(request.user, lesson.cycle),
        "pairs": open_clashes(lesson, request.user),
    }
    return TemplateResponse(request, "observations/clashes.html", page)


@policy("clash", sees={OBSERVER}, post_only=True)
@require_POST
def settle(request, pk):
    """Keep the first, the second, or both."""
    clash = get_object_or_404(Clash.objects.visible_to(request.user).select_related("lesson__cycle"), pk=pk)
    outcome = request.POST.get("outcome", "")
    if outcome not in Clash.Outcome.values:
        messages.error(request, _("Choose which one stays, or keep both."))
    else:
        try:
            workflow.settle(clash, outcome, by=request.user)
            messages.success(request, _("Kept as you chose."))
        except NotAllowedNow as error:
            messages.error(request, str(error))
    return redirect("observations:clashes", clash.lesson_id)
