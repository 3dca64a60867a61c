"""Keeps a lesson's cycle still while something is written in the lesson."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.utils.translation import gettext as _

from cycles.models import Cycle, ResearchLesson
from cycles.selectors import latest_lesson, latest_plan
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


def hold_among_others(lesson: ResearchLesson) -> ResearchLesson:
    """Keep the lesson's cycle where it is until the transaction ends, beside others who do the same.

    Returns the lesson as it is now: it may have begun or ended while one waited.

    For what forty tablets send at once: no one waits for another, but nobody moves the stage meanwhile.
    Raises NotAllowedNow while the lesson is still being planned; whatever came after is no hindrance.
    """
    if connection.vendor == "postgresql":  # on SQLite, whoever writes is alone
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM cycles_cycle WHERE id = %s FOR SHARE", [lesson.cycle_id])
    if latest_plan(lesson, rows=False).frozen_at is None:
        raise NotAllowedNow(_("This lesson is still being planned. Start to observe it first."))
    return ResearchLesson.objects.select_related("school", "cycle").get(pk=lesson.pk)
