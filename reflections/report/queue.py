"""The report's row as the queue of truth: claimed, held by a token until a lease runs out, finished once.

Every move is one conditional UPDATE whose row count says who won, so two workers, a late one, or a message
delivered twice do no harm on PostgreSQL and SQLite alike. A message to the worker only wakes it.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from reflections.models import Report

ATTEMPTS = 3
State = Report.State
Step = Report.Step


class LostLease(Exception):
    """Somebody else holds the report now; what was made here must be thrown away."""


def lease() -> timedelta:
    """How long a worker may be silent before its report is given to another."""
    return timedelta(seconds=settings.REPORT_LEASE_SECONDS)


def claim(report_id: int) -> uuid.UUID | None:
    """Take a waiting report for this worker; None when there is nothing to take."""
    token, now = uuid.uuid4(), timezone.now()
    taken = Report.objects.filter(pk=report_id, state=State.QUEUED, attempt__lt=ATTEMPTS).update(
        state=State.RUNNING, attempt=F("attempt") + 1, token=token, lease_until=now + lease()
    )
    return token if taken else None


def advance(report_id: int, token: uuid.UUID, step: Step, progress: int) -> None:
    """Tell how far it is (0–100) and hold the report for another lease. Raises LostLease."""
    _hold(report_id, token, step=step, progress=progress, lease_until=timezone.now() + lease())


def finish(report_id: int, token: uuid.UUID, *, snapshot: dict[str, Any], pdf: str, checksum: str) -> None:
    """Make the report ready, with all it consists of. Raises LostLease when it is no longer ours."""
    _hold(
        report_id,
        token,
        state=State.READY,
        step=Step.DONE,
        progress=100,
        snapshot=snapshot,
        pdf=pdf,
        checksum=checksum,
        error="",
        token=None,
        lease_until=None,
        finished_at=timezone.now(),
    )


def give_back(report_id: int, token: uuid.UUID, *, error: str) -> None:
    """Let go after a fault: back into the queue, or failed after the last attempt."""
    _return(Report.objects.filter(pk=report_id, state=State.RUNNING, token=token), error)


def retry(report_id: int) -> bool:
    """Put a failed report into the queue again, with fresh attempts. Whether there was one."""
    return bool(
        Report.objects.filter(pk=report_id, state=State.FAILED).update(
            state=State.QUEUED,
            step=Step.WAITING,
            progress=0,
            attempt=0,
            error="",
            finished_at=None,
            woken_at=None,
        )
    )


def sweep(now: datetime | None = None) -> list[int]:
    """Free reports whose worker went silent; return the waiting ones that want waking.

    Called again and again by the clock. A report is woken at most once a lease, however many sweep.
    """
    now = now or timezone.now()
    _return(Report.objects.filter(state=State.RUNNING, lease_until__lt=now), "worker_lost")
    unwoken = Q(woken_at=None) | Q(woken_at__lt=now - lease())
    waiting = (
        Report.objects.filter(unwoken, state=State.QUEUED).order_by("created_at").values_list("pk", flat=True)
    )
    return [
        pk
        for pk in waiting[:100]
        if Report.objects.filter(unwoken, pk=pk, state=State.QUEUED).update(woken_at=now)
    ]


def _hold(report_id: int, holder: uuid.UUID, /, **changes: Any) -> None:
    if not Report.objects.filter(pk=report_id, state=State.RUNNING, token=holder).update(**changes):
        raise LostLease


def _return(rows: QuerySet[Report], error: str) -> None:
    """Failed where the attempts are used up, else queued again and due for waking at once."""
    free = {"token": None, "lease_until": None, "progress": 0, "step": Step.WAITING, "error": error}
    rows.filter(attempt__gte=ATTEMPTS).update(state=State.FAILED, finished_at=timezone.now(), **free)
    rows.filter(attempt__lt=ATTEMPTS).update(state=State.QUEUED, woken_at=None, **free)
