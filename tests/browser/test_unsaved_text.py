"""Nothing typed is lost: leaving asks first, and a lost session says so."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cycles.stages import Stage
from reflections.models import Statement
from tests.factories.cycles import lesson_in
from tests.factories.reflections import DebriefFactory
from tests.factories.schools import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def page(chromium, live_server, db):
    """The debrief with its place for what is said, a guarded form that htmx sends."""
    scene = lesson_in(Stage.REFLECT)
    DebriefFactory(lesson=scene.lesson)
    context = chromium.new_context(base_url=live_server.url, locale="en")
    page = context.new_page()
    page.asked = []
    page.on("dialog", lambda dialog: (page.asked.append(dialog.type), dialog.dismiss()))
    page.person = scene.teacher
    sign_in(page, page.person)
    page.goto(f"/reflections/lessons/{scene.lesson.pk}/debrief/")
    yield page
    context.close()


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def write(page, words):
    page.locator("#statement_speaker").select_option(index=1)
    page.locator("#statement_text").fill(words)


def send(page):
    page.locator("#say").click()


def leave(page):
    page.get_by_role("link", name="Library").click()


def test_leaving_with_unsaved_text_asks_first(page):
    here = page.url
    write(page, "Draws three circles.")

    leave(page)

    expect(page.locator("#statement_text")).to_have_value("Draws three circles.")
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
    expect(page.locator("#statements")).to_contain_text("Draws three circles.")

    leave(page)

    page.wait_for_url(lambda url: url != here)
    assert page.asked == []


def test_a_note_sent_after_the_session_ended_stays_and_says_why(page):
    write(page, "Draws three circles.")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    send(page)

    expect(page.get_by_role("alert")).to_contain_text("You have been signed out.")
    expect(page.locator("#statement_text")).to_have_value("Draws three circles.")
    assert not Statement.objects.exists()


def test_a_note_is_taken_after_signing_in_again_in_another_tab(page):
    """Signing in changes the token that Django wants; the older page must send the new one."""
    write(page, "Draws three circles.")
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, page.person)

    send(page)

    expect(page.locator("#statements")).to_contain_text("Draws three circles.")
