"""What a form is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """The posted fields, were they none at all; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None
