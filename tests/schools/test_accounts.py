from datetime import datetime, timedelta

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client

from schools import workflow
from schools.models import Role, User
from tests.factories.schools import PASSWORD, MembershipFactory, SchoolFactory, UserFactory
from tests.schools.doors import FORGOTTEN, LOGIN, NEW_PASSWORD, SITE, choose_password, is_in, link_in, sign_in


@pytest.fixture
def teacher(db):
    return MembershipFactory(user__email="guru@school.test", user__name="Bu Guru").user


@pytest.mark.parametrize("typed", ["guru@school.test", "GURU@School.Test", "  guru@school.test "])
def test_a_person_signs_in_by_email_however_it_is_typed(client, teacher, typed):
    answer = sign_in(client, typed)

    assert (answer.status_code, answer.url) == (302, "/")
    assert is_in(client)


def test_signing_in_leads_back_to_the_page_asked_for_and_never_to_another_site(teacher):
    own = sign_in(Client(), teacher.email, next="/cycles/")
    foreign = sign_in(Client(), teacher.email, next="https://evil.example/")

    assert (own.url, foreign.url) == ("/cycles/", "/")


def test_signing_in_changes_the_session_key(client, teacher):
    session = client.session
    session.save()

    sign_in(client, teacher.email)

    assert client.session.session_key != session.session_key


def test_signing_out_is_a_post(client, teacher):
    client.force_login(teacher)

    assert client.get("/accounts/logout/").status_code == 405
    assert is_in(client)
    assert client.post("/accounts/logout/").url == LOGIN
    assert not is_in(client)


def test_a_wrong_password_an_unknown_person_and_a_person_switched_off_get_the_same_answer(client, teacher):
    UserFactory(email="gone@school.test", is_active=False)
    UserFactory(email="invited@school.test", password=None)

    answers = [
        sign_in(client, "guru@school.test", "wrong"),
        sign_in(client, "nobody@school.test"),
        sign_in(client, "gone@school.test"),
        sign_in(client, "invited@school.test"),
    ]

    errors = {str(answer.context["form"].non_field_errors()) for answer in answers}
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(errors) == 1


def test_switching_a_person_off_ends_their_session_at_the_next_request(client, teacher):
    client.force_login(teacher)
    assert is_in(client)

    User.objects.filter(pk=teacher.pk).update(is_active=False)

    assert not is_in(client)


def test_changing_the_password_signs_out_every_other_device(teacher):
    here, elsewhere = Client(), Client()
    sign_in(here, teacher.email)
    sign_in(elsewhere, teacher.email)

    new = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    answer = here.post("/accounts/password/", {"old_password": PASSWORD, **new})

    assert answer.url == "/"
    assert is_in(here)
    assert not is_in(elsewhere)


def test_asking_for_a_letter_answers_the_same_whether_or_not_there_is_an_account(
    client, teacher, django_capture_on_commit_callbacks
):
    UserFactory(email="gone@school.test", is_active=False)
    answers, jobs = [], []

    for email in ("guru@school.test", "nobody@school.test", "gone@school.test"):
        with django_capture_on_commit_callbacks() as callbacks:
            answers.append(client.post(FORGOTTEN, {"email": email}))
        jobs.append(len(callbacks))

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, FORGOTTEN + "sent/")] * 3
    assert len({answer.content for answer in answers}) == 1
    assert jobs == [1, 1, 1]  # the same work, so the time taken tells nothing either


def test_only_a_person_who_may_sign_in_gets_a_letter(client, teacher, delivering):
    UserFactory(email="gone@school.test", is_active=False)

    for email in ("guru@school.test", "nobody@school.test", "gone@school.test"):
        with delivering():
            client.post(FORGOTTEN, {"email": email})

    assert [letter.to for letter in mail.outbox] == [["guru@school.test"]]


def test_a_forgotten_password_is_set_anew_by_letter_once(client, teacher, delivering):
    other_device = Client()
    sign_in(other_device, teacher.email)
    with delivering():
        client.post(FORGOTTEN, {"email": "Guru@School.test"})

    done = choose_password(client, mail.outbox[0])
    again = client.get(link_in(mail.outbox[0]), follow=True)

    assert done.url == "/accounts/password/set/done/"
    assert sign_in(Client(), teacher.email, NEW_PASSWORD).status_code == 302
    assert not is_in(other_device)
    assert again.context["validlink"] is False


@pytest.mark.parametrize(("hours", "works"), [(23, True), (25, False)])
def test_the_link_in_a_letter_works_for_a_day(client, teacher, delivering, monkeypatch, hours, works):
    with delivering():
        client.post(FORGOTTEN, {"email": teacher.email})
    later = datetime.now() + timedelta(hours=hours)  # noqa: DTZ005 - the token counts in the server's own time
    monkeypatch.setattr(default_token_generator, "_now", lambda: later)

    page = client.get(link_in(mail.outbox[0]), follow=True)

    assert page.context["validlink"] is works


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_letter_is_written_in_the_language_of_the_school(client, delivering, language, settings, tmp_path):
    person = MembershipFactory(school__language=language).user
    subject = tmp_path / "registration" / "password_reset_subject.txt"
    subject.parent.mkdir()
    subject.write_text("{% load i18n %}{% get_current_language as language %}{{ language }}")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]

    with delivering():
        client.post(FORGOTTEN, {"email": person.email})

    assert mail.outbox[0].subject == language


def test_a_line_break_in_a_schools_name_stays_out_of_the_letters_head(delivering):
    school = SchoolFactory(name="SD 1\nBcc: all@evil.example")
    chief = MembershipFactory(school=school, role=Role.ADMINISTRATOR).user

    with delivering():
        new = User(email="new@school.test", name="New")
        workflow.invite(new, school=school, roles=[Role.TEACHER], by=chief, site=SITE)

    assert mail.outbox[0].subject.startswith("SD 1 Bcc: all@evil.example")
    assert mail.outbox[0].recipients() == ["new@school.test"]
