"""Reports: asked for, watched while they are written, read, published and taken along."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles.models import ResearchLesson
from cycles.permissions import can_conclude, can_lead
from lessonstudy.lib.downloads import harmless
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.policy import COLLEAGUE, CYCLE, EVERYBODY, PLANNER, PRINCIPAL, TEAM, policy
from reflections.models import Report
from reflections.report import files, spreadsheet
from reflections.report.sheet import sheet
from reflections.workflow import reports as workflow

SEES_REPORT = CYCLE | {COLLEAGUE, PRINCIPAL}  # colleagues and the principal once it is published
PAGE = 30
ERRORS = {
    "fault": gettext_lazy("Something in this lesson's record could not be printed. Your record is safe."),
    "worker_lost": gettext_lazy("The program was stopped while it wrote this report. Your record is safe."),
}


def report_for(request, pk):
    """A report this person may read, or 404."""
    reports = Report.objects.visible_to(request.user).select_related("lesson__cycle__school")
    return get_object_or_404(reports, pk=pk)


def ready_report_for(request, pk):
    """The same once it can be read; a report that is not ready has no pages yet."""
    report = report_for(request, pk)
    if report.state != Report.State.READY:
        raise Http404
    return report


@require_safe
@policy(sees=EVERYBODY)
def reports(request):
    """Reports of one's own cycles, and the school's published ones."""
    found = (
        Report.objects.visible_to(request.user)
        .select_related("lesson__cycle__team", "lesson__school_class")
        .defer("snapshot")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, "reflections/reports.html", {"page": page})


@require_POST
@policy("lesson", sees=CYCLE, does=TEAM, post_only=True)
def request_report(request, pk):
    """Have the report compiled in the background, and go where its progress is."""
    lessons = ResearchLesson.objects.joined_by(request.user)
    lesson = get_object_or_404(lessons.select_related("cycle", "school"), pk=pk)
    try:
        report = workflow.request_report(lesson, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect(lesson.cycle)
    return redirect(report)


@require_safe
@policy("report", sees=SEES_REPORT)
def report(request, pk):
    """The report itself, or how far it is."""
    report = report_for(request, pk)
    context = _progress(report) | {
        "cycle": report.lesson.cycle,
        "may_publish": can_lead(request.user, report.lesson.cycle),
        "may_compile": can_conclude(request.user, report.lesson.cycle),
    }
    if report.state != Report.State.READY:
        return TemplateResponse(request, "reflections/report_waiting.html", context)
    context["sheet"] = sheet(report.snapshot, get_language())
    return TemplateResponse(request, "reflections/report.html", context)


@require_safe
@policy("report", sees=SEES_REPORT)
def report_progress(request, pk):
    """The progress bar alone, asked for again and again; when the report is ready the page is loaded anew."""
    report = report_for(request, pk)
    response = TemplateResponse(request, "reflections/report_waiting.html#progress", _progress(report))
    if report.state not in {Report.State.QUEUED, Report.State.RUNNING}:
        response["HX-Refresh"] = "true"
    return response


def _progress(report):
    return {
        "report": report,
        "waiting": report.state in {Report.State.QUEUED, Report.State.RUNNING},
        "why": ERRORS.get(report.error, ""),
    }


@require_POST
@policy("report", sees=SEES_REPORT, does=TEAM, post_only=True)
def retry_report(request, pk):
    """Try a failed report again."""
    report = report_for(request, pk)
    try:
        workflow.retry_report(report, by=request.user)
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect(report)


@require_POST
@policy("report", sees=SEES_REPORT, does={PLANNER}, post_only=True)
def publish_report(request, pk):
    """Let the school read it."""
    report = report_for(request, pk)
    try:
        workflow.publish_report(report, by=request.user)
        messages.success(
            request, _("The report is published: your school's teachers and principal can read it.")
        )
    except NotAllowedNow as error:
        messages.error(request, str(error))
    return redirect(report)


@require_safe
@policy("report", sees=SEES_REPORT)
def report_pdf(request, pk):
    report = ready_report_for(request, pk)
    try:
        pages = files.read(report.pdf)
    except FileNotFoundError:
        raise Http404 from None
    return _attachment(pages, "application/pdf", report, "pdf")


@require_safe
@policy("report", sees=SEES_REPORT)
def report_json(request, pk):
    return JsonResponse(ready_report_for(request, pk).snapshot, json_dumps_params={"ensure_ascii": False})


@require_safe
@policy("report", sees=SEES_REPORT)
def report_xlsx(request, pk):
    report = ready_report_for(request, pk)
    content = spreadsheet.render(report.snapshot, language=get_language())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attachment(content, kind, report, "xlsx")


def _attachment(content, kind, report, ending):
    """A file to keep, named by lesson and version alone and never run by the browser."""
    response = HttpResponse(content, content_type=kind)
    name = f"lesson-{report.lesson_id}-report-{report.version}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return harmless(response)
