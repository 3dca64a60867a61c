"""A table's rows as a queue of truth: claimed, held by a token until a lease runs out, finished once.

Every move is one conditional UPDATE whose row count says who won, so two workers, a late one, or a message
delivered twice do no harm on PostgreSQL and SQLite alike. A message to the worker only wakes it.

The rows have ``state`` (queued, running, ready, failed), ``step``, ``progress``, ``attempt``, ``token``,
``lease_until``, ``woken_at``, ``error``, ``finished_at`` and ``created_at``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

ATTEMPTS = 3


class LostLease(Exception):
    """Somebody else holds the row now; what was made here must be thrown away."""


@dataclass(frozen=True)
class Queue:
    """The rows of one table: ``rows`` is its manager, ``lease`` how long a worker may be silent before its
    row is given to another.
    """

    rows: Any
    lease: Callable[[], timedelta]

    def claim(self, pk: int) -> uuid.UUID | None:
        """Take a waiting row for this worker; None when there is nothing to take."""
        token, now = uuid.uuid4(), timezone.now()
        taken = self.rows.filter(pk=pk, state="queued", attempt__lt=ATTEMPTS).update(
            state="running", attempt=F("attempt") + 1, token=token, lease_until=now + self.lease()
        )
        return token if taken else None

    def advance(self, pk: int, token: uuid.UUID, step: str, progress: int) -> None:
        """Tell how far it is (0–100) and hold the row for another lease. Raises LostLease."""
        self._hold(pk, token, step=step, progress=progress, lease_until=timezone.now() + self.lease())

    def finish(self, pk: int, token: uuid.UUID, **made: Any) -> None:
        """Make the row ready, with what was made. Raises LostLease when it is no longer ours."""
        done = {"state": "ready", "step": "done", "progress": 100, "error": ""}
        free = {"token": None, "lease_until": None, "finished_at": timezone.now()}
        self._hold(pk, token, **done, **free, **made)

    def give_back(self, pk: int, token: uuid.UUID, *, error: str) -> None:
        """Let go after a fault: back into the queue, or failed after the last attempt."""
        self._return(self.rows.filter(pk=pk, state="running", token=token), error)

    def retry(self, pk: int) -> bool:
        """Put a failed row into the queue again, with fresh attempts. Whether there was one."""
        anew = {"step": "waiting", "progress": 0, "attempt": 0, "error": "", "finished_at": None}
        failed = self.rows.filter(pk=pk, state="failed")
        return bool(failed.update(state="queued", woken_at=None, **anew))

    def sweep(self, now: datetime | None = None) -> list[int]:
        """Free rows whose worker went silent; return the waiting ones that want waking.

        Called again and again by the clock. A row is woken at most once a lease, however many sweep.
        """
        now = now or timezone.now()
        self._return(self.rows.filter(state="running", lease_until__lt=now), "worker_lost")
        unwoken = Q(woken_at=None) | Q(woken_at__lt=now - self.lease())
        waiting = (
            self.rows.filter(unwoken, state="queued").order_by("created_at").values_list("pk", flat=True)
        )
        return [
            pk
            for pk in waiting[:100]
            if self.rows.filter(unwoken, pk=pk, state="queued").update(woken_at=now)
        ]

    def _hold(self, pk: int, holder: uuid.UUID, /, **changes: Any) -> None:
        if not self.rows.filter(pk=pk, state="running", token=holder).update(**changes):
            raise LostLease

    def _return(self, rows: Any, error: str) -> None:
        """Failed where the attempts are used up, else queued again and due for waking at once."""
        free = {"token": None, "lease_until": None, "progress": 0, "step": "waiting", "error": error}
        rows.filter(attempt__gte=ATTEMPTS).update(state="failed", finished_at=timezone.now(), **free)
        rows.filter(attempt__lt=ATTEMPTS).update(state="queued", woken_at=None, **free)
