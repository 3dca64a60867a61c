"""The interview pad: what pupils say, right after the lesson and word for word."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import CYCLE, policy
from lessonstudy.lib.posted import posted
from observations import workflow
from observations.gathered import interviews_of, whom_to_ask
from observations.gathered_forms import ANSWERS, InterviewForm
from observations.views.gathering import gathering
from observations.views.lesson import lesson_for


@policy("lesson", sees=CYCLE)
def interview(request, pk):
    """Ask one pupil or a few together the four questions, and read what others answered."""
    lesson = lesson_for(request, pk)
    page = gathering(request, lesson, "interview")
    asking = whom_to_ask(lesson)
    form = InterviewForm(posted(request), lesson=lesson, named=page["named"], asking=asking)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answers = {name: form.cleaned_data[name] for name in ANSWERS}
                workflow.interview(lesson, *form.cleaned_data["students"], by=request.user, **answers)
                messages.success(request, _("Kept, word for word."))
                return redirect("observations:interview", lesson.pk)
            except NotAllowedNow as error:
                form.add_error(None, str(error))
                status = 409
    page |= {"form": form, "asking": asking, "interviews": interviews_of(lesson, request.user)}
    return TemplateResponse(request, "observations/interview.html", page, status=status)
