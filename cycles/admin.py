"""What an administrator keeps for planning: the words of the graduate profile."""

from django.contrib import admin

from cycles.models import ProfileDimension
from schools.scoped_admin import SchoolScopedAdmin, ScopedRelatedFilter


@admin.register(ProfileDimension)
class ProfileDimensionAdmin(SchoolScopedAdmin):
    """Rows in order; one that plans use already is taken off the offer instead of being deleted."""

    open_to_superuser = True
    fields = ["school", "order", "name", "is_used"]
    list_display = ["name", "order", "is_used", "school"]
    list_filter = ["is_used", ("school", ScopedRelatedFilter)]
    list_select_related = ["school"]
    search_fields = ["name"]
