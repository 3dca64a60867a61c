"""Who watches whom, and what each of them is told before the lesson."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.models import BriefingReading
from cycles.permissions import can_name_pupils, can_plan, can_take_part
from cycles.room import room_with
from cycles.views.plan import SEES_PLAN, lesson_for, lesson_to_plan
from cycles.views.rows import say
from cycles.watching import watching_of
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import CYCLE, PLANNER, policy
from lessonstudy.lib.posted import posted_id


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def observers(request, pk):
    """Tick who watches which table, and who follows which case pupil."""
    lesson = lesson_to_plan(request, pk)
    watching = watching_of(lesson)
    status = 200
    if request.method == "POST":
        at_tables = _chosen(request, "group", watching.tables)
        following = _chosen(request, "pupil", watching.pupils)
        try:
            workflow.assign_observers(lesson, at_tables, following, by=request.user)
            messages.success(request, _("Everybody can see whom to watch."))
            return redirect("cycles:observers", pk=pk)
        except NotAllowedNow as error:
            messages.error(request, str(error))
            status = 409
    room = room_with(lesson, [watched.table for watched in watching.tables])
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "watching": watching,
        "lines": room.lines() if room.has_tables else [],
        "case_pupils": {watched.pk for watched in watching.pupils},
        "load": [(person, watching.load[pk]) for pk, person in watching.people.items()],
        "named": can_name_pupils(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/observers.html", context, status=status)


def _chosen(request, kind, watched):
    """Person id → ids of what they were ticked at."""
    told = {}
    for one in watched:
        for person in request.POST.getlist(f"{kind}_{one.pk}"):
            told.setdefault(posted_id(person), []).append(one.pk)
    return told


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def share_out(request, pk):
    """Share tables and case pupils out evenly; it can be changed by hand afterwards."""
    lesson = lesson_to_plan(request, pk)
    say(
        request,
        lambda: workflow.share_out_observers(lesson, by=request.user),
        _("Shared out evenly. Change what does not suit you."),
    )
    return redirect("cycles:observers", pk)


@require_safe
@policy("lesson", sees=SEES_PLAN)
def briefing(request, pk):
    """Before the lesson, on a phone: whom I watch, where I stand, and the rules."""
    lesson = lesson_for(request, pk)
    watching = watching_of(lesson)
    takes_part = can_take_part(request.user, lesson.cycle)
    readers = BriefingReading.objects.filter(lesson=lesson).select_related("user").order_by("read_at")
    read_by = {reading.user_id for reading in readers}
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "mine": [one for one in (*watching.tables, *watching.pupils) if request.user in one.observers],
        "watching": watching,
        "case_pupils": {watched.pk for watched in watching.pupils},
        "named": can_name_pupils(request.user, lesson.cycle),
        "takes_part": takes_part,
        "teaches": lesson.model_teacher_id == request.user.pk,
        "has_read": request.user.pk in read_by,
        "unread": [person for pk, person in watching.people.items() if pk not in read_by],
        "readers": readers,
        "can_write": can_plan(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/briefing.html", context)


@require_POST
@policy("lesson", sees=SEES_PLAN, does=CYCLE, post_only=True)
def read_briefing(request, pk):
    """I have read it."""
    lesson = lesson_for(request, pk)
    workflow.read_briefing(lesson, by=request.user)
    return redirect("cycles:briefing", pk)
