"""Addresses that a program asks, not a person: whatever happens, the answer is JSON and never a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

View = Callable[..., HttpResponse]


def refusal(status: int, error: str, message: str, **headers: str) -> JsonResponse:
    """A refusal with a word for the program and a sentence for the person."""
    return JsonResponse({"error": error, "message": message}, status=status, headers=headers)


def for_programs(view: View) -> View:
    """Answer who is signed out with 401, never with the way to a page that would look like success."""

    @login_not_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            message = _("You have been signed out. Nothing is lost: sign in again, then it is sent.")
            return refusal(401, "signed_out", message, **{"Cache-Control": "no-store"})
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return refusal(404, "not_found", _("This is not there, or not for you."))
        except PermissionDenied:
            return refusal(403, "forbidden", _("You may not do this."))

    return answer


def stale_token() -> JsonResponse:
    """Something posted under a token of an earlier sign-in; a fresh one is at ``session.json``."""
    return refusal(403, "csrf", _("This page was opened before you last signed in. It is sent again."))
