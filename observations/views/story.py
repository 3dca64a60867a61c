"""One pupil's whole story in a lesson."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from lessonstudy.lib.policy import CYCLE, policy
from observations import story as telling
from observations.coverage import coverage_of
from observations.filters import StoryFilter
from observations.gathered import photos_shown
from observations.steps import course_of
from observations.views.lesson import lesson_for
from observations.views.record import page_of

PAGE = 100


@require_safe
@policy("lesson", sees=CYCLE)
def story(request, pk, student):
    """Everything everybody saw, heard and gathered of one pupil, on one timeline."""
    lesson = lesson_for(request, pk)
    pupil = get_object_or_404(telling.pupils_to_follow(lesson), pk=student)
    course, coverage = course_of(lesson), coverage_of(lesson)
    form = StoryFilter(request.GET, observers=telling.tellers(lesson))
    wanted = form.wanted if form.is_valid() else telling.Wanted()
    group = telling.group_of(lesson, pupil)
    timeline = telling.timeline(course, pupil, group, request.user, wanted)
    page = page_of(request, lesson) | {
        "pupil": pupil,
        "group": group,
        "case": telling.case_of(lesson, pupil, course),
        "watchers": coverage.watchers(pupil.pk),
        "minutes": coverage.minutes(pupil.pk),
        "tallies": telling.tallies(lesson, pupil),
        "form": form,
        "page": Paginator(timeline, PAGE).get_page(request.GET.get("page")),
        "shows_photos": bool(photos_shown({pupil.pk}, request.user, lesson.school)),
        "others": telling.other_lessons(lesson, pupil, request.user),
    }
    return TemplateResponse(request, "observations/story.html", page)
