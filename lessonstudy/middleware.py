"""Keeps personal pages out of caches and requests within bounds, and refuses programs in their language."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views.csrf import csrf_failure

LARGEST = 12 * 2**20  # of a request: a file of 10 MB with what is said of it


class PersonalPagesMiddleware:
    """Answers to a signed-in person are never stored, by proxies or by a shared tablet."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


def asks_for_data(view):
    """Whether a program asks: its refusals are data too (see ``lessonstudy.lib.policy``)."""
    return getattr(getattr(view, "policy", None), "data", False)


class BoundsMiddleware:
    """Refuses what is too large by what it says of itself, before a byte of it is read.

    What does not say how long it is is read as empty: nothing passes by saying nothing. It stands before the
    check against forged posts, which reads the whole body. And it tells programs in data what went wrong.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if _length(request) <= LARGEST:
            return None
        if asks_for_data(view):
            return JsonResponse({"error": "too_large"}, status=413)
        return HttpResponse(render_to_string("413.html"), status=413)

    def process_exception(self, request, exception):
        if not asks_for_data(request.resolver_match.func):
            return None
        if isinstance(exception, Http404):
            return JsonResponse({"error": "not_found"}, status=404)
        if isinstance(exception, PermissionDenied):
            return JsonResponse({"error": "forbidden"}, status=403)
        return None


def _length(request):
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() and len(said) < 20 else 0


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page needs signing in unless its view says otherwise; a program is told so in data."""

    def handle_no_permission(self, request, view_func):
        if asks_for_data(view_func):
            return JsonResponse({"error": "signed_out"}, status=401)
        return super().handle_no_permission(request, view_func)


def forged(request, reason=""):
    """The answer to a post without our token."""
    if request.resolver_match and asks_for_data(request.resolver_match.func):
        return JsonResponse({"error": "csrf"}, status=403)
    return csrf_failure(request, reason)
