"""Going through the doors of the site, as a person would."""

import re

from django.urls import reverse

from tests.factories.schools import PASSWORD

SITE = "https://lessons.example/"
LOGIN = "/accounts/login/"
FORGOTTEN = "/accounts/password/forgotten/"
NEW_PASSWORD = "chalk and sponge"


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": email, "password": password, **extra})


def is_in(client):
    return client.get(reverse("schools:password_change")).status_code == 200


def link_in(letter):
    return re.search(r"https?://[^/]+(/accounts/password/set/\S+)", letter.body)[1]


def choose_password(client, letter):
    """Follow the link in the letter and set NEW_PASSWORD."""
    form = client.get(link_in(letter), follow=True)
    answer = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    return client.post(form.request["PATH_INFO"], answer)
