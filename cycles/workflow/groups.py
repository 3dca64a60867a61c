"""Pupils sit in groups."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import GroupPlace, ResearchLesson, StudentGroup
from cycles.selectors import pupils_of
from cycles.stages import Stage
from cycles.workflow.same_room import start_from_last_map
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User


@transaction.atomic
def place_pupils(lesson: ResearchLesson, places: Mapping[int, int], *, count: int, by: User) -> None:
    """Seat pupils in ``count`` groups. ``places``: pupil id → group number from 1; who is absent has none.

    Groups keep their names and tables, pupils their roles; a group that is no longer needed goes, with its
    observers' assignments. A lesson without a map starts from the one the class last had in this room.
    """
    require(permissions.can_plan(by, lesson.cycle))
    refuse_after_observing(lesson)
    groups = _groups(lesson, count)
    pupils = {pupil.pk for pupil in pupils_of(lesson)}
    roles = dict(GroupPlace.objects.filter(lesson=lesson).values_list("student", "role"))
    GroupPlace.objects.filter(lesson=lesson).delete()
    GroupPlace.objects.bulk_create(
        GroupPlace(
            school=lesson.school,
            lesson=lesson,
            student_id=pupil,
            group=groups[number - 1],
            role=roles.get(pupil, ""),
        )
        for pupil, number in places.items()
        if pupil in pupils and 1 <= number <= count
    )
    start_from_last_map(lesson)


def refuse_after_observing(lesson: ResearchLesson) -> None:
    """Raise NotAllowedNow once the lesson has been taught.

    Until the transaction ends nobody else says who sits or watches where: of two who share out at once the
    second begins where the first ended.
    """
    lessons = ResearchLesson.objects.select_for_update(of=("self",), no_key=True)
    _refuse_taught(lessons.select_related("cycle").get(pk=lesson.pk))


def refuse_taught(lesson: ResearchLesson) -> None:
    """The same without holding the lesson, before work that takes a while; keeping it asks again."""
    _refuse_taught(ResearchLesson.objects.select_related("cycle").get(pk=lesson.pk))


def _refuse_taught(now: ResearchLesson) -> None:
    if now.ended_at is not None or now.cycle.stage not in {Stage.PLAN, Stage.OBSERVE}:
        raise NotAllowedNow(_("This lesson has been taught already; its groups stay as they were."))


def _groups(lesson: ResearchLesson, count: int) -> list[StudentGroup]:
    groups = list(lesson.groups.all())
    if len(groups) > count and lesson.cycle.stage == Stage.OBSERVE:
        raise NotAllowedNow(
            _("Somebody may be watching these groups already: keep at least %(number)d of them.")
            % {"number": len(groups)}
        )
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
