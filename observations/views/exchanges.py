"""Who spoke to whom, and what two observers of one pupil wrote down."""

from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from lessonstudy.lib.policy import CYCLE, policy
from observations.agreement import ENOUGH
from observations.arrows import TURNS_FOR_WORDS
from observations.compared import InOrder, compare, pairs_of, pupils_of_pair
from observations.exchanges import circles_of
from observations.filters import WindowForm
from observations.views.lesson import lesson_for
from observations.views.record import page_of

PAIRS, PUPILS, PAGE = 30, 30, 100


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
    """Two of the observers, the pupils both watched at the same time, and one of these moment by moment."""
    lesson = lesson_for(request, pk)
    pairs, number = pairs_of(lesson), request.GET.get("page")
    pair = pairs[0] if len(pairs) == 1 else _asked(pairs, request.GET.get("pair"))
    form = WindowForm(request.GET if "window" in request.GET else None)
    page = page_of(request, lesson, pairs=pairs, pair=pair, form=form, window=form.seconds, enough=ENOUGH)
    if pair is None:
        page["page"] = Paginator(pairs, PAIRS).get_page(number)
        return TemplateResponse(request, "observations/agreement.html", page)
    pupils = pupils_of_pair(pair)
    if chosen := next((pupil for pupil in pair.together if str(pupil) == request.GET.get("pupil")), None):
        page["compared"] = compare(lesson, pair, pupils.filter(pk=chosen), window=form.seconds)
        page["chosen"] = page["compared"][0]
        page["page"] = Paginator(InOrder(page["chosen"]), PAGE).get_page(number)
    else:
        page["page"] = Paginator(pupils, PUPILS).get_page(number)
        page["compared"] = compare(lesson, pair, page["page"], window=form.seconds)
    return TemplateResponse(request, "observations/agreement.html", page)


def _asked(pairs, key):
    return next((pair for pair in pairs if pair.key == key), None)
