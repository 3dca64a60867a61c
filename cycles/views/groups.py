"""The groups of a lesson: those in use, the alternatives to them, rules about pairs, and placing by hand."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.forms.groups import GroupsForm
from cycles.forms.mixing import PairRuleForm
from cycles.mixing import groupings_of, rules_of
from cycles.models import GroupPlace
from cycles.permissions import can_name_pupils
from cycles.selectors import pupils_of, tables_of
from cycles.views.plan import SEES_PLAN, lesson_to_plan
from cycles.views.rows import say
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted, posted_id


@require_safe
@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def groups(request, pk):
    """Who sits with whom, and the alternatives that were mixed."""
    lesson = lesson_to_plan(request, pk)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "tables": tables_of(lesson),
        "groupings": groupings_of(lesson),
        "rules": len(rules_of(lesson)),
        "has_pupils": pupils_of(lesson).exists(),
        "may_change": lesson.ended_at is None,
        "named": can_name_pupils(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/groups.html", context)


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def place_by_hand(request, pk):
    """Choose a group for each pupil."""
    lesson = lesson_to_plan(request, pk)
    pupils = list(pupils_of(lesson))
    placed = dict(GroupPlace.objects.filter(lesson=lesson).values_list("student", "group__order"))
    tables = tables_of(lesson)
    numbers = {table.group.order: number for number, table in enumerate(tables, start=1)}
    initial = {f"pupil_{pupil}": numbers.get(order, 0) for pupil, order in placed.items()}
    initial["count"] = len(tables) or max(1, round(len(pupils) / 4))
    form = GroupsForm(posted(request), pupils=pupils, initial=initial)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            workflow.place_pupils(lesson, form.places(), count=form.cleaned_data["count"], by=request.user)
            messages.success(request, _("The groups are saved."))
            return redirect("cycles:groups", pk=pk)
        except NotAllowedNow as error:
            messages.error(request, str(error))
            status = 409
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "seats": [(pupil, form[f"pupil_{pupil.pk}"]) for pupil in pupils],
        "choices": [
            (n, tables[n - 1].group.name if n <= len(tables) else _("Group %(number)d") % {"number": n})
            for n in range(1, 16)
        ],
        "named": can_name_pupils(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/place_by_hand.html", context, status=status)


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def pair_rules(request, pk):
    """Who must not, and who must, sit together; why is for those who plan."""
    lesson = lesson_to_plan(request, pk)
    named = can_name_pupils(request.user, lesson.cycle)
    form = PairRuleForm(posted(request), pupils=pupils_of(lesson), named=named)
    status = 422 if form.errors else 200
    if form.is_valid():
        told = form.cleaned_data
        try:
            workflow.add_pair_rule(
                lesson,
                told["first"],
                told["second"],
                kind=told["kind"],
                reason=told["reason"],
                by=request.user,
            )
            return redirect("cycles:pair_rules", pk=pk)
        except NotAllowedNow as error:
            form.add_error(None, str(error))
            status = 409
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "rules": rules_of(lesson),
        "named": named,
    }
    return TemplateResponse(request, "cycles/pair_rules.html", context, status=status)


@require_POST
@policy("lesson", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_pair_rule(request, pk):
    """The rule that the button names holds no longer."""
    lesson = lesson_to_plan(request, pk)
    rule = rules_of(lesson).filter(pk=posted_id(request.POST.get("rule", ""))).first()
    if rule is not None:  # else somebody took it away already
        say(request, lambda: workflow.remove_pair_rule(rule, lesson, by=request.user))
    return redirect("cycles:pair_rules", pk=pk)
