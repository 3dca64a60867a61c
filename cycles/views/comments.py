"""What colleagues say of a plan."""

from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cycles import workflow
from cycles.forms.plan import CommentForm
from cycles.models import Cycle, PlanComment
from cycles.permissions import can_comment
from cycles.selectors import latest_plan
from cycles.views.plan import SEES_PLAN, anchor, lesson_for
from cycles.views.rows import say
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import CYCLE, OBSERVER, PLANNER, policy
from lessonstudy.lib.posted import posted, posted_id


@policy("lesson", sees=SEES_PLAN, does=CYCLE)
def add_comment(request, pk):
    """Say something of the plan, or of the step named in ``step``."""
    lesson = lesson_for(request, pk)
    require(can_comment(request.user, lesson.cycle))
    plan = latest_plan(lesson, rows=False)
    at = request.POST.get("step") or request.GET.get("step") or ""
    step = get_object_or_404(plan.steps, pk=posted_id(at)) if at.isdecimal() else None
    form = CommentForm(posted(request))
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            workflow.add_comment(plan, form.cleaned_data["text"], by=request.user, step=step)
            return redirect(anchor(lesson, f"step-{step.pk}" if step else "comments"))
        except NotAllowedNow as error:
            form.add_error("text", str(error))
            status = 409
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "step": step,
        "title": _("Comment"),
        "page": reverse("cycles:plan", args=[lesson.pk]),
        "place": f"step-{step.pk}" if step else "comments",
        "action": request.get_full_path(),
    }
    return TemplateResponse(request, "cycles/edit_row.html", context, status=status)


@require_POST
@policy("comment", sees=SEES_PLAN, does={PLANNER, OBSERVER}, post_only=True)  # its author, here an observer
def settle_comment(request, pk):
    """Mark a comment as settled, or open it again."""
    comment = comment_for(request, pk)
    is_settled = request.POST.get("settled") == "yes"
    say(request, lambda: workflow.settle_comment(comment, is_settled=is_settled, by=request.user))
    return redirect(_place(comment))


@require_POST
@policy("comment", sees=SEES_PLAN, does={OBSERVER}, post_only=True)  # its author alone
def take_comment_back(request, pk):
    """Take one's own comment off the plan."""
    comment = comment_for(request, pk)
    say(request, lambda: workflow.take_comment_back(comment, by=request.user))
    return redirect(_place(comment))


def comment_for(request, pk):
    """A comment on a plan this person may read, or 404."""
    comments = PlanComment.objects.select_related("plan__lesson__cycle")
    visible = Cycle.objects.plan_visible_to(request.user)
    return get_object_or_404(comments, pk=pk, plan__lesson__cycle__in=visible)


def _place(comment):
    return anchor(comment.plan.lesson, f"step-{comment.step_id}" if comment.step_id else "comments")
