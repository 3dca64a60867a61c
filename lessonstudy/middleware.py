"""Keeps personal pages out of every cache, and requests within bounds."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from lessonstudy.lib.bounds import said_length
from lessonstudy.lib.programs import refusal

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


class BoundsMiddleware:
    """Refuses what is too large by what it says of itself, before a byte of it is read.

    What does not say how long it is is read as empty: nothing passes by saying nothing. It stands before the
    check against forged posts, which reads the whole body.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        length = said_length(request)
        if length <= LARGEST:
            # In plain digits from here on: whoever reads the body stumbles over what is no number.
            request.META["CONTENT_LENGTH"] = str(length)
            return None
        declared = getattr(view, "policy", None)
        if declared is not None and declared.as_json:
            return refusal(413, "too_large", _("This is more than 12 MB at once. Send less at a time."))
        return HttpResponse(render_to_string("413.html"), status=413)
