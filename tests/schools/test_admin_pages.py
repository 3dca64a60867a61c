"""Who comes into the administration, and what the lists and pages there are like."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from schools.models import Enrolment, School, Student
from schools.scoped_admin import SchoolScopedAdmin
from tests.factories.cycles import ProfileDimensionFactory
from tests.factories.observations import ObservationFactory
from tests.factories.reflections import debrief_in
from tests.factories.schools import MembershipFactory, SchoolClassFactory, add_pupil
from tests.schools.administration import MODELS, row_of, signed_in, url


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_only_administrators_and_the_superuser_come_in(model, schools, client, root):
    pages = [url(admin.site, model, page) for page in ("changelist", "add")] + [reverse("admin:index")]
    for person in (schools.a.principal, schools.a.teachers[0]):
        client.force_login(person)
        assert {client.get(page, follow=True).status_code for page in pages} == {403}
    client.logout()
    assert {client.get(page, follow=True).redirect_chain[-1][0].split("?")[0] for page in pages} == {
        "/accounts/login/"
    }
    open_to_root = admin.site.get_model_admin(model).open_to_superuser
    assert root.get(pages[0]).status_code == (200 if open_to_root else 403)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_page_opens_for_who_keeps_several_schools(model, schools, client, root):
    both = MembershipFactory(school=schools.a.school, role="administrator").user
    MembershipFactory(user=both, school=schools.b.school, role="administrator")
    client.force_login(both)
    row = row_of(model, schools.b)
    pages = [url(admin.site, model, "changelist"), url(admin.site, model, "change", row.pk)]

    assert [keeper.get(page).status_code for keeper in (client, root) for page in pages] == [200] * 4


def test_rows_of_cycles_are_closed_to_the_superuser_unless_their_page_says_otherwise(root):
    page = SchoolScopedAdmin(Enrolment, admin.site)
    request = signed_in(root)

    assert not page.has_module_permission(request)
    assert list(page.get_queryset(request)) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_asks_the_database_as_often_for_thirty_rows_as_for_three(
    model, chief, schools, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as few:
        chief.get(url(admin.site, model, "changelist"))
    for number in range(10, 40):
        add_pupil(schools.a, "A", number)
        SchoolClassFactory(school=schools.a.school)
        MembershipFactory(school=schools.a.school)
        ProfileDimensionFactory(school=schools.a.school)

    with django_assert_num_queries(len(few)):
        answer = chief.get(url(admin.site, model, "changelist"))

    assert answer.context["cl"].result_count >= 30 or model is School


def test_pupils_are_found_by_code_and_by_name_and_filtered_by_class(chief, schools):
    pupils = url(admin.site, Student, "changelist")
    moved = schools.a.pupils[1]
    other = schools.a.school.classes.exclude(pk=schools.a.school_class.pk).get()
    Enrolment.objects.filter(student=moved).update(school_class=other)

    def found(**query):
        return list(chief.get(pupils, query).context["cl"].queryset)

    assert found(q="A001") == found(q="given 1") == [schools.a.pupils[0]]
    assert found(enrolments__school_class__id__exact=other.pk) == [moved]


def test_a_pupil_who_was_observed_is_not_deleted_and_the_page_says_how_often(chief):
    scene = debrief_in()
    seen = ObservationFactory(lesson=scene.lesson, fact="what somebody wrote down").student
    chief.force_login(MembershipFactory(school=seen.school, role="administrator").user)
    page = url(admin.site, Student, "delete", seen.pk)

    answer = chief.get(page)
    chief.post(page, {"post": "yes"})

    assert Student.objects.filter(pk=seen.pk).exists()
    assert "observations: 1" in answer.content.decode()
    assert "what somebody wrote down" not in answer.content.decode()
