"""Watching a lesson. Nothing written down is ever overwritten: taking back only strikes it out."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from cycles.models import ResearchLesson
from lessonstudy.lib.permissions import require
from observations import permissions
from observations.models import Observation, ObservationSession, Watch
from observations.selectors import ASKING, WATCHING
from observations.workflow.holding import hold
from schools.models import User


@transaction.atomic
def open_session(lesson: ResearchLesson, *, by: User) -> ObservationSession:
    """Begin to watch, the ground rules accepted. Doing it again changes nothing.

    The groups and pupils the observer was given count as watched from now on, until the tablet says
    otherwise. Who was given nobody watches nobody until they choose: unwatched is missing, not zero.
    """
    require(permissions.can_observe(by, lesson))
    hold(lesson, WATCHING)
    now = timezone.now()
    session, opened = ObservationSession.objects.get_or_create(
        lesson=lesson, observer=by, defaults={"school_id": lesson.school_id, "rules_accepted_at": now}
    )
    if opened:
        Watch.objects.bulk_create(
            Watch(school_id=lesson.school_id, session=session, from_at=now, **whom)
            for whom in _given(lesson, by)
        )
    return session


def _given(lesson: ResearchLesson, observer: User) -> Iterator[dict[str, int]]:
    """The groups and pupils this observer was given. A pupil who sits in one of the groups comes with it."""
    groups = set(lesson.groups.filter(assignments__observer=observer).values_list("pk", flat=True))
    given = lesson.assignments.filter(observer=observer, student__isnull=False)
    pupils = given.exclude(student__places__group__in=groups).order_by("pk").values_list("student", flat=True)
    yield from ({"group_id": group} for group in sorted(groups))
    yield from ({"student_id": pupil} for pupil in pupils)


def end_watches(lesson: ResearchLesson) -> None:
    """The lesson is over: nobody watches any longer. Part of the verb that ends it."""
    Watch.objects.standing().filter(session__lesson=lesson, to_at=None).update(to_at=timezone.now())


@transaction.atomic
def take_back(observation: Observation, *, by: User) -> None:
    """Strike out one's own observation; it counts nowhere from now on. A second time changes nothing."""
    require(permissions.can_take_back(by, observation))
    hold(observation.lesson, ASKING)
    Observation.objects.filter(pk=observation.pk, voided_at=None).update(voided_at=timezone.now())
