"""Compiles one report from what is there: count, weigh, set the pages, put them away."""

from __future__ import annotations

import logging
import uuid

from reflections.models import Report
from reflections.report import files, pdf, queue
from reflections.report.snapshot import take_snapshot

log = logging.getLogger(__name__)
Step = Report.Step


def run(report_id: int) -> None:
    """Compile the report if it waits; do nothing if another worker has it or it is done.

    A fault gives it back to the queue (or fails it after the last attempt) and is logged by id alone.
    """
    token = queue.claim(report_id)
    if token is None:
        return
    try:
        _compile(report_id, token)
    except queue.LostLease:
        log.warning("report %s was taken over by another worker", report_id)
        _tidy(report_id)
    except Exception as error:
        # The message of the error may quote what pupils said; its kind is enough to find the place.
        log.error("report %s failed: %s", report_id, type(error).__name__)
        queue.give_back(report_id, token, error="fault")


def _compile(report_id: int, token: uuid.UUID) -> None:
    report = Report.objects.select_related("lesson__cycle__school").get(pk=report_id)
    queue.advance(report_id, token, Step.COUNTING, 10)
    snapshot = take_snapshot(report.lesson, compiled_at=report.created_at, version=report.version)
    queue.advance(report_id, token, Step.SETTING, 50)
    pages = pdf.render(snapshot, language=snapshot["language"])
    queue.advance(report_id, token, Step.STORING, 90)
    key, checksum = files.put(report_id, pages)
    queue.finish(report_id, token, snapshot=snapshot, pdf=key, checksum=checksum)
    _tidy(report_id)


def _tidy(report_id: int) -> None:
    """Once the row has named the report's file, remove what other attempts left beside it."""
    key = Report.objects.filter(pk=report_id, state=Report.State.READY).values_list("pdf", flat=True).first()
    if key:
        files.keep_only(report_id, key)
