"""How far pupils were with each objective, before the lesson and after it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cycles.selectors import pupils_of
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import CYCLE, TEAM, policy
from lessonstudy.lib.posted import posted_id
from observations import workflow
from observations.gathered import attainments_of, objectives_of, spread
from observations.gathered_forms import AttainmentForm
from observations.permissions import can_rate
from observations.views.gathering import gathering
from observations.views.lesson import lesson_for


@require_safe
@policy("lesson", sees=CYCLE)
def attainment(request, pk):
    """The table of one objective, and how the class is spread over the levels. Guests read it."""
    return _page(request, lesson_for(request, pk))


@require_POST
@policy("lesson", sees=CYCLE, does=TEAM, post_only=True)
def rate(request, pk):
    """Keep the table of one objective, all of it or nothing."""
    lesson = lesson_for(request, pk)
    require(can_rate(request.user, lesson))
    objective = _objective(request, objectives_of(lesson))
    if objective is None:
        return _page(request, lesson, status=409)
    pupils = list(pupils_of(lesson))
    form = AttainmentForm(request.POST, pupils=pupils, rows=attainments_of(lesson, objective))
    if not form.is_valid():
        return _page(request, lesson, form=form, status=422)
    try:
        n = workflow.rate(lesson, objective, form.ratings, by=request.user)
    except workflow.Overtaken as error:
        form.overtake(str(error), error.now)
        return _page(request, lesson, form=form, status=409)
    except NotAllowedNow as error:
        form.add_error(None, str(error))
        return _page(request, lesson, form=form, status=409)
    messages.success(request, _said(n))
    address = reverse("observations:attainment", args=[lesson.pk])
    return redirect(f"{address}?objective={objective.pk}")


def _objective(request, objectives):
    """The objective that was asked for, else the first; None where the plan names none."""
    asked = posted_id(request.GET.get("objective", ""))
    return next((one for one in objectives if one.pk == asked), next(iter(objectives), None))


def _page(request, lesson, *, form=None, status=200):
    objectives = objectives_of(lesson)
    objective = _objective(request, objectives)
    page = gathering(request, lesson, "attainment", objectives=objectives, objective=objective)
    if objective is not None:
        pupils, rows = list(pupils_of(lesson)), attainments_of(lesson, objective)
        page |= {
            "form": form or AttainmentForm(pupils=pupils, rows=rows),
            "may_rate": can_rate(request.user, lesson),
            "spread": spread(rows.values(), pupils),
        }
    return TemplateResponse(request, "observations/attainment.html", page, status=status)


def _said(n):
    if not n:
        return _("Nothing had changed.")
    return ngettext("Kept for %(n)d pupil.", "Kept for %(n)d pupils.", n) % {"n": n}
