"""Keeps personal pages out of every cache."""

from django.utils.cache import add_never_cache_headers


class PersonalPagesMiddleware:
    """Answers to a signed-in person are never stored, by proxies or by a shared tablet."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
