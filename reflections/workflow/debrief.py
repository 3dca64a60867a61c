"""What is written down in the debrief: who said what, and what the team will do.

Verbs ask the permission themselves and raise PermissionDenied for the wrong person, NotAllowedNow for the
wrong moment.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from cycles.models import ResearchLesson
from cycles.permissions import can_conclude, can_take_part
from lessonstudy.lib.permissions import require
from observations.models import Observation
from reflections.models import Decision, Statement
from reflections.permissions import can_finish
from reflections.workflow.cycle import require_debrief
from schools.models import User


@transaction.atomic
def say(
    lesson: ResearchLesson,
    *,
    speaker: User,
    kind: str,
    text: str,
    observation: Observation | None = None,
    by: User,
) -> Statement:
    """Write down what somebody said, with the observation it rests on if there is one."""
    require(can_take_part(by, lesson.cycle))
    require_debrief(lesson)
    return Statement.objects.create(
        school=lesson.school,
        debrief=lesson.debrief,
        speaker=speaker,
        kind=kind,
        text=text,
        observation=observation,
        by=by,
    )


@transaction.atomic
def decide(lesson: ResearchLesson, *, text: str, owner: User, due_on: date, by: User) -> Decision:
    """Write down what the team will do, who sees to it, and by when."""
    require(can_conclude(by, lesson.cycle))
    require_debrief(lesson)
    return Decision.objects.create(
        school=lesson.school, cycle=lesson.cycle, lesson=lesson, text=text, owner=owner, due_on=due_on, by=by
    )


def decision_done(decision: Decision, *, by: User) -> None:
    """Say that it was done, at any stage: most are done after the debrief. The first to say so is right."""
    require(can_finish(by, decision))
    Decision.objects.filter(pk=decision.pk, done_at=None).update(done_at=timezone.now())
