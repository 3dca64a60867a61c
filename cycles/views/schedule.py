"""When the lesson is and when the team meets; one's own dates, and their secret address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import calendars, workflow
from cycles.forms.schedule import MeetingForm, ScheduleForm
from cycles.models import CalendarAddress, Cycle, Meeting, ResearchLesson
from cycles.permissions import can_set_up
from cycles.selectors import latest_lesson
from cycles.stages import Stage
from cycles.timetable import LESSON, appointments_for, dates_of
from cycles.views.cycles import SEES_CYCLE
from cycles.views.rows import say
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import ADMINISTRATOR, EVERYBODY, PLANNER, policy
from lessonstudy.lib.posted import posted

SETS_UP = {PLANNER, ADMINISTRATOR}
SHOWN = 100  # of one's own dates to come


def cycle_for(request, pk):
    """The cycle whose page this person may open, or 404."""
    cycles = Cycle.objects.visible_to(request.user)
    return get_object_or_404(cycles.select_related("team", "school_class", "school"), pk=pk)


@policy("lesson", sees=SEES_CYCLE, does=SETS_UP)
def schedule(request, pk):
    """When and where the lesson is, who teaches it, and where observers stand."""
    lessons = ResearchLesson.objects.in_cycles(Cycle.objects.visible_to(request.user))
    lesson = get_object_or_404(lessons.select_related("cycle", "school"), pk=pk)
    require(can_set_up(request.user, lesson.cycle))
    form = ScheduleForm(posted(request), instance=lesson)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            workflow.schedule(lesson, by=request.user, **form.cleaned_data)
            messages.success(request, _("The lesson’s time and place are saved."))
            return redirect("cycles:meetings", lesson.cycle_id)
        except NotAllowedNow as error:
            messages.error(request, str(error))
            status = 409
    context = {"cycle": lesson.cycle, "lesson": lesson, "form": form}
    return TemplateResponse(request, "cycles/schedule.html", context, status=status)


@require_safe
@policy("cycle", sees=SEES_CYCLE)
def meetings(request, pk):
    """Every date of the cycle, and what stands in its way."""
    cycle = cycle_for(request, pk)
    context = {
        "cycle": cycle,
        "lesson": latest_lesson(cycle),
        "dates": dates_of(cycle, reader=request.user),
        "undated": cycle.lessons.filter(scheduled_at=None),
        "may_read_plan": Cycle.objects.plan_visible_to(request.user).filter(pk=pk).exists(),
        "can_write": cycle.stage != Stage.CLOSED and can_set_up(request.user, cycle),
        "LESSON": LESSON,
        "several": cycle.lessons.count() > 1,
    }
    return TemplateResponse(request, "cycles/meetings.html", context)


@policy("cycle", sees=SEES_CYCLE, does=SETS_UP)
def add_meeting(request, pk):
    """A new date of the team."""
    cycle = cycle_for(request, pk)
    require(can_set_up(request.user, cycle))
    return _edit(request, cycle, Meeting(school=cycle.school, cycle=cycle), is_new=True)


@policy("meeting", sees=SEES_CYCLE, does=SETS_UP)
def edit_meeting(request, pk):
    """Another time, or another place."""
    meeting = meeting_for(request, pk)
    require(can_set_up(request.user, meeting.cycle))
    return _edit(request, meeting.cycle, meeting, is_new=False)


def meeting_for(request, pk):
    meetings = Meeting.objects.visible_to(request.user)
    return get_object_or_404(meetings.select_related("cycle__team", "cycle__school_class", "school"), pk=pk)


def _edit(request, cycle, meeting, *, is_new):
    form = MeetingForm(posted(request), instance=meeting, cycle=cycle)
    status = 422 if form.errors else 200
    if form.is_valid():
        known = None if is_new else meeting
        try:
            workflow.put_meeting(cycle, meeting=known, by=request.user, **form.cleaned_data)
            return redirect("cycles:meetings", cycle.pk)
        except NotAllowedNow as error:
            messages.error(request, str(error))
            status = 409
    context = {"cycle": cycle, "meeting": meeting, "form": form, "is_new": is_new}
    return TemplateResponse(request, "cycles/edit_meeting.html", context, status=status)


@require_POST
@policy("meeting", sees=SEES_CYCLE, does=SETS_UP, post_only=True)
def remove_meeting(request, pk):
    """The team does not meet then."""
    meeting = meeting_for(request, pk)
    say(request, lambda: workflow.remove_meeting(meeting, by=request.user), _("The date is taken away."))
    return redirect("cycles:meetings", meeting.cycle_id)


@require_safe
@policy(sees=EVERYBODY)
def calendar(request):
    """What I am to be at, and the address by which my own calendar can read it."""
    address = CalendarAddress.objects.filter(user=request.user, is_open=True).first()
    found = appointments_for(request.user, since=timezone.localtime().replace(hour=0, minute=0))[:SHOWN]
    context = {
        "appointments": [(appointment, calendars.url_of(appointment)) for appointment in found],
        "address": address and _whole(request, address),
    }
    return TemplateResponse(request, "cycles/calendar.html", context)


def _whole(request, address):
    token = calendars.token_of(address)
    return request.build_absolute_uri(reverse("cycles:calendar_feed", args=[token]))


@require_POST
@policy(sees=EVERYBODY, post_only=True)
def calendar_address(request):
    """Open a secret address, replace it by a new one, or close it."""
    if request.POST.get("address") == "close":
        workflow.close_calendar_address(request.user)
        messages.success(request, _("The address is closed. Calendars that used it find nothing there."))
    else:
        workflow.renew_calendar_address(request.user)
        messages.success(request, _("This address is new. Earlier ones lead nowhere."))
    return redirect("cycles:calendar")


@login_not_required
@require_safe
@policy(public=True)
def calendar_feed(request, token):
    """The dates of whoever has this address; a closed or forged one finds nothing."""
    reader = calendars.reader_of(token)
    if reader is None:
        raise Http404("no such calendar")
    content = calendars.feed(reader, absolute=request.build_absolute_uri)
    headers = {"Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
