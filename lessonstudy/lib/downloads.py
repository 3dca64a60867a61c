"""Answers that carry a file somebody handed in, or one made from what people wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    Answer = TypeVar("Answer", bound=HttpResponseBase)


def harmless(answer: Answer) -> Answer:
    """The answer, such that its file is never run as a page of ours, nor kept by a cache.

    That it is to be kept rather than opened (``Content-Disposition``) is said by whoever names the file.
    """
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
