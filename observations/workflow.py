"""The verbs of watching a lesson. Nothing written down is ever overwritten: taking back only strikes it out.

Verbs ask the permission themselves and raise PermissionDenied for the wrong person, NotAllowedNow for the
wrong moment. Each holds its cycle still while it writes, so that nothing can arrive in a lesson that has
just ended, nor a lesson be put off under an observer's hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import cycles.workflow
from cycles.models import Cycle, PlanStep, ResearchLesson
from cycles.permissions import can_lead
from cycles.selectors import latest_lesson, pupils_of
from cycles.stages import Stage
from cycles.workflow import wrong_stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from observations import permissions
from observations.models import EventCode, Interview, Observation, ObservationSession, Watch
from observations.selectors import ASKING, WATCHING, elapsed
from schools.models import Student, User

# What makes two submissions of one form the same.
CONTENT = (
    "lesson_id",
    "observer_id",
    "kind",
    "student_id",
    "code_id",
    "step_id",
    "fact",
    "interpretation",
    "flagged",
)


class AlreadyUsed(Exception):
    """Something else is stored under this id. It stays; the message is for the person who asked."""


@transaction.atomic
def open_session(lesson: ResearchLesson, *, by: User) -> ObservationSession:
    """Begin to watch, the ground rules accepted. Doing it again changes nothing.

    Whom the observer watches is kept from now on: the groups assigned to them, else every group, else
    every pupil.
    """
    require(permissions.can_observe(by, lesson))
    _hold(lesson, WATCHING)
    now = timezone.now()
    session, opened = ObservationSession.objects.get_or_create(
        lesson=lesson, observer=by, defaults={"school_id": lesson.school_id, "rules_accepted_at": now}
    )
    if opened:
        Watch.objects.bulk_create(
            Watch(school_id=lesson.school_id, session=session, from_at=now, **whom)
            for whom in _to_watch(lesson, by)
        )
    return session


def _to_watch(lesson: ResearchLesson, observer: User) -> Iterator[dict[str, int]]:
    """The groups and pupils this observer was given; without any, every group, or the whole class.

    A pupil who sits in one of the groups is watched with it.
    """
    groups = set(lesson.groups.filter(assignments__observer=observer).values_list("pk", flat=True))
    given = lesson.assignments.filter(observer=observer, student__isnull=False)
    pupils = given.exclude(student__places__group__in=groups).order_by("pk").values_list("student", flat=True)
    if groups or pupils:
        yield from ({"group_id": group} for group in sorted(groups))
        yield from ({"student_id": pupil} for pupil in pupils)
    elif every := lesson.groups.all():
        yield from ({"group_id": group.pk} for group in every)
    else:
        yield from ({"student_id": pupil.pk} for pupil in pupils_of(lesson))


def end_watches(lesson: ResearchLesson) -> None:
    """The lesson is over: nobody watches any longer. Part of the verb that ends it."""
    Watch.objects.standing().filter(session__lesson=lesson, to_at=None).update(to_at=timezone.now())


@transaction.atomic
def write_down(
    lesson: ResearchLesson,
    *,
    by: User,
    id: UUID,
    kind: str,
    student: Student | None = None,
    code: EventCode | None = None,
    step: PlanStep | None = None,
    fact: str = "",
    interpretation: str = "",
    flagged: bool = False,
    seconds_ago: int = 0,
) -> Observation:
    """Store what was just seen, once: the same content under the same ``id`` again is the same observation.

    ``seconds_ago``: how long it waited for a connection. Raises AlreadyUsed where the id stands for
    something else.
    """
    require(permissions.can_observe(by, lesson))
    new = Observation(
        id=id,
        school_id=lesson.school_id,
        lesson=lesson,
        observer=by,
        kind=kind,
        student=student,
        code=code,
        step=step,
        fact=fact,
        interpretation=interpretation,
        flagged=flagged,
        happened_at=timezone.now() - timedelta(seconds=seconds_ago),
    )
    kept = Observation.objects.filter(pk=id).first() or _store(new)
    if any(getattr(kept, field) != getattr(new, field) for field in CONTENT):
        raise AlreadyUsed(
            _("Something else was already sent from this form; it stays. Please send this again.")
        )
    return kept


def _store(new: Observation) -> Observation:
    """The stored row; somebody else's, where one with this id came first."""
    lesson = _hold(new.lesson, WATCHING)
    new.elapsed = elapsed(lesson, new.happened_at)
    fields = {field.attname: getattr(new, field.attname) for field in Observation._meta.concrete_fields}
    return Observation.objects.get_or_create(id=fields.pop("id"), defaults=fields)[0]


@transaction.atomic
def take_back(observation: Observation, *, by: User) -> None:
    """Strike out one's own observation; it counts nowhere from now on. A second time changes nothing."""
    require(permissions.can_take_back(by, observation))
    _hold(observation.lesson, ASKING)
    Observation.objects.filter(pk=observation.pk, voided_at=None).update(voided_at=timezone.now())


@transaction.atomic
def interview(lesson: ResearchLesson, student: Student, *, by: User, **answers: str) -> Interview:
    """Keep what a pupil answered, word for word. The same answers again are the same interview."""
    require(permissions.can_observe(by, lesson))
    _hold(lesson, ASKING)
    taken, _created = Interview.objects.get_or_create(
        lesson=lesson,
        student=student,
        interviewer=by,
        **answers,
        defaults={"school_id": lesson.school_id, "happened_at": timezone.now()},
    )
    return taken


@transaction.atomic
def return_to_plan(cycle: Cycle, *, by: User) -> Cycle:
    """Put the lesson off and open its plan again.

    Raises NotAllowedNow once anything was written down, even if it was taken back: that lesson took place.
    """
    require(can_lead(by, cycle))
    lesson = _hold(latest_lesson(cycle), WATCHING)
    if lesson.observations.exists() or lesson.interviews.exists():
        raise NotAllowedNow(_("Something was already written down in this lesson, so its plan stays closed."))
    lesson.sessions.all().delete()
    return cycles.workflow.return_to_plan(cycle, by=by)


def _hold(lesson: ResearchLesson, stages: Collection[Stage]) -> ResearchLesson:
    """Keep the lesson's cycle where it is until the transaction ends; the lesson as it is now.

    Raises NotAllowedNow when the cycle is at none of ``stages``, or has gone on to another lesson.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=lesson.cycle_id)
    if cycle.stage not in stages:
        raise NotAllowedNow(wrong_stage(cycle))
    now = latest_lesson(cycle)
    if now != lesson:
        raise NotAllowedNow(_("This lesson is over: the cycle has gone on to the next one."))
    return now
