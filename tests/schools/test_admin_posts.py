"""What an administrator posts stays in their school."""

import pytest
from django.contrib import admin
from django.forms import model_to_dict
from django.test import Client

from schools.models import Enrolment, Membership, SchoolClass, Student, User
from tests.factories.schools import CANARY, MembershipFactory
from tests.schools.administration import MODELS, row_of, signed_in, url


def added(client, model, **values):
    """What the add form makes of these values: the new rows."""
    before = set(model.objects.values_list("pk", flat=True))
    counts = ("TOTAL_FORMS", "INITIAL_FORMS")
    rows = {f"{inside}-{key}": 0 for inside in ("enrolments", "consents") for key in counts}
    client.post(url(admin.site, model, "add"), {**rows, **values})
    return list(model.objects.exclude(pk__in=before))


def test_a_new_row_lands_in_the_administrators_school_whatever_is_posted(chief, schools):
    foreign = {"school": schools.b.school.pk}
    a = schools.a

    made = [
        *added(chief, SchoolClass, name="new", academic_year="2026/2027", **foreign),
        *added(chief, Student, code="new", given_name="new", **foreign),
        *added(chief, Enrolment, student=a.pupils[0].pk, school_class=a.school.classes.last().pk, **foreign),
        *added(chief, Membership, user=a.teachers[0].pk, role="principal", **foreign),
        *added(chief, User, email="new@school.test", name="new", roles="teacher", **foreign),
    ]

    assert [type(row) for row in made] == [SchoolClass, Student, Enrolment, Membership, User]
    assert {row.school for row in made[:4]} == {made[4].memberships.get().school} == {a.school}


def test_a_row_keeps_its_school(chief, root, schools):
    one = schools.a.school_class
    change = {"name": "renamed", "academic_year": "2026/2027", "school": schools.b.school.pk}

    for client in (chief, root):
        client.post(url(admin.site, SchoolClass, "change", one.pk), change)

    one.refresh_from_db()
    assert (one.name, one.school) == ("renamed", schools.a.school)


@pytest.mark.parametrize("foreign", ["student", "school_class"])
def test_a_posted_reference_into_another_school_makes_no_row(chief, root, schools, foreign):
    """Neither for an administrator, who cannot choose it, nor for one who keeps both schools."""
    both = MembershipFactory(school=schools.a.school, role="administrator").user
    MembershipFactory(user=both, school=schools.b.school, role="administrator")
    keeper = Client()
    keeper.force_login(both)
    values = {"school": schools.a.school.pk}
    values |= {"student": schools.a.pupils[0].pk, "school_class": schools.a.school.classes.last().pk}
    values |= {foreign: row_of({"student": Student, "school_class": SchoolClass}[foreign], schools.b).pk}

    assert [added(client, Enrolment, **values) for client in (chief, keeper, root)] == [[], [], []]


def test_a_class_of_another_school_is_refused_inside_a_pupil(root, schools):
    pupil = schools.a.pupils[0]
    row = {"school_class": schools.b.school_class.pk, "student": pupil.pk}
    rows = {"TOTAL_FORMS": 2, "INITIAL_FORMS": 1, "0-id": pupil.enrolments.get().pk, "0-student": pupil.pk}
    rows |= {"0-school_class": schools.a.school_class.pk} | {f"1-{key}": value for key, value in row.items()}

    answer = root.post(
        url(admin.site, Student, "change", pupil.pk),
        {"code": "x", "given_name": "x"} | {f"enrolments-{key}": value for key, value in rows.items()},
    )

    formset, _consents = answer.context["inline_admin_formsets"]
    assert formset.formset.forms[1].errors == {"school_class": ["This belongs to another school."]}


def test_another_pupils_row_cannot_be_drawn_into_the_own_pupil(chief, schools):
    pupil, foreign = schools.a.pupils[0], schools.b.pupils[0].enrolments.get()
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "0-id": foreign.pk, "0-DELETE": "on"}
    rows |= {"0-student": pupil.pk, "0-school_class": schools.a.school_class.pk}

    chief.post(
        url(admin.site, Student, "change", pupil.pk),
        {"code": "x", "given_name": "x"} | {f"enrolments-{key}": value for key, value in rows.items()},
    )

    assert Enrolment.objects.get(pk=foreign.pk).student == schools.b.pupils[0]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_posted_touches_a_row_of_another_school(model, chief, schools):
    foreign = row_of(model, schools.b)
    page = admin.site.get_model_admin(model)
    before = model_to_dict(foreign)

    for action in page.get_actions(signed_in(chief)):
        sent = {"action": action, "_selected_action": [foreign.pk], "post": "yes"}
        chief.post(url(admin.site, model, "changelist"), sent)
    chief.post(url(admin.site, model, "delete", foreign.pk), {"post": "yes"})
    chief.post(url(admin.site, model, "change", foreign.pk), {"name": "taken", "code": "taken"})

    assert model_to_dict(model._default_manager.get(pk=foreign.pk)) == before


@pytest.mark.parametrize(
    "lookup", ["school__name__startswith", "enrolments__school_class__name", "school__code"]
)
def test_rows_cannot_be_asked_for_by_what_stands_in_other_tables(chief, schools, lookup):
    assert chief.get(url(admin.site, Student, "changelist"), {lookup: CANARY[:5]}).status_code == 400
