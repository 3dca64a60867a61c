"""The capture page. Its HTML is the same for everybody; the browser fills it from the lesson's pack."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from cycles.models import Domain
from cycles.permissions import can_name_pupils
from lessonstudy.lib import offline
from lessonstudy.lib.policy import CYCLE, policy
from observations.selectors import WATCHING, is_at, session_of
from observations.views.lesson import lesson_for

SHELL = "observations/capture.html"


def shell(author=""):
    """What the page is drawn with. ``author``: who asked for it; nobody for the one that tablets keep."""
    return {"made_of": offline.addresses(), "author": author, "domains": Domain.choices}


@require_safe
@policy("lesson", sees=CYCLE)
@gzip_page  # nothing in it is secret, and nothing of it comes from outside
def observe(request, pk):
    """Where one writes down what one sees; the ground rules before it, the record after the lesson."""
    lesson = lesson_for(request, pk)
    if not is_at(lesson, WATCHING):
        return redirect("observations:record", lesson.pk)
    if session_of(lesson, request.user) is None:
        named = can_name_pupils(request.user, lesson.cycle)
        context = {"lesson": lesson, "cycle": lesson.cycle, "named": named}
        return TemplateResponse(request, "observations/accept_rules.html", context)
    return TemplateResponse(request, SHELL, shell(request.user.pk))


@require_safe
@login_not_required
@policy(public=True)
@gzip_page
def capture(request):
    """The same page for nobody in particular: what a tablet keeps, to open it without a network."""
    response = TemplateResponse(request, SHELL, shell())
    response["Cache-Control"] = "no-cache"
    return response
