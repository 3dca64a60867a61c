"""A report is asked for, tried again, and published."""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from cycles.permissions import can_conclude, can_lead
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from reflections import tasks
from reflections.models import Report
from reflections.report import queue
from schools.models import User

State = Report.State


def request_report(lesson: ResearchLesson, *, by: User) -> Report:
    """Have the lesson's report compiled in the background, as its next version.

    While one is already being written that one is returned: asking twice makes one report.
    Raises NotAllowedNow before the debrief.
    """
    require(can_conclude(by, lesson.cycle))
    if lesson.ended_at is None or lesson.cycle.stage not in {Stage.REFLECT, Stage.CLOSED}:
        raise NotAllowedNow(
            _("The report is compiled once the lesson has been taught and the debrief is open.")
        )
    try:
        with transaction.atomic():
            report = _queue(lesson, by=by)
    except IntegrityError:
        return Report.objects.get(lesson=lesson, state__in=[State.QUEUED, State.RUNNING])
    return report


def _queue(lesson: ResearchLesson, *, by: User | None) -> Report:
    last = Report.objects.filter(lesson=lesson).aggregate(last=Max("version"))["last"] or 0
    report = Report.objects.create(
        school=lesson.school, lesson=lesson, version=last + 1, requested_by=by, woken_at=timezone.now()
    )
    transaction.on_commit(partial(tasks.wake, report.pk))
    return report


@transaction.atomic
def retry_report(report: Report, *, by: User) -> None:
    """Try a failed report again. Raises NotAllowedNow when it has not failed."""
    require(can_conclude(by, report.lesson.cycle))
    if not queue.retry(report.pk):
        raise NotAllowedNow(_("This report has not failed."))
    transaction.on_commit(partial(tasks.wake, report.pk))


@transaction.atomic
def publish_report(report: Report, *, by: User) -> None:
    """Let the school's teachers and its principal read the report. A published report never changes."""
    require(can_lead(by, report.lesson.cycle))
    if report.state != State.READY:
        raise NotAllowedNow(_("Only a finished report can be published."))
    Report.objects.filter(pk=report.pk, state=State.READY, published_at=None).update(
        published_at=timezone.now(), published_by=by
    )
