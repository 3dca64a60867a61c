"""The lock against guessed passwords falls on one pair of person and address, and on nobody beside them."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.db.models import F
from django.test import Client

from schools.lockout import address
from tests.factories.schools import PASSWORD, UserFactory
from tests.schools.doors import FORGOTTEN, LOGIN, NEW_PASSWORD, choose_password

SCHOOL = "203.0.113.7"  # one address for everybody in the house
HOME = "198.51.100.20"
LIMIT = 5


def sign_in(email, password=PASSWORD, at=SCHOOL, **headers):
    form = {"username": email, "password": password}
    return Client().post(LOGIN, form, REMOTE_ADDR=at, **headers).status_code


def guess(email, times=LIMIT, **where):
    return [sign_in(email, f"guess {number}", **where) for number in range(times)]


@pytest.fixture
def victim(db):
    return UserFactory(email="guru@school.test")


def test_guessing_is_stopped_at_the_fifth_wrong_password(victim):
    assert guess(victim.email) == [200, 200, 200, 200, 429]
    assert sign_in(victim.email) == 429


def test_among_forty_people_behind_one_address_only_the_attacked_one_is_locked(victim):
    colleagues = UserFactory.create_batch(39)

    guess(victim.email, times=12)

    assert sign_in(victim.email) == 429
    assert [sign_in(colleague.email) for colleague in colleagues] == [302] * 39


def test_the_attacked_person_signs_in_from_anywhere_else(victim):
    guess(victim.email)

    assert sign_in(victim.email, at=HOME) == 302


SPELLINGS = ["GURU@SCHOOL.TEST", "  guru@school.test", "ｇｕｒｕ@school.test", "guru@ſchool.test"]


@pytest.mark.parametrize("other_spelling", SPELLINGS)
def test_another_spelling_of_the_same_email_does_not_get_round_the_lock(victim, other_spelling):
    guess(victim.email)

    assert sign_in(other_spelling) != 302


def test_a_made_up_forwarding_header_does_not_get_round_the_lock(victim):
    answers = [sign_in(victim.email, "guess", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(LIMIT)]

    assert answers[-1] == 429
    assert sign_in(victim.email, HTTP_X_FORWARDED_FOR="10.0.0.99") == 429


def test_a_made_up_forwarding_header_does_not_lock_somebody_elses_address(victim):
    guess(victim.email, at=HOME, HTTP_X_FORWARDED_FOR=SCHOOL)

    assert sign_in(victim.email, at=SCHOOL) == 302


def test_behind_our_own_proxies_only_what_they_wrote_counts(rf, settings):
    settings.TRUSTED_PROXIES = 1
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.0.0.1, {HOME}")

    assert address(request) == HOME


def test_an_unknown_email_is_locked_alike_so_that_the_lock_tells_nothing(db):
    assert guess("nobody@school.test") == [200, 200, 200, 200, 429]


def test_the_lock_opens_after_a_quarter_of_an_hour(victim):
    guess(victim.email)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=16))

    assert sign_in(victim.email) == 302


def test_signing_in_forgets_earlier_mistakes(victim):
    guess(victim.email, times=LIMIT - 1)
    sign_in(victim.email)

    assert guess(victim.email, times=LIMIT - 1) == [200] * (LIMIT - 1)


def test_a_letter_opens_the_lock(victim, client, delivering):
    guess(victim.email)
    with delivering():
        client.post(FORGOTTEN, {"email": victim.email})

    choose_password(client, mail.outbox[0])

    assert sign_in(victim.email, NEW_PASSWORD) == 302


def test_the_administration_is_no_second_door(victim):
    form = {"username": victim.email, "password": PASSWORD}

    answer = Client().post("/admin/login/?next=/admin/", form, REMOTE_ADDR=SCHOOL)

    assert (answer.status_code, answer.url) == (302, f"{LOGIN}?next=/admin/")
    assert AccessAttempt.objects.count() == 0


def test_neither_the_password_nor_the_email_is_kept_with_the_mistakes(victim):
    guess(victim.email, times=2)

    kept = AccessAttempt.objects.get()

    assert "guess" not in kept.post_data
    assert victim.email not in kept.post_data
