"""Pupils in groups, by hand, and who watches whom."""

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cycles import workflow
from cycles.forms import GroupsForm
from cycles.models import GroupPlace
from cycles.permissions import can_name_pupils
from cycles.selectors import people_of, pupils_of, tables_of
from cycles.views.plan import SEES_PLAN, lesson_to_plan
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def groups(request, pk):
    """Seat each pupil in a group of four to six."""
    lesson = lesson_to_plan(request, pk)
    pupils = list(pupils_of(lesson))
    placed = dict(GroupPlace.objects.filter(lesson=lesson).values_list("student", "group__order"))
    tables = tables_of(lesson)
    numbers = {table.group.order: number for number, table in enumerate(tables, start=1)}
    initial = {f"pupil_{pupil}": numbers.get(order, 0) for pupil, order in placed.items()}
    initial["count"] = len(tables) or max(1, round(len(pupils) / 4))
    form = GroupsForm(posted(request), pupils=pupils, initial=initial)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            workflow.place_pupils(lesson, form.places(), count=form.cleaned_data["count"], by=request.user)
            messages.success(request, _("The groups are saved."))
            return redirect("cycles:groups", pk=pk)
        except NotAllowedNow as error:
            messages.error(request, str(error))
            status = 409
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "form": form,
        "seats": [(pupil, form[f"pupil_{pupil.pk}"]) for pupil in pupils],
        "choices": [
            (n, tables[n - 1].group.name if n <= len(tables) else _("Group %(number)d") % {"number": n})
            for n in range(1, 16)
        ],
        "tables": tables,
        "named": can_name_pupils(request.user, lesson.cycle),
    }
    return TemplateResponse(request, "cycles/groups.html", context, status=status)


@policy("lesson", sees=SEES_PLAN, does={PLANNER})
def observers(request, pk):
    """Tick who watches which group."""
    lesson = lesson_to_plan(request, pk)
    tables = tables_of(lesson)
    people = {role.user_id: role.user for role in people_of(lesson.cycle)}
    if request.method == "POST":
        chosen = {person: _ids(request.POST.getlist(f"watch_{person}")) for person in people}
        try:
            workflow.assign_observers(lesson, chosen, by=request.user)
            messages.success(request, _("Everybody can see whom to watch."))
        except NotAllowedNow as error:
            messages.error(request, str(error))
        return redirect("cycles:observers", pk=pk)
    context = {
        "cycle": lesson.cycle,
        "lesson": lesson,
        "tables": tables,
        "rows": [
            (person, [(table.group, person in table.observers) for table in tables])
            for person in people.values()
        ],
        "unwatched": [table.group for table in tables if not table.observers],
    }
    return TemplateResponse(request, "cycles/observers.html", context)


def _ids(values):
    return [int(value) for value in values if value.isdecimal()]
