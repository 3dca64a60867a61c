"""The stage of a cycle as reflecting knows it: the debrief opens, and what must be there before the end."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cycles import workflow as planning
from cycles.models import Cycle, ResearchLesson
from cycles.permissions import can_lead
from cycles.selectors import latest_lesson
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from observations.workflow import end_watches
from reflections.models import Debrief, Report
from schools.models import User


@transaction.atomic
def start_reflecting(cycle: Cycle, *, by: User) -> Debrief:
    """End the lesson and everybody's watching, and open its debrief. Raises NotAllowedNow."""
    lesson = planning.start_reflecting(cycle, by=by)
    end_watches(lesson)
    return Debrief.objects.create(school=lesson.school, lesson=lesson)


@transaction.atomic
def close_cycle(cycle: Cycle, *, by: User) -> Cycle:
    """Close the cycle. Raises NotAllowedNow with everything that is still missing, all at once."""
    require(can_lead(by, cycle))
    require_reflecting(cycle)
    missing = missing_to_close(cycle)
    if missing:
        raise NotAllowedNow(" ".join(missing))
    return planning.close(cycle, by=by)


def missing_to_close(cycle: Cycle) -> list[str]:
    """What the cycle still needs before it can be closed, a sentence each."""
    missing = []
    if not Report.objects.filter(lesson=latest_lesson(cycle), state=Report.State.READY).exists():
        missing.append(_("The report of the last lesson is not ready yet: compile it first."))
    if not cycle.decisions.exists():
        missing.append(_("Nothing has been decided yet: write at least one decision, with who and by when."))
    return missing


@transaction.atomic
def require_reflecting(cycle: Cycle) -> None:
    """Hold the cycle where it is until the caller's transaction ends.

    Raises NotAllowedNow unless the cycle is at *reflect*.
    """
    now = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if now.stage != Stage.REFLECT:
        raise NotAllowedNow(planning.wrong_stage(now))


@transaction.atomic
def require_debrief(lesson: ResearchLesson) -> None:
    """The same, and the lesson is the one being talked about. Raises NotAllowedNow."""
    require_reflecting(lesson.cycle)
    if latest_lesson(lesson.cycle) != lesson:
        raise NotAllowedNow(_("The debrief of this lesson is over: the cycle has gone on to the next one."))
