"""Deferred effects of planning: an id in, one call."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from cycles import proving

log = logging.getLogger(__name__)


@shared_task
def prove_grouping(proof_id: int) -> None:
    """Answer whether a grouping could be better."""
    proving.run(proof_id)


def wake(proof_id: int) -> None:
    """Wake a worker. When the broker is away nothing is lost: the sweep wakes it later."""
    try:
        prove_grouping.delay(proof_id)
    except (OperationalError, OSError):
        log.warning("broker away; proof %s waits for the sweep", proof_id)
