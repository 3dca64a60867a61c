"""Duties that come round by the clock."""

from celery import shared_task

from observations import workflow


@shared_task
def forget_removed_photos() -> int:
    """Delete pictures that were taken away and are still on the disk; how many."""
    return workflow.finish_removals()
