"""A lesson that is put off after all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

import cycles.workflow
from cycles.models import Cycle, ResearchLesson
from cycles.permissions import can_lead
from cycles.selectors import latest_lesson
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from observations.models import WorkSample
from observations.selectors import WATCHING
from observations.workflow.afterwards import FOOT
from observations.workflow.holding import hold
from schools.models import User


@transaction.atomic
def return_to_plan(cycle: Cycle, *, by: User) -> Cycle:
    """Put the lesson off and open its plan again.

    Raises NotAllowedNow once anything was written down, even if it was taken back: that lesson took place.
    """
    require(can_lead(by, cycle))
    lesson = hold(latest_lesson(cycle), WATCHING)
    if _is_begun(lesson):
        raise NotAllowedNow(_("Something was already written down in this lesson, so its plan stays closed."))
    lesson.sessions.all().delete()
    lesson.voids.all().delete()  # of what was watched: nothing else was written down
    return cycles.workflow.return_to_plan(cycle, by=by)


def _is_begun(lesson: ResearchLesson) -> bool:
    """Whether anything was gathered, taken away or not. What pupils could do before says nothing of that."""
    seen = lesson.observations.exists() or lesson.interviews.exists()
    worked = lesson.work_samples.exclude(stage=WorkSample.Stage.BEFORE).exists()
    foot = lesson.sessions.exclude(**dict.fromkeys(FOOT, "")).exists()
    return seen or worked or foot or lesson.attainments.exclude(after=None).exists()
