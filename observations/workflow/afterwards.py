"""What is gathered right after the lesson: pupils' words, their work, levels, each observer's last lines."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from cycles.models import ResearchLesson
from lessonstudy.lib.permissions import require
from observations import permissions
from observations.models import Interview
from observations.selectors import ASKING
from observations.workflow.holding import hold
from schools.models import Student, User


@transaction.atomic
def interview(lesson: ResearchLesson, student: Student, *, by: User, **answers: str) -> Interview:
    """Keep what a pupil answered, word for word. The same answers again are the same interview."""
    require(permissions.can_observe(by, lesson))
    hold(lesson, ASKING)
    taken, _created = Interview.objects.get_or_create(
        lesson=lesson,
        student=student,
        interviewer=by,
        **answers,
        defaults={"school_id": lesson.school_id, "happened_at": timezone.now()},
    )
    return taken
