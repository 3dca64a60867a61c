"""The administration: who may enter, and by which door."""

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from schools.models import Role, School


def administered(request) -> list[int]:
    """Ids of the schools the signed-in person administers; the database is asked once a request."""
    if not hasattr(request, "administered_schools"):
        mine = School.objects.of(request.user, Role.ADMINISTRATOR)
        request.administered_schools = list(mine.values_list("pk", flat=True))
    return request.administered_schools


class SchoolAdminSite(AdminSite):
    """Django's admin for administrators of schools and the superuser. Roles decide, not permission rows."""

    site_title = site_header = _("Lesson Study: administration")
    index_title = _("People, classes and pupils")

    def has_permission(self, request):
        user = request.user
        return user.is_active and (user.is_superuser or bool(administered(request)))

    @method_decorator([never_cache, login_not_required])
    def login(self, request, extra_context=None):
        """Show the site's own door, where guessing is limited; who is in and may not enter here gets 403."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        index = reverse("admin:index", current_app=self.name)
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or index)

    def password_change(self, request, extra_context=None):
        return RedirectView.as_view(pattern_name="schools:password_change")(request)
