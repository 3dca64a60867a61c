"""Observers know whom they watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from cycles import permissions
from cycles.models import GroupPlace, ObserverAssignment, ResearchLesson
from cycles.sharing import share_out
from cycles.watching import observers_of
from cycles.workflow.groups import refuse_after_observing
from lessonstudy.lib.permissions import require
from schools.models import User

Watching = Mapping[int, Iterable[int]]


@transaction.atomic
def assign_observers(
    lesson: ResearchLesson, watching: Watching, following: Watching | None = None, *, by: User
) -> None:
    """Say who watches which groups, and who follows which case pupils; others are taken off.

    ``watching``: person id → group ids; ``following``: person id → pupil ids.
    """
    require(permissions.can_plan(by, lesson.cycle))
    refuse_after_observing(lesson)
    people = set(lesson.cycle.roles.values_list("user", flat=True))
    groups = set(lesson.groups.values_list("pk", flat=True))
    pupils = set(lesson.cycle.case_pupils.filter(ended_at=None).values_list("student", flat=True))
    lesson.assignments.all().delete()
    chosen = [("group_id", watching, groups), ("student_id", following or {}, pupils)]
    ObserverAssignment.objects.bulk_create(
        ObserverAssignment(school=lesson.school, lesson=lesson, observer_id=person, **{field: target})
        for field, told, known in chosen
        for person, targets in told.items()
        for target in sorted(set(targets))
        if person in people and target in known
    )


def share_out_observers(lesson: ResearchLesson, *, by: User) -> None:
    """Share groups and case pupils out evenly among those who come to watch; what was said before goes."""
    people = [person.pk for person in observers_of(lesson)]
    groups = list(lesson.groups.values_list("pk", flat=True))
    pupils = lesson.cycle.case_pupils.filter(ended_at=None).values_list("student", flat=True)
    places = dict(GroupPlace.objects.filter(lesson=lesson).values_list("student", "group"))
    shares = share_out(people, groups, {pupil: places.get(pupil, 0) for pupil in pupils})
    assign_observers(lesson, shares.groups, shares.pupils, by=by)
