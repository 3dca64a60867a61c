"""The sheet: what pupils do, what we expect them to think, what to watch for."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.forms.plan import HeaderForm, SchoolFormatForm
from cycles.models import LessonPlan, PlanStep, ResearchLesson
from cycles.permissions import can_comment, can_name_pupils, can_plan
from cycles.selectors import (
    latest_plan,
    people_here,
    plan_state,
    sheet_page,
    tables_of,
)
from cycles.sheet import SCHOOL_FORMAT
from cycles.stages import Stage
from cycles.views.rows import answer_row, begin_at_first_text
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import CYCLE, PLANNER, PRINCIPAL, policy
from lessonstudy.lib.posted import posted, posted_id

SEES_PLAN = CYCLE | {PRINCIPAL}


def lesson_for(request, pk):
    """The lesson whose plan this person may read, or 404."""
    lessons = ResearchLesson.objects.visible_to(request.user)
    return get_object_or_404(
        lessons.select_related(
            "cycle__team", "cycle__school_class", "school", "school_class", "model_teacher"
        ),
        pk=pk,
    )


def lesson_to_plan(request, pk):
    """The same, for those who may write; 403 for those who may only read."""
    lesson = lesson_for(request, pk)
    require(can_plan(request.user, lesson.cycle))
    return lesson


@require_safe
@policy("lesson", sees=SEES_PLAN)
def plan(request, pk):
    """The whole sheet, to read and to write from."""
    lesson = lesson_for(request, pk)
    may_plan = can_plan(request.user, lesson.cycle)
    sheet = sheet_page(lesson)
    planned = sheet.rows[-1].ends if sheet.rows else 0
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "plan": sheet.plan,
        "sheet": sheet,
        "planned": planned,
        "over": planned - lesson.minutes,
        "under": lesson.minutes - planned,
        "school_format": [
            (LessonPlan._meta.get_field(name).verbose_name, text)
            for name in SCHOOL_FORMAT
            if (text := getattr(sheet.plan, name))
        ],
        "can_write": sheet.plan.frozen_at is None and may_plan,
        "can_place": may_plan,
        "can_comment": lesson.cycle.stage != Stage.CLOSED and can_comment(request.user, lesson.cycle),
        "named": can_name_pupils(request.user, lesson.cycle),
        "tables": tables_of(lesson),
    }
    return TemplateResponse(request, "cycles/plan.html", context)


@require_POST
@policy("lesson", sees=SEES_PLAN, does=SEES_PLAN, post_only=True)
def here(request, pk):
    """Say that I have the plan open; learn who else has, and whether others have written since."""
    lesson = lesson_for(request, pk)
    sheet = latest_plan(lesson, rows=False)
    step = PlanStep.objects.filter(plan=sheet, pk=posted_id(request.POST.get("step", ""))).first()
    workflow.be_here(sheet, by=request.user, step=step)
    people = [
        {"name": present.user.get_short_name(), "step": present.step_id}
        for present in people_here(sheet, besides=request.user)
    ]
    return JsonResponse({"people": people, "state": plan_state(sheet, reader=request.user)})


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def edit_header(request, pk):
    """What the lesson is about, and what pupils already know."""
    lesson = lesson_to_plan(request, pk)
    form = HeaderForm(posted(request), instance=latest_plan(lesson, rows=False))
    return edit_row(request, lesson, form, _("About the lesson"), "about")


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def edit_school_format(request, pk):
    """What only the school's own forms of a plan ask for."""
    lesson = lesson_to_plan(request, pk)
    form = SchoolFormatForm(posted(request), instance=latest_plan(lesson, rows=False))
    return edit_row(request, lesson, form, _("For the school’s own forms"), "school-format")


def edit_row(request, lesson, form, title, place, **context):
    """Show one row's form, or write it and go back to its ``place`` on the sheet, or on another ``page``."""
    page = context.get("page") or reverse("cycles:plan", args=[lesson.pk])
    begin_at_first_text(form)
    context |= {"cycle": lesson.cycle, "lesson": lesson, "title": title, "page": page, "place": place}
    return answer_row(request, form, "cycles/edit_row.html", context, done=redirect(f"{page}#{place}"))


def anchor(lesson, place):
    return f"{reverse('cycles:plan', args=[lesson.pk])}#{place}"
