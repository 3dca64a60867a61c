"""Shows times as the school's clock does."""

from django.utils import timezone

from schools.models import School


class SchoolTimeMiddleware:
    """Activate the time zone of the signed-in person's school for the request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.school = None
        if request.user.is_authenticated:
            request.school = School.objects.of(request.user).order_by("pk").first()
        with timezone.override(request.school.zone if request.school else None):
            return self.get_response(request)
