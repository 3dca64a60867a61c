"""The verbs of watching a lesson and of what is gathered after it.

Verbs ask the permission themselves and raise PermissionDenied for the wrong person, NotAllowedNow for the
wrong moment. Each holds its cycle still while it writes, so that nothing can arrive in a lesson that has
just ended, nor a lesson be put off under an observer's hand.
"""

from observations.workflow.afterwards import interview
from observations.workflow.capture import (
    AlreadyUsed,
    end_watches,
    open_session,
    take_back,
    write_down,
)
from observations.workflow.putting_off import return_to_plan
from observations.workflow.receiving import Receipt, Result, receive, settle

__all__ = [
    "AlreadyUsed",
    "Receipt",
    "Result",
    "end_watches",
    "interview",
    "open_session",
    "receive",
    "return_to_plan",
    "settle",
    "take_back",
    "write_down",
]
