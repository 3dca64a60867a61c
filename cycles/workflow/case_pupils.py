"""The pupils whom the team follows through a cycle, each for a group of learners."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import CasePupil, Cycle, LessonPlan, ObserverAssignment
from cycles.selectors import latest_lesson, latest_plan
from cycles.stages import Stage
from cycles.workflow.rows import hold
from cycles.workflow.sheet import expect_at_every_step
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import Student, User

MOST = 10


@transaction.atomic
def add_case_pupil(cycle: Cycle, student: Student, *, typifies: str, by: User) -> CasePupil:
    """Follow a pupil; every step of the open plan gets a place for what is expected of them."""
    require(permissions.can_plan(by, cycle))
    _refuse_closed(cycle)
    plan = _held_plan(cycle)
    if cycle.case_pupils.filter(ended_at=None).count() >= MOST:
        raise NotAllowedNow(_("Nobody can follow more than ten pupils. About three say the most."))
    last = cycle.case_pupils.aggregate(last=Max("order"))["last"] or 0
    pupil, is_new = CasePupil.objects.get_or_create(
        school=cycle.school, cycle=cycle, student=student, defaults={"typifies": typifies, "order": last + 1}
    )
    if not is_new:
        raise NotAllowedNow(_("This pupil is a case pupil already, or was one earlier in the cycle."))
    if plan.frozen_at is None:
        expect_at_every_step(plan)
    return pupil


@transaction.atomic
def change_case_pupil(pupil: CasePupil, *, typifies: str, by: User) -> None:
    """Say anew which learners the pupil stands for."""
    require(permissions.can_plan(by, pupil.cycle))
    _refuse_closed(pupil.cycle)
    CasePupil.objects.filter(pk=pupil.pk).update(typifies=typifies)


@transaction.atomic
def end_case_pupil(pupil: CasePupil, *, reason: str, by: User) -> None:
    """Follow the pupil no longer.

    Once a lesson of the cycle has been observed, what was expected and seen stays, with the day and the
    reason, which is then needed; before that the row goes.
    """
    require(permissions.can_plan(by, pupil.cycle))
    _refuse_closed(pupil.cycle)
    _held_plan(pupil.cycle)
    if not has_been_observed(pupil.cycle):
        _let_go(pupil)
        pupil.delete()
        return
    if not reason.strip():
        raise NotAllowedNow(
            _("A lesson has been observed already: say why this pupil is no longer followed.")
        )
    CasePupil.objects.filter(pk=pupil.pk, ended_at=None).update(ended_at=timezone.now(), ended_reason=reason)
    _let_go(pupil)


def _held_plan(cycle: Cycle) -> LessonPlan:
    """The plan as it stands; until the transaction ends no step comes, and it is not frozen."""
    plan = latest_plan(latest_lesson(cycle), rows=False)
    return hold(pk=plan.pk) or plan


def _let_go(pupil: CasePupil) -> None:
    """Nobody follows the pupil in lessons to come."""
    to_come = ObserverAssignment.objects.filter(lesson__cycle=pupil.cycle_id, lesson__started_at=None)
    to_come.filter(student=pupil.student_id).delete()


def has_been_observed(cycle: Cycle) -> bool:
    """Whether observing of any lesson of the cycle has begun."""
    return cycle.stage != Stage.PLAN or cycle.lessons.filter(plans__frozen_at__isnull=False).exists()


def _refuse_closed(cycle: Cycle) -> None:
    if cycle.stage == Stage.CLOSED:
        raise NotAllowedNow(_("This cycle is closed."))
