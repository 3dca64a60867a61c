"""What stands on the tables: name cards, signs, and who sees to what in the group."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.models import GroupRole
from cycles.permissions import can_name_pupils, can_plan
from cycles.selectors import roles_in_groups, tables_of
from cycles.views.plan import SEES_PLAN, lesson_for, lesson_to_plan
from cycles.views.rows import say
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted_id


@require_safe
@policy("lesson", sees=SEES_PLAN)
def name_cards(request, pk):
    """Cards to print and fold, one a pupil, and a sign for each table."""
    lesson = lesson_for(request, pk)
    may_name = can_name_pupils(request.user, lesson.cycle)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "tables": _with_roles(lesson),
        "may_name": may_name,
        "named": may_name and request.GET.get("say") != "codes",
        "can_write": can_plan(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/name_cards.html", context)


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def roles(request, pk):
    """Say who sees to what in each group."""
    lesson = lesson_to_plan(request, pk)
    status = 200
    if request.method == "POST":
        chosen = {
            posted_id(name.removeprefix("pupil_")): role
            for name, role in request.POST.items()
            if name.startswith("pupil_")
        }
        try:
            workflow.assign_roles(lesson, chosen, by=request.user)
            messages.success(request, _("The roles are saved."))
            return redirect("cycles:roles", pk=pk)
        except NotAllowedNow as error:
            messages.error(request, str(error))
            status = 409
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "tables": _with_roles(lesson),
        "choices": GroupRole.choices,
        "named": can_name_pupils(request.user, lesson.cycle),
        "can_write": True,
    }
    return TemplateResponse(request, "cycles/roles.html", context, status=status)


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def share_out_roles(request, pk):
    """Give everybody a role, in turn; it can be changed by hand afterwards."""
    lesson = lesson_to_plan(request, pk)
    say(
        request,
        lambda: workflow.share_out_roles(lesson, by=request.user),
        _("Shared out in turn. Change what does not suit you."),
    )
    return redirect("cycles:roles", pk)


def _with_roles(lesson):
    """Each table with its pupils and what they see to."""
    roles = roles_in_groups(lesson)
    return [(table, [(pupil, roles.get(pupil.pk)) for pupil in table.pupils]) for table in tables_of(lesson)]
