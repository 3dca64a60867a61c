"""When the lesson is, and when the team meets around it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import BriefingReading, CalendarAddress, Cycle, CycleRole, Meeting, ResearchLesson
from cycles.workflow.rows import refuse_closed
from cycles.workflow.team import give_role
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User

Kind = Meeting.Kind
# A lesson with its first day brings these along: the briefing ends a quarter of an hour before it, when
# observers take their places; the debrief begins half an hour after it, in the same room, on the same day.
BRIEFING_BEFORE, BRIEFING_MINUTES = timedelta(minutes=45), 30
DEBRIEF_AFTER, DEBRIEF_MINUTES = timedelta(minutes=30), 60


@transaction.atomic
def schedule(
    lesson: ResearchLesson,
    *,
    by: User,
    scheduled_at: datetime | None,
    minutes: int,
    room: str,
    model_teacher: User | None,
    where_to_stand: str | None = None,
) -> None:
    """Say when, where and how long the lesson is, and who teaches it (or nobody yet).

    Briefing and debrief move along with it, or get their time with the lesson's first day.
    """
    require(permissions.can_set_up(by, lesson.cycle))
    before = ResearchLesson.objects.select_for_update(of=("self",)).get(pk=lesson.pk)
    if before.ended_at is not None:
        raise NotAllowedNow(_("This lesson has been taught already."))
    lesson.scheduled_at, lesson.minutes, lesson.room = scheduled_at, minutes, room
    lesson.model_teacher = model_teacher
    if where_to_stand is not None:
        lesson.where_to_stand = where_to_stand
    lesson.save(update_fields=["scheduled_at", "minutes", "room", "model_teacher", "where_to_stand"])
    if scheduled_at is not None:
        _move_along(lesson, before)
        meet_around(lesson, by=by)
    if model_teacher is not None:
        give_role(lesson.cycle, model_teacher, CycleRole.Kind.MODEL_TEACHER, by=by)


def meet_around(lesson: ResearchLesson, *, by: User) -> None:
    """Give a lesson's briefing and debrief their usual time if neither has one yet."""
    around = lesson.meetings.filter(kind__in=[Kind.BRIEFING, Kind.DEBRIEF])
    if lesson.scheduled_at is None or around.exists():
        return
    own: dict[str, Any] = {
        "school": lesson.school,
        "cycle": lesson.cycle,
        "lesson": lesson,
        "room": lesson.room,
    }
    ends = lesson.scheduled_at + timedelta(minutes=lesson.minutes)
    times = (
        (Kind.BRIEFING, lesson.scheduled_at - BRIEFING_BEFORE, BRIEFING_MINUTES),
        (Kind.DEBRIEF, ends + DEBRIEF_AFTER, DEBRIEF_MINUTES),
    )
    for kind, starts_at, minutes in times:
        Meeting.objects.create(**own, kind=kind, starts_at=starts_at, minutes=minutes, by=by)


def _move_along(lesson: ResearchLesson, before: ResearchLesson) -> None:
    if lesson.scheduled_at is None or before.scheduled_at is None:
        return
    by = lesson.scheduled_at - before.scheduled_at
    longer = timedelta(minutes=lesson.minutes - before.minutes)
    for kind, moved in ((Kind.BRIEFING, by), (Kind.DEBRIEF, by + longer)):
        if moved:
            lesson.meetings.filter(kind=kind).update(starts_at=F("starts_at") + moved)


@transaction.atomic
def put_meeting(cycle: Cycle, *, by: User, meeting: Meeting | None = None, **told: Any) -> Meeting:
    """Set a meeting's time, or change one. ``told``: kind, starts_at, minutes, room, note, lesson."""
    _require_open(cycle, by)
    meeting = meeting or Meeting(school=cycle.school, cycle=cycle, by=by)
    for name, value in told.items():
        setattr(meeting, name, value)
    meeting.save()
    return meeting


@transaction.atomic
def remove_meeting(meeting: Meeting, *, by: User) -> None:
    """The team does not meet then."""
    _require_open(meeting.cycle, by)
    meeting.delete()


def _require_open(cycle: Cycle, by: User) -> None:
    require(permissions.can_set_up(by, cycle))
    refuse_closed(cycle)


def read_briefing(lesson: ResearchLesson, *, by: User) -> None:
    """Say that one has read who watches whom, where to stand, and the rules; once."""
    require(permissions.can_take_part(by, lesson.cycle))
    BriefingReading.objects.get_or_create(lesson=lesson, user=by, defaults={"school": lesson.school})


@transaction.atomic
def renew_calendar_address(user: User) -> CalendarAddress:
    """A new secret address for one's own calendar; an earlier one no longer leads anywhere."""
    address, is_new = CalendarAddress.objects.get_or_create(user=user)
    if not is_new:
        CalendarAddress.objects.filter(pk=address.pk).update(serial=F("serial") + 1, is_open=True)
        address.refresh_from_db()
    return address


def close_calendar_address(user: User) -> None:
    """No address leads to one's calendar any more."""
    CalendarAddress.objects.filter(user=user).update(is_open=False, serial=F("serial") + 1)
