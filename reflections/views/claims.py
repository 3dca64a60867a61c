"""One finding: what speaks for it, what speaks against it, and how sure that makes us."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from cycles.models import ResearchLesson
from cycles.permissions import can_conclude, can_name_pupils
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import CYCLE, TEAM, policy
from reflections.forms import AnswerForm, EvidenceFilter, LinkForm
from reflections.models import Claim, EvidenceLink
from reflections.pieces import linked, piece_of
from reflections.selectors import Finding, evidence_in
from reflections.weighing import linked_to, weigh
from reflections.workflow import findings

PAGE = 12
Stance = EvidenceLink.Stance
# What a side is called, and what to say while nothing is on it. Counter-evidence is always asked for.
SIDES = {
    Stance.SUPPORTS: (_("For it"), _("Nothing yet. Without evidence a finding is a first guess.")),
    Stance.CONTRADICTS: (_("Against it"), _("Nothing so far. Has anybody looked for it?")),
    Stance.CONTEXT: (_("Background"), _("Nothing. What stands here only explains; it does not count.")),
}


@require_safe
@policy("claim", sees=CYCLE)
def claim(request, pk):
    """A finding with its evidence, and the record to choose evidence from."""
    return _page(request, _claim(request, pk), part="choices")


@require_POST
@policy("claim", sees=CYCLE, does=TEAM, post_only=True)
def link_evidence(request, pk):
    """Say what a piece of evidence does to the finding."""
    found = _claim(request, pk, may=can_conclude)
    form = LinkForm(request.POST, lessons=_lessons(found))
    if not form.is_valid():
        return _page(request, found, part="finding", status=422, link_form=form)
    piece, stance = form.cleaned_data["piece"], form.cleaned_data["stance"]
    return _change(request, found, partial(findings.link_evidence, found, piece, stance=stance))


@require_POST
@policy("link", sees=CYCLE, does=TEAM, post_only=True)
def unlink_evidence(request, pk):
    """Say that a piece of evidence has nothing to do with the finding after all."""
    visible = Claim.objects.visible_to(request.user)
    link = get_object_or_404(EvidenceLink.objects.select_related("claim__cycle"), pk=pk, claim__in=visible)
    return _change(request, link.claim, partial(findings.unlink_evidence, link))


@require_POST
@policy("claim", sees=CYCLE, does=TEAM, post_only=True)
def answer(request, pk):
    """Answer what speaks against the finding."""
    found = _claim(request, pk, may=can_conclude)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, part="finding", status=422, answer_form=form)
    return _change(request, found, partial(findings.answer, found, text=form.cleaned_data["answer"]))


def _claim(request, pk, *, may=None):
    """A finding of one's own cycles, or 404; 403 for those who ``may`` not."""
    claims = Claim.objects.visible_to(request.user).select_related("cycle__school", "lesson")
    found = get_object_or_404(claims, pk=pk)
    require(may is None or may(request.user, found.cycle))
    return found


def _lessons(found):
    return list(ResearchLesson.objects.filter(cycle=found.cycle))


def _change(request, found, verb):
    """Do it, and show what has become of the finding. The filter in the address stays."""
    try:
        verb(by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    if request.htmx:
        return _page(request, _claim(request, found.pk), part="finding")
    address = reverse("reflections:claim", args=[found.pk])
    return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)


def _page(request, found, *, part, status=200, link_form=None, answer_form=None):
    """The page, or for htmx the one part of it that changed."""
    named = can_name_pupils(request.user, found.cycle)
    links = linked_to([found])
    pieces = linked(links[found.pk], request.user)
    context = {
        "cycle": found.cycle,
        "named": named,
        "sides": _sides(pieces),
        "link_form": link_form,
        "answer_form": answer_form or AnswerForm(initial={"answer": found.answer}),
        **_standing(request.user, found, weigh([found], links)[found.pk]),
        **_choices(request, found, pieces, named=named),
    }
    template = "reflections/claim.html"
    if request.htmx:
        template = f"{template}#{part}"
    response = TemplateResponse(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _standing(user, found, verdict):
    """How sure we are, and whether this person may change what that rests on."""
    may_conclude = found.cycle.stage == Stage.REFLECT and can_conclude(user, found.cycle)
    return {
        "finding": Finding(found, verdict),
        "may_conclude": may_conclude,
        "against": bool(verdict.contradicting or found.answer),
        "awaits_answer": may_conclude and bool(verdict.unanswered),
    }


def _sides(pieces):
    return [
        {
            "stance": stance,
            "heading": heading,
            "empty": empty,
            "pieces": [piece for piece in pieces if piece.stance == stance],
        }
        for stance, (heading, empty) in SIDES.items()
    ]


def _choices(request, found, pieces, *, named):
    """A page of what can be evidence, each with what it already does to the finding."""
    lessons = _lessons(found)
    shown = EvidenceFilter(request.GET, lessons=lessons, named=named)
    chosen = shown.chosen
    offered = evidence_in(lessons, what=chosen.get("what"), pupil=chosen.get("pupil"))
    page = Paginator(offered, PAGE).get_page(request.GET.get("page"))
    stances = {(piece.kind, piece.piece.pk): piece.stance for piece in pieces}
    choices = [piece_of(thing) for thing in page]
    return {
        "shown": shown,
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
        "page": page,
        "choices": [(piece, stances.get((piece.kind, piece.pk), "")) for piece in choices],
        "stances": [(stance, heading) for stance, (heading, _empty) in SIDES.items()],
    }
