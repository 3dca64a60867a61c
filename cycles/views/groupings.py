"""One grouping, changed by hand: each tap is kept, measured and shown at once."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import mixing_words, workflow
from cycles.grouping import BadProblem
from cycles.mixing import groupings_of, newcomers_of, seating_of
from cycles.models import Grouping, GroupingProof
from cycles.permissions import can_name_pupils, can_plan
from cycles.views.plan import SEES_PLAN
from cycles.views.rows import say
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted_id

ABOUT = ("lesson__cycle__team", "lesson__cycle__school_class", "lesson__school", "lesson__school_class")


def grouping_to_plan(request, pk):
    """The grouping, for those who plan its lesson; 404 for strangers, 403 for who may only read."""
    groupings = Grouping.objects.visible_to(request.user).select_related(*ABOUT)
    grouping = get_object_or_404(groupings, pk=pk)
    require(can_plan(request.user, grouping.lesson.cycle))
    return grouping


@require_safe
@policy("grouping", sees=SEES_PLAN, does={PLANNER})
def grouping(request, pk):
    """The tables of one alternative; ``?picked=`` names the pupil who is to move."""
    found = grouping_to_plan(request, pk)
    return _shown(request, found, picked=posted_id(request.GET.get("picked", "")))


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def exchange(request, pk):
    """The pupil picked first and the one picked now change places; one alone waits for the other."""
    found = grouping_to_plan(request, pk)
    first, second = _id(request, "first"), _id(request, "second")
    if first is None or first == second:
        picked = None if first == second else second
        return _shown(request, found, picked=picked) if request.htmx else _back(found, picked)
    return _changed(request, found, lambda how: workflow.exchange(found, first, second, **how))


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def move(request, pk):
    """The picked pupil goes to another group, or away."""
    found = grouping_to_plan(request, pk)
    first, group = _id(request, "first") or 0, _id(request, "group")
    group = -1 if group is None else group  # which no grouping has
    return _changed(request, found, lambda how: workflow.move(found, first, group, **how))


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def lock(request, pk):
    """The picked pupil stays at this table when groups are mixed again, or no longer does."""
    found = grouping_to_plan(request, pk)
    first, locked = _id(request, "first") or 0, request.POST.get("locked") == "1"
    return _changed(
        request, found, lambda how: workflow.lock(found, first, locked=locked, **how), picked=first
    )


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def rebuild(request, pk):
    """Mix again around those who are locked."""
    found = grouping_to_plan(request, pk)
    return _changed(request, found, lambda how: workflow.rebuild(found, **how))


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def undo(request, pk):
    """As it was before the last change."""
    found = grouping_to_plan(request, pk)
    return _changed(request, found, lambda how: workflow.undo(found, **how))


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def take_better(request, pk):
    """Take over the better groups that were found."""
    found = grouping_to_plan(request, pk)
    return _changed(request, found, lambda how: workflow.take_better(found, **how))


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def use(request, pk):
    """Seat the class so."""
    found = grouping_to_plan(request, pk)
    try:
        workflow.use(found, by=request.user)
        if new := newcomers_of(found, found.places.all()):
            codes = ", ".join(pupil.code for pupil in new)
            messages.warning(request, _("New in the class, and in no group: %(codes)s.") % {"codes": codes})
        messages.success(request, _("These groups are in use now."))
        return redirect("cycles:groups", found.lesson_id)
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect(found)


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def discard(request, pk):
    """Take the alternative away."""
    found = grouping_to_plan(request, pk)
    say(request, lambda: workflow.discard(found, by=request.user))
    return redirect("cycles:groups", found.lesson_id)


@require_POST
@policy("grouping", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def ask_for_proof(request, pk):
    """Have it looked into whether these groups could be better."""
    found = grouping_to_plan(request, pk)
    if not request.htmx:
        say(request, lambda: workflow.ask_for_proof(found, by=request.user))
        return redirect(found)
    try:
        workflow.ask_for_proof(found, by=request.user)
    except NotAllowedNow as error:
        return _proof(request, found, refusal=str(error), status=409)
    return _proof(request, found)


@require_safe
@policy("grouping", sees=SEES_PLAN, does={PLANNER})
def proof(request, pk):
    """How far the look into better groups is, and what came of it."""
    found = grouping_to_plan(request, pk)
    return _proof(request, found) if request.htmx else redirect(found)


@require_safe
@policy("grouping", sees=SEES_PLAN, does={PLANNER})
def compare_groupings(request, pk):
    """This alternative beside another one: ``?with=``."""
    found = grouping_to_plan(request, pk)
    others = groupings_of(found.lesson).exclude(pk=pk).select_related(*ABOUT)
    chosen = posted_id(request.GET.get("with", ""))
    other = others.filter(pk=chosen).first() if chosen else others.first()
    both = [seating_of(one) for one in (found, other) if one is not None]
    context = {
        "cycle": found.lesson.cycle,
        "lesson": found.lesson,
        "grouping": found,
        "others": others,
        "other": other,
        "both": [(seating, mixing_words.tables_said(seating)) for seating in both],
        "measures": mixing_words.side_by_side(both),
        "named": can_name_pupils(request.user, found.lesson.cycle),
    }
    return TemplateResponse(request, "cycles/compare_groupings.html", context)


def _id(request, name):
    return posted_id(request.POST.get(name, ""))


def _back(grouping, picked):
    address = grouping.get_absolute_url()
    return redirect(f"{address}?picked={picked}#tables" if picked else address)


def _changed(request, grouping, change, *, picked=None):
    """Carry the change out on the edition that was seen, and show the tables as they are now."""
    problem, status = "", 200
    try:
        change({"edition": _id(request, "edition") or 0, "by": request.user})
    except NotAllowedNow as error:
        problem, status = str(error), 409
    except workflow.CannotBe as error:
        problem = " ".join(mixing_words.why_not(error.found, grouping.lesson))
        status = 409
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect(grouping)
    grouping.refresh_from_db()
    return _shown(request, grouping, picked=picked, problem=problem, status=status)


def _shown(request, grouping, *, picked=None, problem="", status=200):
    try:
        seating = seating_of(grouping)
    except BadProblem:
        messages.error(request, _("Too few pupils are left in these groups. Mix others."))
        return redirect("cycles:groups", grouping.lesson_id)
    known = {face.student.pk: face for _number, faces, _facts in seating.tables for face in faces}
    known |= {place.student_id: place for place in seating.absent}
    context = {
        "cycle": grouping.lesson.cycle,
        "lesson": grouping.lesson,
        "grouping": grouping,
        "seating": seating,
        "tables": mixing_words.tables_said(seating),
        "measures": mixing_words.measures_said(seating),
        "rules": mixing_words.rules_said(seating),
        "picked": known.get(picked),
        "problem": problem,
        "others": groupings_of(grouping.lesson).exclude(pk=grouping.pk).exists(),
        "may_change": grouping.lesson.ended_at is None,
        "named": can_name_pupils(request.user, grouping.lesson.cycle),
        **_proof_context(grouping),
    }
    page = "cycles/grouping.html#board" if request.htmx else "cycles/grouping.html"
    return TemplateResponse(request, page, context, status=status)


def _proof(request, grouping, *, refusal="", status=200):
    context = {"grouping": grouping, "refusal": refusal, **_proof_context(grouping)}
    return TemplateResponse(request, "cycles/grouping.html#proof", context, status=status)


def _proof_context(grouping):
    """The answer about these very groups; one about earlier groups is not shown."""
    found = GroupingProof.objects.filter(grouping=grouping, edition=grouping.edition).first()
    waiting = found is not None and found.state in {"queued", "running"}
    return {"proof": found, "waiting": waiting, "proven": mixing_words.proof_said(found) if found else []}
