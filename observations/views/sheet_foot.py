"""The last lines of one's own sheet, in ten quiet minutes."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import CYCLE, policy
from lessonstudy.lib.posted import posted
from observations import workflow
from observations.gathered import beside_the_sheet
from observations.gathered_forms import FootForm
from observations.views.gathering import gathering
from observations.views.lesson import lesson_for


@policy("lesson", sees=CYCLE)
def finish_sheet(request, pk):
    """Write the last lines, with one's own record beside them; save them, or hand the sheet in."""
    lesson = lesson_for(request, pk)
    beside = beside_the_sheet(lesson, request.user)
    form = FootForm(posted(request), instance=beside.session)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            hand_in = "hand_in" in request.POST
            try:
                workflow.write_foot(lesson, by=request.user, hand_in=hand_in, **form.texts)
                messages.success(request, _("Handed in: the team can read it.") if hand_in else _("Saved."))
                return redirect("observations:finish_sheet", lesson.pk)
            except NotAllowedNow as error:
                form.add_error(None, str(error))
                status = 409
    page = gathering(request, lesson, "finish_sheet", form=form, beside=beside)
    return TemplateResponse(request, "observations/finish_sheet.html", page, status=status)


@require_POST
@policy("lesson", sees=CYCLE, post_only=True)
def take_sheet_back(request, pk):
    """Go on writing on a sheet that was handed in."""
    lesson = lesson_for(request, pk)
    try:
        workflow.take_sheet_back(lesson, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect("observations:finish_sheet", lesson.pk)
