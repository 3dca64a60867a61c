"""What to start a plan from: taught lessons of the school, one's own, and shapes that lessons take."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cycles import library as shelves
from cycles import workflow
from cycles.forms.library import SearchForm
from cycles.patterns import PATTERNS
from cycles.selectors import latest_plan
from cycles.sheet import is_blank, planned_minutes, take
from cycles.views.plan import SEES_PLAN, lesson_to_plan
from cycles.views.rows import say
from lessonstudy.lib.policy import EVERYBODY, PLANNER, SCHOOL, policy
from lessonstudy.lib.posted import posted_id

PAGE = 20


@require_safe
@policy(sees=EVERYBODY)
def library(request):
    """Taught lessons of one's schools, by words, subject, grade and misconception."""
    form = SearchForm(request.GET, user=request.user)
    page = Paginator(shelves.search(request.user, **form.wanted()), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "entries": shelves.entries(page.object_list),
        "narrowed": any(form.wanted().values()),
    }
    return TemplateResponse(request, "cycles/library.html", context)


@require_safe
@policy("taught_plan", sees=SCHOOL)
def library_plan(request, pk):
    """One taught plan, to read and to start from."""
    taught = get_object_or_404(shelves.shelf(request.user), pk=pk)
    sheet = shelves.sheet_to_read(taught)
    context = {
        "taught": taught,
        "sheet": sheet,
        "minutes": planned_minutes(sheet),
        "lessons": shelves.lessons_in_planning(request.user),
    }
    return TemplateResponse(request, "cycles/library_plan.html", context)


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def start_from(request, pk):
    """Begin with a taught lesson, another lesson of one's own, or a shape."""
    lesson = lesson_to_plan(request, pk)
    if request.method == "POST":
        return _start(request, lesson)
    others = Paginator(shelves.lessons_to_start_from(request.user, lesson), PAGE)
    plan = latest_plan(lesson, rows=False)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "patterns": PATTERNS,
        "page": others.get_page(request.GET.get("page")),
        "blank": is_blank(take(plan)),
        "frozen": plan.frozen_at is not None,
    }
    return TemplateResponse(request, "cycles/start_from.html", context)


def _start(request, lesson):
    told = request.POST.get("pattern", "")
    if pattern := next((pattern for pattern in PATTERNS if pattern.slug == told), None):
        begin = partial(workflow.start_from_pattern, lesson, pattern)
    elif source := _source(request, lesson):
        begin = partial(workflow.start_from_plan, lesson, source)
    else:
        messages.error(request, _("There is no such plan to start from. Choose another."))
        return redirect("cycles:start_from", lesson.pk)
    words = _("Make it yours: change, move and remove what does not fit your pupils.")
    say(request, partial(begin, by=request.user), words)
    return redirect("cycles:plan", lesson.pk)


def _source(request, lesson):
    """The plan that was chosen: a taught one, or that of another lesson; None where this person may not."""
    plan, other = (posted_id(request.POST.get(name, "")) for name in ("plan", "lesson"))
    if plan is not None:
        return shelves.source_for(request.user, lesson, plan)
    others = shelves.lessons_to_start_from(request.user, lesson)
    chosen = others.filter(pk=other).first()
    return chosen and latest_plan(chosen, rows=False)
