"""What every page shows of where one is."""

from django.utils.functional import SimpleLazyObject


def here(request):
    """The school in the top bar, and whether the administration is linked there."""
    user = request.user if hasattr(request, "user") else None
    return {
        "school": getattr(request, "school", None),
        "can_administer": SimpleLazyObject(lambda: bool(user and user.is_authenticated and user.is_staff)),
    }
