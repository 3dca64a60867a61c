"""Pupils sit in groups, and observers know whom they watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import GroupPlace, ObserverAssignment, ResearchLesson, StudentGroup
from cycles.selectors import pupils_of
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User


@transaction.atomic
def place_pupils(lesson: ResearchLesson, places: Mapping[int, int], *, count: int, by: User) -> None:
    """Seat pupils in ``count`` groups. ``places``: pupil id → group number from 1; who is absent has none.

    Groups keep their names; a group that is no longer needed goes, with its observers' assignments.
    """
    require(permissions.can_plan(by, lesson.cycle))
    _refuse_after_observing(lesson)
    groups = _groups(lesson, count)
    pupils = {pupil.pk for pupil in pupils_of(lesson)}
    GroupPlace.objects.filter(lesson=lesson).delete()
    GroupPlace.objects.bulk_create(
        GroupPlace(school=lesson.school, lesson=lesson, student_id=pupil, group=groups[number - 1])
        for pupil, number in places.items()
        if pupil in pupils and 1 <= number <= count
    )


def _refuse_after_observing(lesson: ResearchLesson) -> None:
    if lesson.ended_at is not None or lesson.cycle.stage not in {Stage.PLAN, Stage.OBSERVE}:
        raise NotAllowedNow(_("This lesson has been taught already; its groups stay as they were."))


def _groups(lesson: ResearchLesson, count: int) -> list[StudentGroup]:
    groups = list(lesson.groups.all())
    for surplus in groups[count:]:
        surplus.delete()
    taken = {group.name for group in groups}
    for number in range(len(groups) + 1, count + 1):
        name = next(
            name
            for n in range(number, number + count + 1)
            if (name := _("Group %(number)d") % {"number": n}) not in taken
        )
        taken.add(name)
        groups.append(
            StudentGroup.objects.create(school=lesson.school, lesson=lesson, order=number, name=name)
        )
    return groups[:count]


@transaction.atomic
def assign_observers(lesson: ResearchLesson, watching: Mapping[int, Iterable[int]], *, by: User) -> None:
    """Say who watches which groups. ``watching``: person id → group ids; others are taken off."""
    require(permissions.can_plan(by, lesson.cycle))
    _refuse_after_observing(lesson)
    people = set(lesson.cycle.roles.values_list("user", flat=True))
    groups = set(lesson.groups.values_list("pk", flat=True))
    lesson.assignments.all().delete()
    ObserverAssignment.objects.bulk_create(
        ObserverAssignment(school=lesson.school, lesson=lesson, observer_id=person, group_id=group)
        for person, chosen in watching.items()
        for group in sorted(set(chosen))
        if person in people and group in groups
    )
