"""Duties that come round by the clock."""

from celery import shared_task

from cycles import proving, tasks


@shared_task
def wake_waiting_proofs() -> int:
    """Free proofs whose worker went silent and wake a worker for those that wait; how many were woken."""
    waiting = proving.queue.sweep()
    for proof_id in waiting:
        tasks.wake(proof_id)
    return len(waiting)
