"""A lesson that is put off after all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

import cycles.workflow
from cycles.models import Cycle
from cycles.permissions import can_lead
from cycles.selectors import latest_lesson
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from observations.selectors import WATCHING
from observations.workflow.holding import hold
from schools.models import User


@transaction.atomic
def return_to_plan(cycle: Cycle, *, by: User) -> Cycle:
    """Put the lesson off and open its plan again.

    Raises NotAllowedNow once anything was written down, even if it was taken back: that lesson took place.
    """
    require(can_lead(by, cycle))
    lesson = hold(latest_lesson(cycle), WATCHING)
    if lesson.observations.exists() or lesson.interviews.exists():
        raise NotAllowedNow(_("Something was already written down in this lesson, so its plan stays closed."))
    lesson.sessions.all().delete()
    return cycles.workflow.return_to_plan(cycle, by=by)
