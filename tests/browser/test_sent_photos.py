"""Photos that wait on a tablet, against the real endpoint and against a server that is not well."""

import pytest
from playwright.sync_api import expect

from cycles.models import CasePupil
from observations.models import WorkSample
from schools.models import Consent
from tests.browser.tablets import SAVED, Tablet, lesson_with
from tests.factories.observations import WorkSampleFactory
from tests.factories.schools import ConsentFactory
from tests.lib.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PHOTOS = "**/photos/*/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def scene(db):
    scene = lesson_with()
    ConsentFactory(student=scene.pupils[0])
    return scene


@pytest.fixture
def tablet(chromium, live_server, scene):
    """A tablet with a photo that waits, and no network."""
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    tablet.context.set_offline(True)
    tablet.photo(picture(size=(640, 480)), "Three equal parts.")
    expect(tablet.line()).to_have_text("1 only on this tablet")
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def back(tablet):
    tablet.context.set_offline(False)


def said(tablet):
    tablet.page.locator("header [data-ls-open=saved]").click()
    return tablet.page.locator("#saved")


def send_now(tablet):
    tablet.page.locator("#saved").get_by_role("button", name="Send now").click()


def arrived(tablet):
    expect(tablet.line()).to_have_text(SAVED)
    assert (tablet.stored("photos"), tablet.stored("pieces")) == ([], [])
    return WorkSample.objects.get()


def test_a_photo_is_stored_once_with_who_took_it_and_of_whom(tablet, scene):
    (kept,) = tablet.stored("photos")
    back(tablet)

    photo = arrived(tablet)

    assert (str(photo.pk), photo.by, photo.student) == (kept["id"], scene.observer, scene.pupils[0])
    assert (photo.what_it_shows, photo.removed_at) == ("Three equal parts.", None)


def test_an_answer_that_was_lost_on_the_way_makes_no_second_photo(tablet):
    lost = []

    def lose(route):
        route.fetch() if not lost else None
        lost.append(1)
        route.abort() if len(lost) == 1 else route.continue_()

    tablet.page.route(PHOTOS, lose)
    back(tablet)

    assert arrived(tablet)
    assert len(lost) > 1


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (507, "no_room", "The server has no room for photos just now."),
        (503, "busy", "The server cannot take it just now."),
    ],
)
def test_a_server_that_cannot_just_now_is_asked_again(tablet, status, error, words):
    def refuse(route):
        headers = {"Retry-After": "1"} if status == 503 else {}
        route.fulfill(status=status, json={"error": error, "message": "–"}, headers=headers)

    tablet.page.route(PHOTOS, refuse)
    back(tablet)
    expect(said(tablet)).to_contain_text(words)
    assert [photo["state"] for photo in tablet.stored("photos")] == ["waiting"]

    tablet.page.unroute(PHOTOS)

    assert arrived(tablet)  # of itself


def test_a_welcome_page_takes_no_photo_away(tablet):
    tablet.page.route(
        PHOTOS, lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Welcome</h1>")
    )
    back(tablet)
    expect(said(tablet)).to_contain_text("Something other than our server answered")
    assert [photo["state"] for photo in tablet.stored("photos")] == ["waiting"]

    tablet.page.unroute(PHOTOS)
    send_now(tablet)

    assert arrived(tablet)


def test_consent_that_was_withdrawn_meanwhile_keeps_the_photo_here_and_says_why(tablet, scene):
    consent = Consent.objects.get()
    consent.delete()
    back(tablet)
    expect(said(tablet).locator("[data-ls-held]")).to_contain_text(
        f"For {scene.pupils[0].code} no consent to photos of the work is noted."
    )
    assert (len(tablet.stored("photos")), WorkSample.objects.count()) == (1, 0)

    ConsentFactory(student=scene.pupils[0])
    send_now(tablet)

    assert arrived(tablet)


def test_a_lesson_one_is_not_in_any_more_keeps_the_photo_here_and_says_why(tablet, scene):
    tablet.page.route(
        PHOTOS,
        lambda route: route.fulfill(
            status=404, json={"error": "not_found", "message": "This is not there, or not for you."}
        ),
    )
    back(tablet)
    expect(said(tablet).locator("[data-ls-held]")).to_contain_text("This is not there, or not for you.")
    assert [photo["state"] for photo in tablet.stored("photos")] == ["forbidden"]

    tablet.page.unroute(PHOTOS)
    send_now(tablet)

    assert arrived(tablet)


def test_a_photo_of_a_pupil_who_was_erased_goes_from_the_tablet_and_so_does_their_name(tablet, scene):
    pupil = scene.pupils[0]
    CasePupil.objects.all().delete()
    pupil.delete()
    back(tablet)

    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text(
        "1 record was about a pupil whose data were erased."
    )
    expect(tablet.page.locator(".seat", has_text=pupil.code)).to_have_count(0)
    assert (tablet.stored("photos"), tablet.stored("pieces")) == ([], [])
    assert WorkSample.objects.count() == 0


def test_another_photo_under_the_same_number_loses_neither(tablet, scene):
    (photo,) = tablet.stored("photos")
    WorkSampleFactory(
        pk=photo["id"],
        lesson=scene.lesson,
        student=scene.pupils[0],
        by=scene.observer,
        what_it_shows="Another",
    )
    back(tablet)

    expect(said(tablet).locator("[data-ls-held]")).to_contain_text("the first one stays")
    assert len(tablet.stored("photos")) == 1
    assert WorkSample.objects.get().what_it_shows == "Another"
