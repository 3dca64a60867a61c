"""People join a cycle and leave it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import Cycle, CycleRole, ObserverAssignment, ResearchLesson
from cycles.selectors import latest_lesson
from cycles.workflow.rows import refuse_closed
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User

Kind = CycleRole.Kind


@transaction.atomic
def give_role(cycle: Cycle, user: User, role: str, *, by: User) -> CycleRole:
    """Let a person take part; giving the same role twice changes nothing."""
    require(permissions.can_set_up(by, cycle))
    refuse_closed(cycle)
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
    refuse_closed(cycle)
    leading = cycle.roles.filter(role__in=permissions.PLANS).exclude(pk=given.pk)
    if not leading.exists():
        raise NotAllowedNow(_("Somebody must lead the cycle. Give the role to another person first."))
    if given.role == Kind.MODEL_TEACHER:
        cycle.lessons.filter(model_teacher=given.user, started_at=None).update(model_teacher=None)
    given.delete()
    if not cycle.roles.filter(user=given.user).exists():
        ObserverAssignment.objects.filter(lesson__cycle=cycle, observer=given.user).delete()
