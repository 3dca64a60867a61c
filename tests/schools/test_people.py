"""How people come into a school, and what an administrator may do with their accounts."""

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.core.exceptions import PermissionDenied

from lessonstudy.lib.errors import NotAllowedNow
from schools import workflow
from schools.models import Membership, Role, User
from tests.factories.schools import MembershipFactory, SchoolFactory, UserFactory
from tests.schools.doors import NEW_PASSWORD, SITE, choose_password, sign_in

PEOPLE = "/admin/schools/user/"
ADD = PEOPLE + "add/"


def change(person):
    return f"{PEOPLE}{person.pk}/change/"


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def mistakes(answer):
    return answer.context["adminform"].form.errors


def no_new_role():
    return {f"memberships-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}


@pytest.fixture
def campus(schools):
    return schools.a


def test_an_administrator_adds_a_person_who_chooses_a_password_by_letter(chief, campus, delivering, client):
    with delivering():
        answer = chief.post(ADD, {"email": "New@School.test", "name": "N", "roles": ["teacher", "principal"]})
    person = User.objects.get(email="new@school.test")

    assert answer.status_code == 302
    assert set(person.memberships.values_list("school", "role")) == {
        (campus.school.pk, "teacher"),
        (campus.school.pk, "principal"),
    }
    assert mail.outbox[0].to == ["new@school.test"]
    assert not person.has_usable_password()
    choose_password(client, mail.outbox[0])
    assert sign_in(client, "new@school.test", NEW_PASSWORD).url == "/"


def test_no_letter_is_sent_when_the_person_was_not_saved(chief, delivering):
    with delivering():
        answer = chief.post(ADD, {"email": "new@school.test", "name": "New"})

    assert list(mistakes(answer)) == ["roles"]
    assert mail.outbox == []
    assert not User.objects.filter(email="new@school.test").exists()


def test_somebody_of_another_school_is_not_attached_by_an_administrator(chief, two_schools):
    stranger = two_schools.b.teachers[0]

    answer = chief.post(ADD, {"email": stranger.email.upper(), "name": "Mine now", "roles": ["teacher"]})

    assert "Ask the people who run this site" in str(mistakes(answer)["email"])
    assert stranger.memberships.count() == 1
    assert User.objects.get(pk=stranger.pk).name == stranger.name


def test_a_colleague_is_not_added_twice(chief, campus):
    answer = chief.post(ADD, {"email": campus.teachers[0].email, "name": "Twice", "roles": ["teacher"]})

    assert "has an account here already" in str(mistakes(answer)["email"])


def test_a_guest_without_a_school_is_nobodys_to_take(chief):
    guest = UserFactory(email="guest@elsewhere.test", password=None)

    answer = chief.post(ADD, {"email": guest.email, "name": "Mine now", "roles": ["teacher"]})

    assert list(mistakes(answer)) == ["email"]
    assert not guest.memberships.exists()


def test_the_superuser_attaches_somebody_to_a_second_school(root, two_schools):
    teacher = two_schools.b.teachers[0]

    answer = root.post(
        "/admin/schools/membership/add/",
        {"user": teacher.pk, "school": two_schools.a.school.pk, "role": "teacher"},
    )

    assert answer.status_code == 302
    assert teacher.memberships.count() == 2


def test_a_person_of_two_schools_is_kept_by_neither_administrator(chief, two_schools):
    shared = two_schools.a.teachers[0]
    MembershipFactory(user=shared, school=two_schools.b.school)

    page = chief.get(change(shared))
    answer = chief.post(change(shared), {"email": "thief@school.test", "name": "x", **no_new_role()})

    assert (page.status_code, answer.status_code) == (302, 302)
    assert User.objects.get(pk=shared.pk).email == shared.email


def test_a_superuser_is_not_kept_by_an_administrator_even_as_a_member(chief, campus):
    root = User.objects.create_superuser("root@school.test", "a", name="Root")
    MembershipFactory(user=root, school=campus.school)

    assert chief.get(change(root)).status_code == 302
    assert root.email not in chief.get(PEOPLE).content.decode()


def test_an_administrator_cannot_raise_anybody_or_set_a_password(chief, campus):
    teacher = campus.teachers[0]
    before = User.objects.get(pk=teacher.pk)
    raised = {"is_superuser": "on", "groups": "1", "user_permissions": "1", "password": "x", "is_staff": "on"}

    page = chief.get(change(teacher))
    chief.post(change(teacher), {"name": "Renamed", "is_active": "on", **raised, **no_new_role()})

    after = User.objects.get(pk=teacher.pk)
    assert list(page.context["adminform"].form.fields) == ["name", "is_active"]
    assert (after.name, after.is_superuser, after.password) == ("Renamed", False, before.password)
    assert chief.get(f"{PEOPLE}{teacher.pk}/password/", follow=True).redirect_chain[-1] == ("/admin/", 302)


def test_the_email_of_an_account_in_use_is_fixed_that_of_an_invited_person_can_be_corrected(chief, campus):
    invited = UserFactory(password=None)
    MembershipFactory(user=invited, school=campus.school)
    in_use = campus.teachers[0]
    form = {"name": "Name", "is_active": "on", "email": "right@school.test", **no_new_role()}

    chief.post(change(in_use), form)
    chief.post(change(invited), form)

    assert User.objects.get(pk=in_use.pk).email == in_use.email
    assert User.objects.get(pk=invited.pk).email == "right@school.test"


def test_nobody_switches_themselves_off(chief, campus):
    chief.post(change(campus.administrator), {"name": "Chief", **no_new_role()})

    assert User.objects.get(pk=campus.administrator.pk).is_active


def test_people_are_never_deleted(chief, root, campus):
    for client in (chief, root):
        assert client.post(f"{PEOPLE}{campus.teachers[0].pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_role_is_added_on_the_persons_page_and_lands_in_the_administrators_school(chief, two_schools):
    teacher = two_schools.a.teachers[0]
    role = {"role": "principal", "school": two_schools.b.school.pk, "user": teacher.pk}
    inline = {"TOTAL_FORMS": "2", "INITIAL_FORMS": "1"} | {f"1-{key}": value for key, value in role.items()}

    chief.post(
        change(teacher),
        {"name": "Name", "is_active": "on"} | {f"memberships-{key}": value for key, value in inline.items()},
    )

    added = teacher.memberships.get(role="principal")
    assert added.school == two_schools.a.school


def test_the_sign_in_letter_is_sent_again_to_those_who_may_sign_in(chief, campus, delivering):
    off = UserFactory(name="Bu Off", is_active=False)
    MembershipFactory(user=off, school=campus.school)
    chosen = [off.pk, *[teacher.pk for teacher in campus.teachers]]

    with delivering():
        answer = chief.post(PEOPLE, {"action": "send_sign_in_letter", "_selected_action": chosen})

    assert [letter.to for letter in mail.outbox] == [[teacher.email] for teacher in campus.teachers]
    assert told(answer) == ["Bu Off is switched off and cannot sign in.", "2 letters are on their way."]


def test_a_letter_is_not_sent_to_somebody_elses_people(chief, two_schools, delivering):
    stranger = two_schools.b.teachers[0]

    with delivering():
        chief.post(PEOPLE, {"action": "send_sign_in_letter", "_selected_action": [stranger.pk]})

    assert mail.outbox == []
    with pytest.raises(PermissionDenied):
        workflow.send_sign_in_letter(stranger, by=two_schools.a.administrator, site=SITE)


def test_only_an_administrator_of_the_school_invites(two_schools):
    new = User(email="new@school.test", name="New")
    for by in (two_schools.b.administrator, two_schools.a.principal, two_schools.a.teachers[0]):
        with pytest.raises(PermissionDenied):
            workflow.invite(new, school=two_schools.a.school, roles=["teacher"], by=by, site=SITE)

    assert new.pk is None


def test_the_last_own_role_as_administrator_cannot_be_removed(chief, campus):
    own = campus.administrator.memberships.get()

    answer = chief.post(f"/admin/schools/membership/{own.pk}/delete/", {"post": "yes"})

    assert told(answer) == [
        "You would lose your last role as administrator. Ask another administrator to remove it."
    ]
    assert Membership.objects.filter(pk=own.pk).exists()


def test_other_roles_can_be_ended(chief, campus):
    teachers = campus.teachers[0].memberships.get()
    as_teacher = MembershipFactory(user=campus.administrator, school=campus.school)
    elsewhere = MembershipFactory(user=campus.administrator, school=SchoolFactory(), role=Role.ADMINISTRATOR)

    for membership in (teachers, as_teacher, elsewhere):
        chief.post(f"/admin/schools/membership/{membership.pk}/delete/", {"post": "yes"})

    assert not Membership.objects.filter(pk__in=[teachers.pk, as_teacher.pk, elsewhere.pk]).exists()


def test_a_role_ended_ends_the_administration_at_once(chief, campus):
    other = MembershipFactory(school=campus.school, role=Role.ADMINISTRATOR).user
    own = campus.administrator.memberships.get()

    workflow.end_membership(own, by=other)

    assert chief.get(PEOPLE).status_code == 302
    assert chief.get(PEOPLE, follow=True).status_code == 403


def test_ending_a_role_is_refused_without_a_trace(campus):
    own = campus.administrator.memberships.get()

    with pytest.raises(NotAllowedNow):
        workflow.end_membership(own, by=campus.administrator)

    assert Membership.objects.filter(user=campus.administrator, role=Role.ADMINISTRATOR).exists()
