"""Pupils of a group see to different things, and take turns."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from cycles import permissions
from cycles.models import GroupPlace, GroupRole, ResearchLesson
from cycles.sharing import rotate
from cycles.workflow.groups import refuse_after_observing
from lessonstudy.lib.permissions import require
from schools.models import User


@transaction.atomic
def assign_roles(lesson: ResearchLesson, roles: Mapping[int, str], *, by: User) -> None:
    """Say what pupils see to in their groups. ``roles``: pupil id → a GroupRole, or "" for none."""
    require(permissions.can_plan(by, lesson.cycle))
    refuse_after_observing(lesson)
    places = list(GroupPlace.objects.filter(lesson=lesson))
    for place in places:
        role = roles.get(place.student_id, place.role)
        place.role = role if role in GroupRole.values else ""
    GroupPlace.objects.bulk_update(places, ["role"])


@transaction.atomic
def share_out_roles(lesson: ResearchLesson, *, by: User) -> None:
    """Give each pupil a role; who had one in the class's last lesson gets the next."""
    require(permissions.can_plan(by, lesson.cycle))
    refuse_after_observing(lesson)
    groups: dict[int, list[int]] = {}
    for group, pupil in GroupPlace.objects.filter(lesson=lesson).values_list("group", "student"):
        groups.setdefault(group, []).append(pupil)
    before = _last_roles(lesson)
    shared = {pupil: "" for members in groups.values() for pupil in members}
    for members in groups.values():
        shared |= rotate(members, before, GroupRole.values)
    assign_roles(lesson, shared, by=by)


def _last_roles(lesson: ResearchLesson) -> dict[int, str]:
    had = GroupPlace.objects.filter(lesson__school_class=lesson.school_class_id, lesson__lt=lesson.pk)
    last = had.exclude(role="").order_by("-lesson").values_list("lesson", flat=True).first()
    return dict(had.exclude(role="").filter(lesson=last).values_list("student", "role"))
