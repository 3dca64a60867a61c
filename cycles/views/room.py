"""The map of the room: who sits where, to change and to print."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import replace_url

from cycles import workflow
from cycles.permissions import can_name_pupils, can_plan
from cycles.room import room_of
from cycles.views.plan import SEES_PLAN, lesson_for, lesson_to_plan
from cycles.views.rows import say
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted_id


@require_safe
@policy("lesson", sees=SEES_PLAN)
def room(request, pk):
    """Where tables, board and doors are; ``picked`` is what is about to be put elsewhere."""
    return _page(request, lesson_for(request, pk), picked=request.GET.get("picked", ""))


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def put(request, pk):
    """Put the picked thing on a cell."""
    row, _dash, column = request.POST.get("cell", "").partition("-")
    return _change(
        request,
        lesson_to_plan(request, pk),
        lambda lesson, thing: workflow.put(
            lesson, thing, posted_id(row) or 0, posted_id(column) or 0, by=request.user
        ),
    )


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def take_away(request, pk):
    """Take the picked thing off the map."""
    return _change(
        request,
        lesson_to_plan(request, pk),
        lambda lesson, thing: workflow.take_away(lesson, thing, by=request.user),
    )


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def lay_out(request, pk):
    """Set up the room anew."""
    lesson = lesson_to_plan(request, pk)
    say(
        request,
        lambda: workflow.lay_out(lesson, by=request.user),
        _("Laid out. Change what does not suit you."),
    )
    return redirect("cycles:room", pk)


def _change(request, lesson, change):
    thing = room_of(lesson).find(request.POST.get("thing", ""))
    if thing is None:
        messages.error(request, _("That is no longer in the room. The map is shown as it is now."))
    else:
        say(request, lambda: change(lesson, thing.subject))
    if request.htmx:
        page = reverse("cycles:room", args=[lesson.pk])
        return replace_url(_page(request, lesson), page)
    return redirect("cycles:room", lesson.pk)


def _page(request, lesson, *, picked=""):
    """The page, or for htmx the map alone."""
    can_write = can_plan(request.user, lesson.cycle)
    seen = room_of(lesson)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "room": seen,
        "lines": seen.roomy_lines() if can_write else seen.lines(),
        "picked": seen.find(picked) if can_write else None,
        "oob": bool(request.htmx),
        "can_write": can_write,
        "named": can_name_pupils(request.user, lesson.cycle),
    }
    part = "#changed" if request.htmx and not request.htmx.boosted else ""
    return TemplateResponse(request, f"cycles/room.html{part}", context)
