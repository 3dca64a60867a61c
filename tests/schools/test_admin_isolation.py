"""Every page of the administration, for an administrator of one school, beside a school full of canaries.

The same questions are put to a careless site, where only the list of rows is narrowed or nothing is, and each
finds there what it looks for: a question that cannot fail proves nothing.
"""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField, model_to_dict
from django.urls import include, path, reverse

from schools.models import Enrolment, School, SchoolClass, Student, User
from schools.scoped_admin import SchoolScopedAdmin
from tests.factories.schools import CANARY
from tests.schools.administration import MODELS, row_of, signed_in, url

pytestmark = pytest.mark.urls(__name__)

careless = admin.AdminSite("careless")
careless.has_permission = lambda request: True


class OpenAdmin(admin.ModelAdmin):
    """Django's own page, open to whoever is signed in."""

    def has_permission(self, request, obj=None):
        return True

    has_module_permission = has_view_permission = has_add_permission = has_permission
    has_change_permission = has_delete_permission = has_permission


@admin.register(Student, site=careless)
class OpenStudentAdmin(OpenAdmin):
    search_fields = ["code"]


@admin.register(SchoolClass, site=careless)
class NarrowAdmin(OpenAdmin):
    """What seems to keep schools apart: the list of rows is narrowed, and nothing else."""

    def get_queryset(self, request):
        return super().get_queryset(request).filter(school__in=School.objects.of(request.user))


@admin.register(Enrolment, site=careless)
class NarrowEnrolmentAdmin(NarrowAdmin):
    list_filter = ["school_class"]
    autocomplete_fields = ["student"]
    raw_id_fields = ["school_class"]


urlpatterns = [path("careless/", careless.urls), path("", include("lessonstudy.urls"))]


# Questions. Each answers with the addresses or fields where the other school came to light.


def shown(answer):
    assert answer.status_code in {200, 403}  # any other page would hide nothing by chance
    return CANARY.lower() in answer.content.decode().lower()


def relations(model):
    """The references of a model to what belongs to a school."""
    return [field for field in model._meta.concrete_fields if field.related_model in MODELS]


def own_pages(site, model, a, b, client):
    pk = row_of(model, a).pk
    pages = [url(site, model, "changelist"), url(site, model, "changelist") + "?q=a", url(site, model, "add")]
    pages += [url(site, model, page, pk) for page in ("change", "delete", "history")]
    return [page for page in pages if shown(client.get(page))]


def foreign_pages(site, model, a, b, client):
    pages = [url(site, model, page, row_of(model, b).pk) for page in ("change", "delete", "history")]
    pages += [page + "?_popup=1" for page in pages]
    return [page for page in pages if shown(client.get(page, follow=True))]


def prefilled(site, model, a, b, client):
    start = url(site, model, "add")
    pages = [f"{start}?{field.name}={row_of(field.related_model, b).pk}" for field in relations(model)]
    return [page for page in pages if shown(client.get(page))]


def forms(site, model, a, request):
    """The forms behind the add and change pages, and those of rows inside."""
    page = site.get_model_admin(model)
    for row in (None, row_of(model, a)):
        yield page.get_form(request, row, change=row is not None)(instance=row)
        for formset, _ in page.get_formsets_with_inlines(request, row):
            yield formset(instance=row).empty_form


def choices(site, model, a, b, client):
    """Fields that offer or take rows of the other school."""
    found = []
    for form in forms(site, model, a, signed_in(client)):
        for name, field in form.fields.items():
            if name != "id" and isinstance(field, ModelChoiceField) and field.queryset.model in MODELS:
                foreign = row_of(field.queryset.model, b)
                if foreign in field.queryset or takes(field, foreign):
                    found.append(name)
    return found


def takes(field, row):
    try:
        return field.clean(row.pk) == row
    except ValidationError:
        return False


def autocompleted(site, model, a, b, client):
    found = []
    for name in site.get_model_admin(model).get_autocomplete_fields(signed_in(client)):
        names = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": name}
        answer = client.get(reverse(f"{site.name}:autocomplete"), {"term": "", **names})
        assert answer.json()["results"]
        if shown(answer):
            found.append(name)
    return found


def school_entered(site, model, a, b, client):
    """Where the other school is put when it is posted as a row's school."""
    form_class = site.get_model_admin(model).get_form(signed_in(client))
    form = form_class({**model_to_dict(row_of(model, a)), "school": b.school.pk})
    form.full_clean()
    return [b.school] * (form.cleaned_data.get("school") == b.school)


QUESTIONS = [own_pages, foreign_pages, prefilled, choices, autocompleted, school_entered]


def test_every_text_of_the_other_school_carries_the_canary(two_schools):
    """Or the questions below would overlook it."""
    bare = [
        f"{model.__name__}.{field.name}"
        for model in (School, User, SchoolClass, Student, Enrolment)
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"CharField", "EmailField", "SlugField", "TextField"}
        and CANARY.lower() not in str(field.value_from_object(row_of(model, two_schools.b))).lower()
    ]

    assert bare == [
        "School.timezone",
        "School.language",
        "User.password",
        "SchoolClass.academic_year",
        "Student.gender",
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_of_another_school_comes_to_light(question, model, schools, chief):
    assert question(admin.site, model, *schools, chief) == []


@pytest.mark.parametrize(
    ("question", "model", "leaks"),
    [
        (own_pages, Enrolment, ["/careless/schools/enrolment/"]),  # by the filter
        (own_pages, SchoolClass, ["/careless/schools/schoolclass/add/"]),  # by the list of schools
        (foreign_pages, Student, ["/change/", "/delete/", "/history/"]),
        (prefilled, Enrolment, ["student=", "school_class="]),  # by autocomplete, by a raw id
        (choices, Enrolment, ["student", "school_class"]),
        (autocompleted, Enrolment, ["student"]),
        (school_entered, SchoolClass, [CANARY]),
    ],
)
def test_the_same_question_finds_it_on_careless_pages(question, model, leaks, schools, chief):
    found = [str(one) for one in question(careless, model, *schools, chief)]

    assert [leak for leak in leaks if not any(leak in one for one in found)] == []


def test_a_page_that_is_not_scoped_is_noticed():
    """The questions go round every page; this says that each page closes the holes by the same means."""
    assert [page for page in admin.site._registry.values() if not isinstance(page, SchoolScopedAdmin)] == []
    assert admin.site.check(None) == []
    assert not isinstance(careless.get_model_admin(Enrolment), SchoolScopedAdmin)


@pytest.mark.parametrize(
    "options",
    [
        {"raw_id_fields": ["student"]},
        {"list_filter": ["school_class"]},
        {"list_filter": ["student__family_name"]},
    ],
)
def test_a_page_that_would_name_other_schools_rows_does_not_start(options):
    page = type("CarelessAdmin", (SchoolScopedAdmin,), options)(Enrolment, careless)

    assert [error.id for error in page.check()] == ["schools.E001"]
