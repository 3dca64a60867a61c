"""Requests within bounds, and refusals in the language of who asks."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from lessonstudy.middleware import LARGEST
from tests.access.test_matrix import addresses
from tests.factories.schools import MembershipFactory

FORM = "application/x-www-form-urlencoded"


class Unread(BytesIO):
    def read(self, *_args):
        raise AssertionError("The body was read.")


def large(client, path, length, kind=FORM):
    return client.generic("POST", path, CONTENT_TYPE=kind, CONTENT_LENGTH=length, **{"wsgi.input": Unread()})


@pytest.mark.parametrize(
    "length",
    [
        *(str(LARGEST + 1), "9" * 19, "9" * 20, "9" * 5000),
        *("0" * 20 + str(LARGEST + 1), "+99999999", " 99999999 ", "99_999_999", "0_99999999"),
    ],
)
def test_what_is_too_large_is_refused_before_a_byte_is_read(client, db, length):
    for path in ("/accounts/login/", "/", "/cycles/1/"):
        answer = large(client, path, length)
        assert answer.status_code == 413
        assert "What you sent is too large" in answer.text


def test_without_the_look_at_its_length_it_is_read(db, settings):
    """The control."""
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.endswith("BoundsMiddleware")]
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "x" * 32

    with pytest.raises(AssertionError, match="The body was read"):
        client.generic(
            "POST",
            "/accounts/login/",
            CONTENT_TYPE=FORM,
            CONTENT_LENGTH="2000000",
            **{"wsgi.input": Unread()},
        )


@pytest.mark.parametrize("length", ["", "-5", "0", "x", "1e9", "0x99", "12 12", "\x00", "0" * 30])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
def test_what_does_not_say_its_length_is_empty(client, db, length, kind):
    assert large(client, "/accounts/login/", length, kind).status_code == 200


def test_leading_zeros_change_no_length(client, db):
    person = MembershipFactory().user
    person.set_password("three equal parts")
    person.save()
    body = urlencode({"username": person.email, "password": "three equal parts"}).encode()

    answer = client.generic("POST", "/accounts/login/", body, FORM, CONTENT_LENGTH="0" * 20 + str(len(body)))

    assert answer.status_code == 302


def test_a_program_is_told_in_its_language(client, db):
    programs = [name for name, (declared, _pattern) in addresses().items() if declared.as_json]
    address = reverse("observations:put_photo", args=[1, "6a1e0f0c-0000-4000-8000-000000000000"])

    answer = large(client, address, str(LARGEST + 1))

    assert "observations:put_photo" in programs
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert answer.json()["message"]


def test_a_person_without_our_token_reads_what_to_do(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(MembershipFactory().user)

    answer = client.post("/cycles/new/")

    assert answer.status_code == 403
    assert "Please send it again" in answer.text
