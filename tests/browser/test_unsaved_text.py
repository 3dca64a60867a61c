"""Nothing typed is lost: leaving asks first, and a lost session says so."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from observations.models import Observation
from tests.factories.cycles import lesson_in
from tests.factories.observations import SessionFactory
from tests.factories.schools import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def page(chromium, live_server, db):
    """The capture page with its note, a guarded form that htmx sends."""
    scene = lesson_in(groups=1)
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    context = chromium.new_context(base_url=live_server.url, locale="en")
    page = context.new_page()
    page.asked = []
    page.on("dialog", lambda dialog: (page.asked.append(dialog.type), dialog.dismiss()))
    page.person = scene.observer
    sign_in(page, page.person)
    page.goto(f"/observations/lessons/{scene.lesson.pk}/")
    yield page
    context.close()


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def write(page, words):
    page.get_by_label("What I saw or heard").fill(words)


def send(page):
    page.get_by_role("button", name="Write it down").click()


def leave(page):
    page.get_by_role("link", name="Leave").click()


def test_leaving_with_unsaved_text_asks_first(page):
    here = page.url
    write(page, "Draws three circles.")

    leave(page)

    expect(page.get_by_label("What I saw or heard")).to_have_value("Draws three circles.")
    assert page.asked == ["beforeunload"]
    assert page.url == here


def test_leaving_with_nothing_written_asks_nothing(page):
    here = page.url

    leave(page)

    page.wait_for_url(lambda url: url != here)
    assert page.asked == []


def test_leaving_after_sending_asks_nothing(page):
    here = page.url
    write(page, "Draws three circles.")
    send(page)
    expect(page.locator("#mine")).to_contain_text("Draws three circles.")

    leave(page)

    page.wait_for_url(lambda url: url != here)
    assert page.asked == []


def test_a_note_sent_after_the_session_ended_stays_and_says_why(page):
    write(page, "Draws three circles.")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    send(page)

    expect(page.get_by_role("alert")).to_contain_text("You have been signed out.")
    expect(page.get_by_label("What I saw or heard")).to_have_value("Draws three circles.")
    assert not Observation.objects.exists()


def test_a_note_is_taken_after_signing_in_again_in_another_tab(page):
    """Signing in changes the token that Django wants; the older page must send the new one."""
    write(page, "Draws three circles.")
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, page.person)

    send(page)

    expect(page.locator("#mine")).to_contain_text("Draws three circles.")
