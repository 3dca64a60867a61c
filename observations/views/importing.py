"""Bringing in what was written down elsewhere: looked at before it is stored, and taken back as a whole."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import CYCLE, policy
from lessonstudy.lib.posted import posted
from lessonstudy.lib.tables import BadTable
from observations import importing
from observations.import_forms import MOST_ROWS, MOST_TEXT, BringInForm, StoreForm
from observations.import_preview import previewed
from observations.tallies import TallySheet
from observations.tally_sheets import by_table, codes_on_paper, tally_workbook
from observations.views.lesson import lesson_for
from observations.views.record import page_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOLD = 100  # problems that a page tells; who mends these sees the others


@policy("lesson", sees=CYCLE)
def bring_in(request, pk):
    """Choose a file; see every row of it as it would be stored, and everything that is wrong with it."""
    lesson = lesson_for(request, pk)
    form = BringInForm(posted(request), request.FILES or None, initial={"kind": importing.EventSheet.slug})
    if not form.is_valid():
        return _choose(request, lesson, form)
    file, source = form.cleaned_data["file"], _source(form, lesson, request.user)
    try:
        table = source.table(file, name=file.name, max_rows=MOST_ROWS)
        examined = importing.bring_in(source, table, dry_run=True)
    except BadTable as refused:
        return _choose(request, lesson, form, problems=refused.problems, source=source)
    except NotAllowedNow as error:
        form.add_error(None, str(error))
        return _choose(request, lesson, form, status=409)
    if examined.problems:
        return _choose(request, lesson, form, problems=examined.problems, source=source)
    if sum(len(cell) for row in table.rows for cell in row.cells.values()) > MOST_TEXT:
        form.add_error("file", _("There is more text in this file than a page can show. Split it."))
        return _choose(request, lesson, form)
    store = StoreForm({"rows": ""}, lesson=lesson, user=request.user)
    store = StoreForm({"rows": store.sealed(file.name, source, table)}, lesson=lesson, user=request.user)
    return _preview(request, lesson, store, examined, name=file.name, source=source)


def _source(form, lesson, user):
    told = form.cleaned_data
    return importing.source_of(told["kind"], lesson, user, begins=told["begins"])


def _choose(request, lesson, form, *, problems=(), source=None, status=None):
    """The page to choose a file on, with what was wrong in the last one."""
    page = page_of(request, lesson) | {
        "form": form,
        "problems": problems[:TOLD],
        "more": max(0, len(problems) - TOLD),
        "kind": source.slug if source else "",
        "columns": TallySheet(lesson).optional[1:],
        "is_open": importing.is_open(lesson),
        "brought_in": importing.brought_in(lesson, request.user),
    }
    status = status or (422 if form.is_bound else 200)
    return TemplateResponse(request, "observations/bring_in.html", page, status=status)


def _preview(request, lesson, store, examined, *, name, source, status=200):
    page = page_of(request, lesson) | {
        "store": store,
        "examined": examined,
        "rows": previewed(examined),
        "name": name,
        "kind": source.slug,
    }
    return TemplateResponse(request, "observations/bring_in_preview.html", page, status=status)


@require_POST
@policy("lesson", sees=CYCLE, post_only=True)
def store_import(request, pk):
    """Store what was looked at: all of it, or nothing where something has come between."""
    lesson = lesson_for(request, pk)
    form = StoreForm(request.POST, lesson=lesson, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Too much time has passed. Choose the file once more."))
        return redirect("observations:bring_in", pk)
    source = form.source
    try:
        examined = importing.bring_in(source, form.table, again=form.cleaned_data["again"])
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect("observations:bring_in", pk)
    if examined.problems:
        return _preview(request, lesson, form, examined, name=form.name, source=source, status=409)
    told = ngettext("%(n)d record is stored.", "%(n)d records are stored.", examined.new)
    messages.success(request, told % {"n": examined.new})
    return redirect("observations:bring_in", pk)


@require_POST
@policy("lesson", sees=CYCLE, post_only=True)
def take_back_import(request, pk):
    """Strike out everything of one kind that this person brought in."""
    lesson = lesson_for(request, pk)
    kind = request.POST.get("kind")
    if kind in importing.KINDS:
        try:
            n = importing.take_back(importing.source_of(kind, lesson, request.user))
            told = ngettext("%(n)d record is taken back.", "%(n)d records are taken back.", n)
            messages.success(request, told % {"n": n})
        except NotAllowedNow as error:
            messages.error(request, str(error))
    return redirect("observations:bring_in", pk)


@require_safe
@policy("lesson", sees=CYCLE)
def tally_sheet(request, pk):
    """An empty sheet to print: the lesson's pupils and codes, and boxes to make strokes in."""
    lesson = lesson_for(request, pk)
    page = page_of(request, lesson, tables=by_table(lesson), codes=codes_on_paper(lesson))
    return TemplateResponse(request, "observations/tally_sheet.html", page)


@require_safe
@policy("lesson", sees=CYCLE)
def tally_file(request, pk):
    """The same sheet to type in and bring in again."""
    lesson = lesson_for(request, pk)
    named = page_of(request, lesson)["named"]
    return HttpResponse(
        tally_workbook(lesson, named=named),
        content_type=XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="tally-{lesson.pk}.xlsx"',
            "Cache-Control": "private, no-store",
        },
    )
