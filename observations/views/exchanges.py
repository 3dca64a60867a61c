"""Who spoke to whom, and what two observers of one pupil wrote down."""

from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from lessonstudy.lib.policy import CYCLE, policy
from observations.agreement import ENOUGH
from observations.arrows import TURNS_FOR_WORDS
from observations.compared import InOrder, pairs_of
from observations.exchanges import circles_of
from observations.filters import WindowForm
from observations.views.lesson import lesson_for
from observations.views.record import page_of

PAGE = 100


@require_safe
@policy("lesson", sees=CYCLE)
def who_to_whom(request, pk):
    """Each group as arrows from pupil to pupil, and the numbers beside them."""
    lesson = lesson_for(request, pk)
    page = page_of(request, lesson, circles=circles_of(lesson), turns_for_words=TURNS_FOR_WORDS)
    return TemplateResponse(request, "observations/who_to_whom.html", page)


@require_safe
@policy("lesson", sees=CYCLE)
def agreement(request, pk):
    """Each pupil whom two people watched at the same time; one of these moment by moment."""
    lesson = lesson_for(request, pk)
    form = WindowForm(request.GET if "window" in request.GET else None)
    pairs = pairs_of(lesson, window=form.seconds)
    chosen = next((pair for pair in pairs if pair.key == request.GET.get("pair")), None)
    page = page_of(request, lesson, form=form, window=form.seconds, pairs=pairs, chosen=chosen, enough=ENOUGH)
    if chosen is not None:
        page["page"] = Paginator(InOrder(chosen), PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, "observations/agreement.html", page)
