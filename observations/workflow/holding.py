"""Keeps a lesson's cycle still while something is written in the lesson."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from cycles.models import Cycle, ResearchLesson
from cycles.selectors import latest_lesson
from cycles.stages import Stage
from cycles.workflow import wrong_stage
from lessonstudy.lib.errors import NotAllowedNow


def hold(lesson: ResearchLesson, stages: Collection[Stage]) -> ResearchLesson:
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
