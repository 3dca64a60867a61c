"""The integrated record of a lesson: what everybody saw, on one clock."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cycles.permissions import can_name_pupils
from cycles.selectors import pupils_of
from lessonstudy.lib.policy import CYCLE, policy
from observations.clashes import count_open
from observations.coverage import coverage_of
from observations.filters import RecordFilter
from observations.gathered import sheets_of
from observations.models import Observation
from observations.permissions import can_observe
from observations.record import (
    answers_seen,
    in_sections,
    not_received,
    planned_beside_seen,
    whole_record,
)
from observations.selectors import ASKING, WATCHING, is_at, totals
from observations.steps import course_of
from observations.views.lesson import lesson_for

PAGE = 50


def page_of(request, lesson, **context):
    """What every page of a lesson's record says of the lesson."""
    cycle = lesson.cycle
    return {"lesson": lesson, "cycle": cycle, "named": can_name_pupils(request.user, cycle), **context}


@require_safe
@policy("lesson", sees=CYCLE)
def record(request, pk):
    """What everybody saw, step by step, and whom nobody watched."""
    lesson = lesson_for(request, pk)
    page, course = page_of(request, lesson), course_of(lesson)
    form = RecordFilter(request.GET, lesson=lesson, named=page["named"], steps=course.steps)
    found = form.narrow(whole_record(lesson, request.user, course))
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page |= {
        "form": form,
        "page": shown,
        "sections": in_sections(shown, course, singly=form.data.get("kind") == Observation.Kind.SAMPLE),
        "totals": totals(lesson),
        "missing": not_received(lesson),
        "clashes": count_open(lesson, request.user),
        "is_open": is_at(lesson, ASKING),
        "is_observed": is_at(lesson, WATCHING),
        "may_import": can_observe(request.user, lesson),
    }
    if not form.is_narrow and shown.number == 1:
        page |= _overview(lesson, course)
    return TemplateResponse(request, "observations/record.html", page)


def _overview(lesson, course):
    """What stands before the first page of the whole record: the plan beside it, and who watched whom."""
    coverage, pupils = coverage_of(lesson), list(pupils_of(lesson))
    told = [(pupil, coverage.minutes(pupil.pk), coverage.watchers(pupil.pk)) for pupil in pupils]
    share = coverage.share([pupil.pk for pupil in pupils])
    beside = planned_beside_seen(lesson, course)
    return {
        "sheets": sheets_of(lesson),
        "beside": beside,
        "answers_seen": answers_seen(beside),
        "coverage": coverage,
        "watched": [row for row in told if row[2]],
        "unwatched": [pupil for pupil, _minutes, watchers in told if not watchers],
        "share": None if share is None else round(100 * share),
    }


@require_safe
@policy("observation", sees=CYCLE)
def show(request, pk):
    """Where an observation stands in the record of its lesson."""
    readable = Observation.objects.visible_to(request.user)
    seen = get_object_or_404(readable.select_related("lesson__cycle", "lesson__school"), pk=pk)
    found = whole_record(seen.lesson, request.user, course_of(seen.lesson))
    places = list(found.values_list("pk", flat=True))
    number = places.index(seen.pk) // PAGE + 1 if seen.pk in places else 1
    url = reverse("observations:record", args=[seen.lesson_id], query={"page": number})
    return redirect(f"{url}#seen-{seen.pk}")
