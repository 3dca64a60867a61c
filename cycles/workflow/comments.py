"""What colleagues say of a plan: open until somebody settles it, or the cycle is closed."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cycles import permissions
from cycles.models import LessonPlan, PlanComment, PlanStep
from cycles.workflow.rows import refuse_closed
from lessonstudy.lib.permissions import require
from schools.models import User


@transaction.atomic
def add_comment(plan: LessonPlan, text: str, *, by: User, step: PlanStep | None = None) -> PlanComment:
    """Say something of the plan, or of one of its steps."""
    require(permissions.can_comment(by, plan.lesson.cycle))
    refuse_closed(plan.lesson.cycle)
    if step is not None and step.plan_id != plan.pk:
        raise PermissionDenied
    return PlanComment.objects.create(school=plan.school, plan=plan, step=step, text=text, by=by)


@transaction.atomic
def settle_comment(comment: PlanComment, *, is_settled: bool, by: User) -> None:
    """Mark a comment as settled, or open it again: who writes the plan, and who said it."""
    require(comment.by_id == by.pk or permissions.can_plan(by, comment.plan.lesson.cycle))
    require(permissions.can_comment(by, comment.plan.lesson.cycle))
    refuse_closed(comment.plan.lesson.cycle)
    comment.resolved_at = timezone.now() if is_settled else None
    comment.resolved_by = by if is_settled else None
    comment.save(update_fields=["resolved_at", "resolved_by"])


@transaction.atomic
def take_comment_back(comment: PlanComment, *, by: User) -> None:
    """Take one's own comment off the plan."""
    require(comment.by_id == by.pk and permissions.can_comment(by, comment.plan.lesson.cycle))
    refuse_closed(comment.plan.lesson.cycle)
    comment.delete()
