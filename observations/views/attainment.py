"""How far pupils were with each objective, before the lesson and after it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles.selectors import pupils_of
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import CYCLE, policy
from lessonstudy.lib.posted import posted, posted_id
from observations import workflow
from observations.gathered import attainments_of, objectives_of, spread
from observations.gathered_forms import AttainmentForm
from observations.permissions import can_rate
from observations.views.gathering import gathering
from observations.views.lesson import lesson_for


@policy("lesson", sees=CYCLE)
def attainment(request, pk):
    """The table of one objective, and how the class is spread over the levels. Guests read it."""
    lesson = lesson_for(request, pk)
    may_rate = can_rate(request.user, lesson)
    require(may_rate or request.method != "POST")
    objectives = objectives_of(lesson)
    asked = posted_id(request.GET.get("objective", ""))
    objective = next((one for one in objectives if one.pk == asked), next(iter(objectives), None))
    page = gathering(request, lesson, "attainment", objectives=objectives, objective=objective)
    if objective is None:
        return TemplateResponse(request, "observations/attainment.html", page)
    pupils, rows = list(pupils_of(lesson)), attainments_of(lesson, objective)
    form = AttainmentForm(posted(request), pupils=pupils, rows=rows)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                n = workflow.rate(lesson, objective, form.ratings, by=request.user)
                messages.success(request, _said(n))
                return redirect(
                    f"{reverse('observations:attainment', args=[lesson.pk])}?objective={objective.pk}"
                )
            except workflow.Overtaken as error:
                form.overtake(str(error), error.now)
                status = 409
            except NotAllowedNow as error:
                form.add_error(None, str(error))
                status = 409
    page |= {"form": form, "may_rate": may_rate, "spread": spread(rows.values(), pupils)}
    return TemplateResponse(request, "observations/attainment.html", page, status=status)


def _said(n):
    if not n:
        return _("Nothing had changed.")
    return ngettext("Kept for %(n)d pupil.", "Kept for %(n)d pupils.", n) % {"n": n}
