"""Who has a plan open now."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from cycles.models import LessonPlan, PlanPresence, PlanStep
from schools.models import User


def be_here(plan: LessonPlan, *, by: User, step: PlanStep | None = None) -> None:
    """Say that the person has the plan open, and which step; said again every few seconds."""
    seen = {"seen_at": timezone.now(), "step": step}
    if PlanPresence.objects.filter(plan=plan, user=by).update(**seen):
        return
    try:
        with transaction.atomic():
            PlanPresence.objects.create(school=plan.school, plan=plan, user=by, **seen)
    except IntegrityError:  # the same person's other window was first
        PlanPresence.objects.filter(plan=plan, user=by).update(**seen)
