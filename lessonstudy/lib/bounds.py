"""How long a request says that its body is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

UNTOLD = 10**18  # bytes: more digits than Python reads at once, and more than anybody sends


def said_length(request: HttpRequest) -> int:
    """The bytes that will be read of the request, by what it says of itself.

    Read as Django reads it, whose ``WSGIRequest`` stops after so many bytes: leading zeros, signs and
    underscores count for it too. What is no number, or less than nothing, is nothing, and nothing is read.
    """
    said = request.META.get("CONTENT_LENGTH") or "0"
    try:
        return max(int(said), 0)
    except ValueError:
        return UNTOLD if said.strip().isdecimal() else 0
