"""Reports that wait to be compiled: the row is the queue, a message only wakes."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from lessonstudy.lib.waiting import LostLease, Queue
from reflections.models import Report

__all__ = ["LostLease", "advance", "claim", "finish", "give_back", "lease", "retry", "sweep"]


def lease() -> timedelta:
    """How long a worker may be silent before its report is given to another."""
    return timedelta(seconds=settings.REPORT_LEASE_SECONDS)


_reports = Queue(Report.objects, lease)
claim, advance, finish = _reports.claim, _reports.advance, _reports.finish
give_back, retry, sweep = _reports.give_back, _reports.retry, _reports.sweep
