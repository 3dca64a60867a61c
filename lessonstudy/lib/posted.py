"""What was posted: what a form is bound to, and ids that no form reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """The posted fields, were they none at all; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


MOST_DIGITS = 18  # of an id: no more fit a row, and Python refuses to read thousands


def posted_id(text: str) -> int | None:
    """The id of a row as a page posts it; None for what is none."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
