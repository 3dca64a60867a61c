"""The verbs of watching a lesson and of what is gathered after it.

Verbs ask the permission themselves and raise PermissionDenied for the wrong person, NotAllowedNow for the
wrong moment. Each holds its cycle still while it writes, so that nothing can arrive in a lesson that has
just ended, nor a lesson be put off under an observer's hand.
"""

from observations.workflow.afterwards import interview, take_sheet_back, write_foot
from observations.workflow.capture import end_watches, open_session, take_back
from observations.workflow.photos import FOLDER as PHOTOS
from observations.workflow.photos import Outcome, Sent, finish_removals, receive_photo
from observations.workflow.putting_off import return_to_plan
from observations.workflow.receiving import Receipt, Result, receive, settle
from observations.workflow.work import (
    Line,
    Overtaken,
    Rating,
    Told,
    add_work,
    correct_work,
    note_class,
    rate,
    remove_work,
)

__all__ = [
    "PHOTOS",
    "Line",
    "Outcome",
    "Overtaken",
    "Rating",
    "Receipt",
    "Result",
    "Sent",
    "Told",
    "add_work",
    "correct_work",
    "end_watches",
    "finish_removals",
    "interview",
    "note_class",
    "open_session",
    "rate",
    "receive",
    "receive_photo",
    "remove_work",
    "return_to_plan",
    "settle",
    "take_back",
    "take_sheet_back",
    "write_foot",
]
