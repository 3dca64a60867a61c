"""A whole lesson without a network, and what goes wrong around it: everything arrives once, unchanged."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.utils.dateparse import parse_datetime
from playwright.sync_api import expect

from observations.models import Observation, WorkSample
from observations.models import Tablet as Numbers
from tests.browser.tablets import SAVED, Tablet, lesson_with
from tests.factories.observations import SessionFactory
from tests.factories.schools import PASSWORD, ConsentFactory
from tests.lib.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SYNC = "**/observations/sync/"
WELCOME = {"status": 200, "content_type": "text/html", "body": "<h1>Welcome to the café</h1>"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def scene(db):
    """A lesson that runs; the work of its first pupil may be photographed."""
    scene = lesson_with()
    ConsentFactory(student=scene.pupils[0])
    return scene


@pytest.fixture
def tablet(chromium, live_server, scene):
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def pupils_of(scene):
    return [place.student for place in scene.groups[0].places.select_related("student").order_by("pk")]


def tap_often(tablet, scene, times, page=None):
    """Events of different pupils and codes, one after another."""
    pupils, codes = pupils_of(scene), ["asks", "answers", "listens", "gives an idea", "explains why"]
    for number in range(times):
        tablet.tap(pupils[number % len(pupils)], codes[number % len(codes)], page)


def sent_by(context):
    """Ids in the order in which they were posted, filled as it happens."""
    posted = []

    def look(request):
        if request.url.endswith("/observations/sync/"):
            posted.extend(record["id"] for record in request.post_data_json["records"])

    context.on("request", look)
    return posted


def said(tablet):
    tablet.page.locator("header [data-ls-open=saved]").click()
    return tablet.page.locator("#saved")


# The whole lesson


def test_a_lesson_without_network_a_dead_battery_and_an_ended_session(
    chromium, live_server, scene, media, tmp_path
):
    own = {"folder": tmp_path / "browser"}
    tablet = Tablet(chromium, live_server.url, **own).sign_in(scene.observer).open(scene.lesson)
    tablet.context.set_offline(True)
    tap_often(tablet, scene, 30)
    tablet.written(30)
    tablet.page.reload()
    expect(tablet.line()).to_have_text("30 only on this tablet")
    tap_often(tablet, scene, 10)
    tablet.written(40)
    tablet.photo(picture(size=(640, 480)), "Three equal parts.")
    expect(tablet.line()).to_have_text("41 only on this tablet")
    tablet.kill()

    tablet = Tablet(chromium, live_server.url, **own)
    tablet.context.set_offline(True)
    tablet.open(scene.lesson)
    expect(tablet.line()).to_have_text("41 only on this tablet")
    tap_often(tablet, scene, 20)
    for number in range(5):
        tablet.note(f"Fact {number}", f"Thought {number}")
    tablet.photo(picture(size=(480, 640)), "Four equal parts.")
    tablet.written(65)
    written = {entry["id"]: entry["record"] for entry in tablet.stored()}
    taken = {photo["id"]: photo for photo in tablet.stored("photos")}
    Session.objects.all().delete()
    tablet.context.set_offline(False)
    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text("You have been signed out.")
    expect(tablet.line()).to_have_text("67 only on this tablet")
    assert (Observation.objects.count(), WorkSample.objects.count()) == (0, 0)

    tablet.page.locator("[data-ls-problem] a").click()
    tablet.page.get_by_label("E-mail").fill(scene.observer.email)
    tablet.page.get_by_label("Password").fill(PASSWORD)
    tablet.page.get_by_role("button", name="Sign in").click()
    tablet.sent(65)

    arrived = {str(one.pk): one for one in Observation.objects.all()}
    assert arrived.keys() == written.keys()
    assert {one.observer for one in arrived.values()} == {scene.observer}
    assert sorted(one.seq for one in arrived.values()) == list(range(1, 66))
    assert Numbers.objects.get().heard == [[1, 65]]
    for id, one in arrived.items():
        meant = written[id]
        assert (one.student_id, one.fact) == (meant["student"], meant.get("fact", ""))
        # A page opened offline has not heard the server's time: the server counts the lesson's clock.
        counted = int((one.happened_at - scene.lesson.started_at).total_seconds())
        assert one.elapsed == (counted if meant["elapsed"] is None else meant["elapsed"])
        assert abs((one.happened_at - parse_datetime(meant["happened_at"])).total_seconds()) < 5

    photos = {str(one.pk): one for one in WorkSample.objects.all()}
    assert photos.keys() == taken.keys()
    assert [one.what_it_shows for one in photos.values()] == ["Three equal parts.", "Four equal parts."]
    assert {(one.by, one.student, one.lesson) for one in photos.values()} == {
        (scene.observer, scene.pupils[0], scene.lesson)
    }
    assert len([file for file in media.rglob("*") if file.is_file()]) == 2
    for id, one in photos.items():
        assert abs((one.happened_at - parse_datetime(taken[id]["happened_at"])).total_seconds()) < 5
    assert (tablet.stored("photos"), tablet.stored("pieces")) == ([], [])
    tablet.context.close()


def test_what_is_written_is_kept_before_it_is_shown(chromium, live_server, scene, tmp_path):
    own = {"folder": tmp_path / "browser"}
    tablet = Tablet(chromium, live_server.url, **own).sign_in(scene.observer).open(scene.lesson)
    tablet.context.set_offline(True)
    pupil = pupils_of(scene)[0]
    tablet.tap(pupil, "asks")
    tablet.page.locator("[data-ls-last]", has_text="asks").wait_for()
    tablet.kill()

    tablet = Tablet(chromium, live_server.url, **own)
    tablet.context.set_offline(True)
    tablet.open(scene.lesson)

    expect(tablet.page.locator("[data-ls-last]")).to_contain_text(f"{pupil.code} {pupil.given_name} asks")
    tablet.context.close()


@pytest.mark.parametrize("clock", ["1970-01-01T00:10:00Z", "minus three hours", "plus two days"])
def test_a_clock_that_is_set_wrong_harms_nothing(chromium, live_server, scene, clock):
    now = time.time()
    times = {"minus three hours": now - 3 * 3600, "plus two days": now + 2 * 86400}
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer)
    tablet.context.clock.install(time=times.get(clock, clock))
    tablet.open(scene.lesson)
    tap_often(tablet, scene, 2)
    tablet.sent(2)
    tablet.context.set_offline(True)
    tap_often(tablet, scene, 2)
    tablet.written(2)
    tablet.context.set_offline(False)
    tablet.sent(4)

    for one in Observation.objects.all():
        minute = (one.happened_at - scene.lesson.started_at).total_seconds() / 60
        assert 11.9 < minute < 16
        assert abs(one.elapsed / 60 - minute) < 0.2
    tablet.context.close()


# Whoever answers


def test_a_welcome_page_is_no_acknowledgement(tablet, scene):
    tablet.page.route(SYNC, lambda route: route.fulfill(**WELCOME))
    tap_often(tablet, scene, 3)
    tablet.written(3)
    expect(said(tablet)).to_contain_text("Something other than our server answered")
    assert len(tablet.stored()) == 3

    tablet.page.unroute(SYNC)
    tablet.page.get_by_role("button", name="Send now").click()
    tablet.sent(3)

    assert Observation.objects.count() == 3


def test_an_acknowledgement_does_empty_the_tablet(tablet, scene):
    """The control: an answer for each id is believed, so the test above would see a false one."""

    def agree(route):
        records = route.request.post_data_json["records"]
        route.fulfill(
            json={"results": [{"id": one["id"], "status": "stored"} for one in records], "missing": []}
        )

    tablet.page.route(SYNC, agree)
    tap_often(tablet, scene, 3)
    tablet.sent(3)

    assert Observation.objects.count() == 0


@pytest.mark.parametrize("status", ["from the future", None])
def test_an_answer_that_is_not_understood_keeps_the_record(tablet, scene, status):
    def answer(route):
        records = route.request.post_data_json["records"]
        results = [{"id": one["id"], "status": status} for one in records] if status else []
        route.fulfill(json={"results": results, "missing": []})

    tablet.page.route(SYNC, answer)
    with tablet.page.expect_response(SYNC):
        tap_often(tablet, scene, 1)

    tablet.written(1)
    expect(tablet.line()).to_have_text("1 only on this tablet")


def poisoned(route):
    """A server that breaks over one record."""
    if "POISON" in route.request.post_data:
        route.fulfill(status=500, content_type="text/html", body="<h1>Server Error</h1>")
    else:
        route.continue_()


def test_one_record_that_breaks_the_server_blocks_no_other(tablet, scene):
    tablet.context.set_offline(True)
    tap_often(tablet, scene, 12)
    tablet.note("POISON")
    tap_often(tablet, scene, 7)
    tablet.written(20)
    tablet.page.route(SYNC, poisoned)
    tablet.context.set_offline(False)
    tablet.written(1)

    assert Observation.objects.count() == 19
    assert tablet.stored()[0]["state"] == "stuck"
    expect(said(tablet)).to_contain_text("The server could not take this one.")

    tablet.page.unroute(SYNC)
    tablet.page.get_by_role("button", name="Send now").click()
    tablet.sent(20)


def test_a_server_that_breaks_over_everything_quarantines_nothing(tablet, scene):
    """The control: it is not the records' fault."""
    tablet.page.route(SYNC, lambda route: route.fulfill(status=500, body="down"))
    tap_often(tablet, scene, 8)
    tablet.written(8)
    panel = said(tablet)
    expect(panel).to_contain_text("The server cannot take it just now.")

    assert {entry["state"] for entry in tablet.stored()} == {"waiting"}

    tablet.page.unroute(SYNC)
    panel.get_by_role("button", name="Send now").click()
    tablet.sent(8)


def test_what_the_server_refuses_is_mended_and_sent_again(tablet, scene):
    def refuse(route):
        results = [
            {"id": one["id"], "status": "rejected", "reason": "fact", "message": "Too short."}
            for one in route.request.post_data_json["records"]
        ]
        route.fulfill(json={"results": results, "missing": []})

    tablet.page.route(SYNC, refuse)
    tablet.note("Hm.")
    expect(said(tablet)).to_contain_text("Too short.")
    tablet.page.unroute(SYNC)
    tablet.page.locator("#saved").get_by_role("button", name="Correct").click()
    tablet.page.get_by_label("What I saw or heard").fill("Draws three circles.")
    tablet.page.get_by_role("button", name="Write it down").click()
    tablet.sent(1)

    assert Observation.objects.get().fact == "Draws three circles."


def test_a_token_of_another_day_is_fetched_anew(tablet, scene):
    tablet.context.clear_cookies(name="csrftoken")
    tap_often(tablet, scene, 1)
    tablet.sent(1)

    assert Observation.objects.count() == 1


# Several tabs, several people


def test_two_tabs_send_each_record_once(tablet, scene):
    other = tablet.new_page()
    tablet.open(scene.lesson, other)
    posted = sent_by(tablet.context)
    tablet.context.set_offline(True)
    tap_often(tablet, scene, 10)
    tap_often(tablet, scene, 10, other)
    tablet.written(20)
    posted.clear()  # tries without a network
    tablet.context.set_offline(False)
    tablet.sent(20)

    assert Observation.objects.count() == 20
    assert sorted(posted) == sorted(set(posted))
    assert sorted(Observation.objects.values_list("seq", flat=True)) == list(range(1, 21))
    expect(other.locator("[data-ls-saved]")).to_have_text(SAVED)


def test_two_people_on_one_tablet_never_send_for_each_other(tablet, scene):
    first, second = scene.observer, scene.planner
    SessionFactory(lesson=scene.lesson, observer=second)
    tablet.page.route(SYNC, lambda route: route.abort())
    tap_often(tablet, scene, 4)
    tablet.note("Written by the first.")
    tablet.written(5)
    sign_out(tablet, "5 records of a lesson are on this device alone.")
    assert (tablet.stored("packs"), tablet.stored("written"), len(tablet.stored())) == ([], [], 6)

    tablet.page.unroute(SYNC)
    tablet.sign_in(second)
    tablet.page.goto(f"/observations/lessons/{scene.lesson.pk}/")
    tablet.page.locator("header [data-ls-open=tables]").click()
    tablet.page.locator("#tables .map .seat", has_text=scene.groups[0].name).click()
    tablet.page.keyboard.press("Escape")
    tablet.note("Written by the second.")
    expect(tablet.line()).to_have_text(SAVED)
    expect(said(tablet)).to_contain_text("6 records of another person wait on this tablet.")
    assert "Written by the first." not in tablet.page.content()
    assert [one.observer for one in Observation.objects.all()] == [second]

    sign_out(tablet)
    tablet.sign_in(first).open(scene.lesson)
    expect(tablet.line()).to_have_text(SAVED)
    tablet.written(0)

    assert Observation.objects.filter(observer=first).count() == 5
    assert Observation.objects.count() == 6
    assert Numbers.objects.values("device").distinct().count() == 2


def sign_out(tablet, warning=None):
    page = tablet.page
    page.goto("/")
    page.locator("[popovertarget=me]").click()
    page.get_by_role("button", name="Sign out").click()
    if warning:
        expect(page.get_by_role("alertdialog")).to_contain_text(warning)
        page.get_by_role("alertdialog").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def test_signing_out_with_nothing_unsent_asks_nothing_and_wipes_the_roster(tablet, scene):
    tap_often(tablet, scene, 1)
    tablet.sent(1)

    sign_out(tablet)

    assert [tablet.stored(store) for store in ("packs", "written", "outbox", "meta")] == [[], [], [], []]
    tablet.context.set_offline(True)
    tablet.page.goto(f"/observations/lessons/{scene.lesson.pk}/")
    expect(tablet.page.get_by_text("Sign in once where there is a network.")).to_be_visible()
    assert pupils_of(scene)[0].code not in tablet.page.content()


def test_other_pages_send_what_waits_when_the_lesson_is_over(tablet, scene):
    tablet.context.set_offline(True)
    tap_often(tablet, scene, 3)
    tablet.written(3)
    tablet.page.goto("about:blank")
    tablet.context.set_offline(False)

    tablet.page.goto("/cycles/")
    tablet.written(0)

    assert Observation.objects.count() == 3
