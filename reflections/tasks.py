"""Deferred effects of reflecting: an id in, one call."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from reflections.report import compile as compiling

log = logging.getLogger(__name__)


@shared_task
def compile_report(report_id: int) -> None:
    """Compile one waiting report."""
    compiling.run(report_id)


def wake(report_id: int) -> None:
    """Wake a worker for the report. When the broker is away nothing is lost: the sweep wakes it later."""
    try:
        compile_report.delay(report_id)
    except (OperationalError, OSError):
        log.warning("broker away; report %s waits for the sweep", report_id)
