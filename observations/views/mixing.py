"""Mixing groups: what the team asks for, beside what earlier lessons told of the pupils."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from cycles import mixing_words, workflow
from cycles.forms.mixing import MixForm
from cycles.mixing import Wishes, rules_of
from cycles.permissions import can_name_pupils
from cycles.selectors import pupils_of
from cycles.views.plan import SEES_PLAN, lesson_to_plan
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted
from observations.participation import basis_of, seen_before


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def mix_groups(request, pk):
    """Say what to mix and what must not happen; get one more grouping to choose from."""
    lesson = lesson_to_plan(request, pk)
    pupils = list(pupils_of(lesson))
    last = lesson.groupings.order_by("-number").first()
    wishes = Wishes.of(last.wishes) if last else Wishes()
    form = MixForm(posted(request), pupils=pupils, wishes=wishes, seen=seen_before(lesson))
    status, why_not = 422 if form.errors else 200, []
    if form.is_valid():
        try:
            made = workflow.mix(lesson, form.wishes(), form.told(), absent=form.absent(), by=request.user)
            return redirect(made)
        except workflow.CannotBe as error:
            why_not, status = mixing_words.why_not(error.found, lesson), 409
        except NotAllowedNow as error:
            messages.error(request, str(error))
            status = 409
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "pupils": pupils,
        "rules": rules_of(lesson),
        "basis": basis_of(lesson),
        "why_not": why_not,
        "named": can_name_pupils(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "observations/mix_groups.html", context, status=status)
