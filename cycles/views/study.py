"""Before the sheet: the theme, what the team found out, and the pupils it plans for."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import workflow
from cycles.forms.study import StudyFileForm, StudyNoteForm, ThemeForm
from cycles.models import Cycle, StudyNote
from cycles.patterns import ABOUT_CONTENT, ABOUT_TOOLS
from cycles.permissions import can_plan
from cycles.selectors import can_open, latest_lesson
from cycles.stages import Stage
from cycles.themes import same_theme
from cycles.views.plan import SEES_PLAN
from cycles.views.rows import answer_row, begin_at_first_text, say
from lessonstudy.lib.downloads import harmless
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import PLANNER, policy
from lessonstudy.lib.posted import posted
from lessonstudy.lib.uploads import BadFile


def cycle_for(request, pk):
    """The cycle whose plan this person may read, or 404."""
    cycles = Cycle.objects.plan_visible_to(request.user)
    return get_object_or_404(cycles.select_related("team", "school_class", "school", "previous"), pk=pk)


def cycle_to_plan(request, pk):
    """The same, for those who may write; 403 for those who may only read."""
    cycle = cycle_for(request, pk)
    require(can_plan(request.user, cycle))
    return cycle


@require_safe
@policy("cycle", sees=SEES_PLAN)
def theme(request, pk):
    """What the cycle is about; beside it, earlier cycles on the same theme."""
    cycle = cycle_for(request, pk)
    alike = same_theme(cycle, request.user)
    context = {
        "cycle": cycle,
        "lesson": latest_lesson(cycle),
        "can_write": cycle.stage != Stage.CLOSED and can_plan(request.user, cycle),
        "alike": alike,
        "open": can_open(request.user, alike),
    }
    return TemplateResponse(request, "cycles/theme.html", context)


@policy("cycle", sees=SEES_PLAN, does={PLANNER})
def edit_theme(request, pk):
    """The theme, the way from the pupils of today to those hoped for, and the hypothesis."""
    cycle = cycle_to_plan(request, pk)
    form = ThemeForm(posted(request), instance=cycle, user=request.user)
    page = reverse("cycles:theme", args=[pk])
    begin_at_first_text(form)
    context = {
        "cycle": cycle,
        "lesson": latest_lesson(cycle),
        "title": _("Theme and hypothesis"),
        "page": page,
        "part": "theme",
        "place": "theme",
    }
    return answer_row(request, form, "cycles/edit_row.html", context, done=redirect(page))


@require_safe
@policy("cycle", sees=SEES_PLAN)
def study(request, pk):
    """What the team asked before planning, what it found, and where it went."""
    cycle = cycle_for(request, pk)
    notes = cycle.study_notes.select_related("step", "by")
    asked = {note.question for note in notes}
    context = {
        "cycle": cycle,
        "lesson": latest_lesson(cycle),
        "notes": notes,
        "unused": sum(note.step_id is None for note in notes),
        "can_write": cycle.stage != Stage.CLOSED and can_plan(request.user, cycle),
        "prompts": [
            (
                _("About the content and the pupils"),
                [text for text in ABOUT_CONTENT if str(text) not in asked],
            ),
            (_("About task and materials"), [text for text in ABOUT_TOOLS if str(text) not in asked]),
        ],
    }
    return TemplateResponse(request, "cycles/study.html", context)


@require_POST
@policy("cycle", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def add_note(request, pk):
    """A note, with the question that was pressed."""
    cycle = cycle_to_plan(request, pk)
    question = request.POST.get("question", "")[:500]
    note = say(request, lambda: workflow.add_note(cycle, question=question, by=request.user))
    return redirect("cycles:edit_note", note.pk) if note else redirect("cycles:study", pk)


def note_for(request, pk):
    """A note of a cycle whose plan this person may read, or 404."""
    notes = StudyNote.objects.visible_to(request.user)
    return get_object_or_404(notes.select_related("cycle", "school"), pk=pk)


def note_to_write(request, pk):
    note = note_for(request, pk)
    require(can_plan(request.user, note.cycle))
    return note


def _about(note):
    page = reverse("cycles:study", args=[note.cycle_id])
    return {"cycle": note.cycle, "lesson": latest_lesson(note.cycle), "note": note, "page": page}


@policy("note", sees=SEES_PLAN, does={PLANNER})
def edit_note(request, pk):
    """One note, and the file beside it."""
    note = note_to_write(request, pk)
    page = reverse("cycles:study", args=[note.cycle_id])
    form = StudyNoteForm(posted(request), instance=note)
    begin_at_first_text(form)
    context = _about(note) | {"file_form": StudyFileForm()}
    return answer_row(request, form, "cycles/edit_note.html", context, done=redirect(page))


@require_POST
@policy("note", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def put_file(request, pk):
    """Put a file beside the note."""
    note = note_to_write(request, pk)
    form = StudyFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            workflow.put_file(note, file, name=file.name, by=request.user)
            messages.success(request, _("The file is kept with the note."))
            return redirect("cycles:edit_note", pk)
        except (BadFile, NotAllowedNow) as error:
            form.add_error("file", str(error))
    context = _about(note) | {"form": StudyNoteForm(instance=note), "file_form": form}
    return TemplateResponse(request, "cycles/edit_note.html", context, status=422)


@require_POST
@policy("note", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def take_file(request, pk):
    note = note_to_write(request, pk)
    say(request, lambda: workflow.take_file(note, by=request.user))
    return redirect("cycles:edit_note", pk)


@require_POST
@policy("note", sees=SEES_PLAN, does={PLANNER}, post_only=True)
def remove_note(request, pk):
    note = note_to_write(request, pk)
    say(request, lambda: workflow.remove_note(note, by=request.user))
    return redirect("cycles:study", note.cycle_id)


@require_safe
@policy("note", sees=SEES_PLAN)
def study_file(request, pk):
    """The file beside a note: to keep, never shown as a page of ours."""
    note = note_for(request, pk)
    if not note.file:
        return redirect("cycles:study", note.cycle_id)
    response = FileResponse(note.file.open("rb"), as_attachment=True, filename=note.file_name)
    response["Content-Type"] = "application/octet-stream"
    return harmless(response)
