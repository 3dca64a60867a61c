"""Pupils' work: what it shows, how far they got, a photo where consent allows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cycles.permissions import can_lead
from cycles.selectors import pupils_of
from lessonstudy.lib import files
from lessonstudy.lib.downloads import harmless
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.policy import CYCLE, OBSERVER, TEAM, policy
from lessonstudy.lib.posted import posted
from lessonstudy.lib.uploads import BadFile, photographed
from observations import workflow
from observations.gathered import seen_photo, shown, work_of
from observations.gathered_forms import AboutWork, ClassForm, WorkFilter, WorkForm
from observations.models import WorkSample
from observations.permissions import can_correct_work
from observations.views.gathering import gathering
from observations.views.lesson import lesson_for

PAGE = 40


@require_safe
@policy("lesson", sees=CYCLE)
def work(request, pk):
    """Everything that was gathered, pupil by pupil."""
    lesson = lesson_for(request, pk)
    form = WorkFilter(request.GET, lesson=lesson)
    every = work_of(lesson, request.user)
    samples = Paginator(form.narrow(every), PAGE).get_page(request.GET.get("page"))
    leads = can_lead(request.user, lesson.cycle)
    page = gathering(
        request,
        lesson,
        "work",
        form=form,
        page=samples,
        pieces=shown(list(samples), lesson, request.user, leads=leads),
        any=every.exists(),
        pupils=pupils_of(lesson).count(),
        with_work=every.order_by().values("student").distinct().count(),
    )
    return TemplateResponse(request, "observations/work.html", page)


@policy("lesson", sees=CYCLE)
def add_work(request, pk):
    """One piece of work, with its photo."""
    lesson = lesson_for(request, pk)
    page = gathering(request, lesson, "work")
    chosen = {
        name: request.GET.get(name) for name in ("student", "objective", "stage") if name in request.GET
    }
    form = WorkForm(
        posted(request), request.FILES or None, lesson=lesson, named=page["named"], initial=chosen
    )

    def keep(photo):
        chosen = form.cleaned_data
        workflow.add_work(
            lesson, chosen["student"], form.told, id=chosen["id"], by=request.user, **_file(photo)
        )

    return _answer(request, page, form, keep, title=_("Add a piece of work"))


@policy("sample", sees=CYCLE, does={OBSERVER})
def edit_work(request, pk):
    """Correct what one said of a piece of work."""
    sample = _sample(request, pk)
    require(can_correct_work(request.user, sample))
    page = gathering(request, sample.lesson, "work", sample=sample)
    form = WorkForm(
        posted(request), request.FILES or None, lesson=sample.lesson, named=page["named"], sample=sample
    )

    def keep(photo):
        workflow.correct_work(sample, form.told, by=request.user, **_file(photo))

    return _answer(request, page, form, keep, title=_("A piece of work"))


def _answer(request, page, form, keep, *, title):
    """The form until it can be kept; then the list."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                keep(form.cleaned_data["photo"])
                messages.success(request, _("Kept."))
                return redirect("observations:work", page["lesson"].pk)
            except BadFile as error:
                form.refuse("photo", _again(str(error)))
            except files.NoRoom:
                form.refuse("photo", _again(no_room()))
            except NotAllowedNow as error:
                form.refuse(None, str(error))
                status = 409
        elif photo := form.cleaned_data.get("photo"):
            form.add_error("photo", _again(_wrong_with(photo)))
    context = page | {"form": form, "title": title}
    return TemplateResponse(request, "observations/edit_work.html", context, status=status)


def no_room():
    return _("There is no room left on the server for the photo. Tell the people who run this site.")


def _again(reason):
    """A browser does not send a chosen file twice of itself."""
    return f"{reason} {_('What you wrote is still here; only the photo is to be chosen again.')}".strip()


def _wrong_with(photo):
    """Why the file would not be taken, said beside what else is wrong; "" for a photo that would."""
    try:
        photographed(photo, photo.name)
    except BadFile as error:
        return str(error)
    return ""


def _file(photo):
    return {"photo": photo, "name": photo.name} if photo else {}


def _sample(request, pk):
    """A piece of work of one's own cycles that was not taken away, or 404."""
    found = WorkSample.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("lesson__cycle__team", "lesson__school", "student", "school"), pk=pk
    )


@require_POST
@policy("sample", sees=CYCLE, does=TEAM, post_only=True)
def remove_work(request, pk):
    """Take a piece of work away, and its photo with it."""
    sample = _sample(request, pk)
    try:
        workflow.remove_work(sample, by=request.user)
        messages.success(request, _("Taken away."))
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect("observations:work", sample.lesson_id)


@policy("lesson", sees=CYCLE)
def class_work(request, pk):
    """The work of a whole class in one table: a level and a line for each pupil."""
    lesson = lesson_for(request, pk)
    about = AboutWork(request.GET.dict(), lesson=lesson)
    if not about.is_valid():
        raise Http404
    form = ClassForm(posted(request), lesson=lesson, observer=request.user, about=about.chosen)
    page = gathering(request, lesson, "work", about=about, form=form)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                n = workflow.note_class(lesson, form.lines, by=request.user, **about.chosen)
                messages.success(request, ngettext("%(n)d row kept.", "%(n)d rows kept.", n) % {"n": n})
                query = urlencode({"objective": about["objective"].value() or "", **_stage(about)})
                return redirect(f"{reverse('observations:class_work', args=[lesson.pk])}?{query}")
            except NotAllowedNow as error:
                form.add_error(None, str(error))
                status = 409
    return TemplateResponse(request, "observations/class_work.html", page, status=status)


def _stage(about):
    return {"stage": about.cleaned_data["stage"]}


@require_safe
@policy("sample", sees=CYCLE)
def photo(request, pk):
    """The photo of a piece of work, as long as the guardian's word stands. Never a page of ours."""
    try:
        with files.opened(seen_photo(_sample(request, pk), request.user)) as file:
            answer = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    answer["Content-Disposition"] = 'attachment; filename="work.jpg"'  # an <img> shows it nevertheless
    return harmless(answer)
