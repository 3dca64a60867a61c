"""What pupils say right after the lesson, and the last lines of each observer's sheet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from observations import permissions
from observations.models import Interview, InterviewCompanion, ObservationSession
from observations.selectors import ASKING
from observations.workflow.holding import hold
from schools.models import Student, User

FOOT = ("thoughts", "pattern", "progress", "to_ask")


@transaction.atomic
def interview(
    lesson: ResearchLesson, student: Student, *others: Student, by: User, **answers: str
) -> Interview:
    """Keep what a pupil answered, or several together, word for word.

    The same answers of the same pupils again are the same interview. Whoever comes first by code is the
    interview's pupil, so that it does not matter who was ticked first.
    """
    require(permissions.can_observe(by, lesson))
    hold(lesson, ASKING)
    first, *companions = sorted({student, *others}, key=lambda pupil: (pupil.code, pupil.pk))
    same = Interview.objects.filter(lesson=lesson, student=first, interviewer=by, **answers)
    for taken in same.prefetch_related("companions"):
        if {one.student_id for one in taken.companions.all()} == {pupil.pk for pupil in companions}:
            return taken
    taken = Interview.objects.create(
        school_id=lesson.school_id,
        lesson=lesson,
        student=first,
        interviewer=by,
        happened_at=timezone.now(),
        **answers,
    )
    _accompany(taken, companions)
    return taken


def _accompany(taken: Interview, companions: Iterable[Student]) -> None:
    InterviewCompanion.objects.bulk_create(
        InterviewCompanion(school_id=taken.school_id, interview=taken, student=pupil) for pupil in companions
    )


@transaction.atomic
def write_foot(lesson: ResearchLesson, *, by: User, hand_in: bool, **texts: str) -> ObservationSession:
    """Keep the last lines of one's own sheet; with ``hand_in`` the team may read them from now on.

    Raises NotAllowedNow for who did not watch, for a sheet that was handed in, and for an empty one.
    """
    session = _own_session(lesson, by=by)
    if session.finished_at is not None:
        raise NotAllowedNow(_("This sheet is handed in. Take it back first to go on writing."))
    for name in FOOT:
        setattr(session, name, texts[name])
    if hand_in:
        if not any(texts[name] for name in FOOT):
            raise NotAllowedNow(_("Write a line before you hand the sheet in: what did you see?"))
        session.finished_at = timezone.now()
    session.save(update_fields=[*FOOT, "finished_at"])
    return session


@transaction.atomic
def take_sheet_back(lesson: ResearchLesson, *, by: User) -> None:
    """Go on writing on one's own sheet; until it is handed in again nobody else reads it."""
    session = _own_session(lesson, by=by)
    session.finished_at = None
    session.save(update_fields=["finished_at"])


def _own_session(lesson: ResearchLesson, *, by: User) -> ObservationSession:
    require(permissions.can_observe(by, lesson))
    hold(lesson, ASKING)
    mine = ObservationSession.objects.select_for_update(of=("self",)).filter(lesson=lesson, observer=by)
    session = mine.first()
    if session is None:
        raise NotAllowedNow(_("You did not watch this lesson, so you have no sheet to finish."))
    return session
