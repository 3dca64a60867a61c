"""Every change of a cycle's stage. No other module assigns ``Cycle.stage``."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import Cycle, LessonPlan, ResearchLesson, StageChange
from cycles.selectors import latest_lesson, latest_plan
from cycles.stages import MOVES, Stage
from cycles.workflow.rows import hold
from cycles.workflow.sheet import drop_blank_rows, expect_at_every_step
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User


@transaction.atomic
def start_observing(cycle: Cycle, *, by: User) -> Cycle:
    """Freeze the plan and open the lesson for observation. Rows that nobody wrote in go.

    Raises NotAllowedNow while no step says anything: there would be nothing to watch for.
    """
    require(permissions.can_lead(by, cycle))
    plan = latest_plan(latest_lesson(cycle), rows=False)
    if cycle.stage == Stage.PLAN:
        hold(pk=plan.pk)
        drop_blank_rows(plan)
        if not plan.steps.exists():
            raise NotAllowedNow(_("The plan has no steps yet. Write at least one before you observe."))
    moved = move(cycle, Stage.OBSERVE, by=by)
    LessonPlan.objects.filter(pk=plan.pk, frozen_at=None).update(frozen_at=timezone.now())
    return moved


@transaction.atomic
def start_lesson(lesson: ResearchLesson, *, by: User, ago: timedelta = timedelta()) -> None:
    """Start the lesson's clock, once; the first one who says so is right.

    ``ago``: how long it has run already at a tablet that had no network. Longer than a day is no lesson.
    """
    require(permissions.can_take_part(by, lesson.cycle))
    if lesson.cycle.stage != Stage.OBSERVE:
        raise NotAllowedNow(wrong_stage(lesson.cycle))
    began = timezone.now() - (ago if timedelta() <= ago < timedelta(days=1) else timedelta())
    ResearchLesson.objects.filter(pk=lesson.pk, started_at=None).update(started_at=began)


@transaction.atomic
def return_to_plan(cycle: Cycle, *, by: User) -> Cycle:
    """Put the lesson off: open its plan again. Whether anything was recorded is asked above."""
    require(permissions.can_lead(by, cycle))
    moved = move(cycle, Stage.PLAN, by=by)
    lesson = latest_lesson(cycle)
    ResearchLesson.objects.filter(pk=lesson.pk).update(started_at=None)
    plan = latest_plan(lesson, rows=False)
    LessonPlan.objects.filter(pk=plan.pk).update(frozen_at=None)
    expect_at_every_step(plan)  # who became a case pupil meanwhile has no rows in it
    return moved


@transaction.atomic
def start_reflecting(cycle: Cycle, *, by: User) -> ResearchLesson:
    """End the lesson and open the debrief stage."""
    require(permissions.can_lead(by, cycle))
    move(cycle, Stage.REFLECT, by=by)
    lesson = latest_lesson(cycle)
    ResearchLesson.objects.filter(pk=lesson.pk, ended_at=None).update(ended_at=timezone.now())
    return lesson


def close(cycle: Cycle, *, by: User) -> Cycle:
    """Close the cycle. What must be there first is asked above, where reports and decisions are known."""
    require(permissions.can_lead(by, cycle))
    return move(cycle, Stage.CLOSED, by=by)


def move(cycle: Cycle, to: Stage, *, by: User | None) -> Cycle:
    """Move a cycle along the one table, with its history row.

    The conditional update is the lock: of two people who press at once, one moves it and the other is told
    where it stands (SQLite has no row locks). Raises NotAllowedNow.
    """
    with transaction.atomic():
        now = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
        before = Stage(now.stage)
        closed_at = timezone.now() if to == Stage.CLOSED else None
        if to not in MOVES[before] or not (
            Cycle.objects.filter(pk=now.pk, stage=before).update(stage=to, closed_at=closed_at)
        ):
            raise NotAllowedNow(wrong_stage(now))
        StageChange.objects.create(school=now.school, cycle=now, from_stage=before, to_stage=to, by=by)
    cycle.stage, cycle.closed_at = to, closed_at
    return cycle


def wrong_stage(cycle: Cycle) -> str:
    """Why a verb must wait, for the person who asked."""
    return _("That is not possible now: this cycle is at “%(stage)s”.") % {"stage": cycle.get_stage_display()}
