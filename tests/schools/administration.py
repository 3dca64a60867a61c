"""The pages of the administration, and the rows they are about."""

from django.contrib import admin
from django.urls import reverse

from schools.models import School, User

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def url(site, model, page, *args):
    return reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def row_of(model, campus):
    """A row of the campus; a model new in the administration needs one in ``two_schools``."""
    if model in (School, User):
        return campus.school if model is School else campus.teachers[0]
    return model._default_manager.filter(school=campus.school).earliest("pk")


def signed_in(client):
    request = client.get("/accounts/password/").wsgi_request
    assert request.user.is_authenticated
    return request
