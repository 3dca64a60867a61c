"""Duties that come round by the clock."""

from celery import shared_task

from reflections import tasks
from reflections.report import queue


@shared_task
def wake_waiting_reports() -> int:
    """Free reports whose worker went silent and wake a worker for those that wait; how many were woken."""
    waiting = queue.sweep()
    for report_id in waiting:
        tasks.wake(report_id)
    return len(waiting)
