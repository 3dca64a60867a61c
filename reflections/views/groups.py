"""The groups of a lesson held against what was seen, and rules for the next grouping."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles.permissions import can_name_pupils, can_plan
from cycles.workflow import add_pair_rule
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import CYCLE, PLANNER, policy
from reflections.afterwards import afterwards_of
from reflections.forms import ApartForm
from reflections.views.debrief import lesson_to_discuss
from schools.models import PairRule


@require_safe
@policy("lesson", sees=CYCLE)
def groups_afterwards(request, pk):
    """How turns were spread in each group, how the groups were made, and what the next ones could use."""
    return _page(request, lesson_to_discuss(request, pk))


@require_POST
@policy("lesson", sees=CYCLE, does={PLANNER}, post_only=True)
def keep_apart(request, pk):
    """Two pupils of the class sit in different groups from now on."""
    lesson = lesson_to_discuss(request, pk, may=can_plan)
    form = ApartForm(request.POST, lesson=lesson)
    if not form.is_valid():
        return _page(request, lesson, refused=form, status=422)
    first, second = form.cleaned_data["first"], form.cleaned_data["second"]
    try:
        reason = form.cleaned_data["reason"]
        add_pair_rule(lesson, first, second, kind=PairRule.Kind.APART, reason=reason, by=request.user)
        messages.success(
            request,
            _("%(first)s and %(second)s are kept apart when groups are mixed from now on.")
            % {"first": first.code, "second": second.code},
        )
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('reflections:groups_afterwards', args=[pk])}#next")


def _page(request, lesson, *, refused=None, status=200):
    plans = can_plan(request.user, lesson.cycle)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "named": can_name_pupils(request.user, lesson.cycle),
        "plans": plans,
    }
    if lesson.ended_at is not None:
        seen = afterwards_of(lesson, request.user, plans=plans)
        context |= {"seen": seen, "proposals": _with_forms(request, lesson, seen.proposals, refused)}
    return TemplateResponse(request, "reflections/groups_afterwards.html", context, status=status)


def _with_forms(request, lesson, proposals, refused):
    """Each proposal with the form that follows it; what was refused comes back as it was typed."""
    filled = []
    for number, one in enumerate(proposals, start=1):
        if refused is not None and refused.is_about(one.quiet, one.other):
            form = ApartForm(request.POST, lesson=lesson, number=number)
            refused = None
        else:
            initial = {"first": one.quiet.pk, "second": one.other.pk, "reason": one.reason}
            form = ApartForm(initial=initial, lesson=lesson, number=number)
        filled.append((one, form))
    if refused is not None:  # about two who are no longer proposed
        for problems in refused.errors.values():
            messages.error(request, " ".join(problems))
    return filled
