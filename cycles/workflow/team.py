"""A cycle begins, people join and leave it, and its lesson gets a time and a place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import Cycle, CycleRole, ObserverAssignment, ResearchLesson, Team
from cycles.selectors import latest_lesson
from cycles.stages import Stage
from cycles.workflow.lesson import add_lesson
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import SchoolClass, User
from schools.permissions import can_teach

Kind = CycleRole.Kind


@transaction.atomic
def start_cycle(
    school_class: SchoolClass,
    *,
    title: str,
    team_name: str,
    by: User,
    subject: str = "",
    theme: str = "",
    scheduled_at: datetime | None = None,
    minutes: int = 35,
) -> Cycle:
    """Open a cycle at *plan* with its first lesson and an empty plan; its founder coordinates it."""
    school = school_class.school
    require(can_teach(by, school))
    team, _created = Team.objects.get_or_create(school=school, name=team_name)
    cycle = Cycle.objects.create(
        school=school, team=team, school_class=school_class, title=title, subject=subject, theme=theme, by=by
    )
    CycleRole.objects.create(school=school, cycle=cycle, user=by, role=Kind.COORDINATOR)
    add_lesson(cycle, school_class=school_class, scheduled_at=scheduled_at, minutes=minutes)
    return cycle


@transaction.atomic
def give_role(cycle: Cycle, user: User, role: str, *, by: User) -> CycleRole:
    """Let a person take part; giving the same role twice changes nothing."""
    require(permissions.can_set_up(by, cycle))
    _refuse_closed(cycle)
    given, _created = CycleRole.objects.get_or_create(school=cycle.school, cycle=cycle, user=user, role=role)
    if role == Kind.MODEL_TEACHER:
        lesson = latest_lesson(cycle)
        if lesson.model_teacher_id is None:
            ResearchLesson.objects.filter(pk=lesson.pk).update(model_teacher=user)
    return given


@transaction.atomic
def take_role(given: CycleRole, *, by: User) -> None:
    """End a person's role. Somebody who leads must remain."""
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=given.cycle_id)
    require(permissions.can_set_up(by, cycle))
    _refuse_closed(cycle)
    leading = cycle.roles.filter(role__in=permissions.PLANS).exclude(pk=given.pk)
    if not leading.exists():
        raise NotAllowedNow(_("Somebody must lead the cycle. Give the role to another person first."))
    if given.role == Kind.MODEL_TEACHER:
        cycle.lessons.filter(model_teacher=given.user, started_at=None).update(model_teacher=None)
    given.delete()
    if not cycle.roles.filter(user=given.user).exists():
        ObserverAssignment.objects.filter(lesson__cycle=cycle, observer=given.user).delete()


@transaction.atomic
def schedule(
    lesson: ResearchLesson,
    *,
    by: User,
    scheduled_at: datetime | None,
    minutes: int,
    room: str,
    model_teacher: User | None,
) -> None:
    """Say when, where and how long the lesson is, and who teaches it (or nobody yet)."""
    require(permissions.can_set_up(by, lesson.cycle))
    if lesson.ended_at is not None:
        raise NotAllowedNow(_("This lesson has been taught already."))
    lesson.scheduled_at, lesson.minutes, lesson.room = scheduled_at, minutes, room
    lesson.model_teacher = model_teacher
    lesson.save(update_fields=["scheduled_at", "minutes", "room", "model_teacher"])
    if model_teacher is not None:
        give_role(lesson.cycle, model_teacher, Kind.MODEL_TEACHER, by=by)


def _refuse_closed(cycle: Cycle) -> None:
    if cycle.stage == Stage.CLOSED:
        raise NotAllowedNow(_("This cycle is closed."))
