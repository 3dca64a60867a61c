"""Leaving ends a watch, coming back begins one; a lesson begins without a network; a roster goes in time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from playwright.sync_api import expect

from cycles.models import ResearchLesson
from cycles.stages import Stage
from observations.models import Observation, Watch
from tests.browser.tablets import Tablet, lesson_with

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CHANGE = """async ([store, changes]) => {
  const db = await new Promise((go) => {
    const opening = indexedDB.open("lessonstudy");
    opening.onsuccess = () => go(opening.result);
  });
  const transaction = db.transaction(store, "readwrite");
  const all = transaction.objectStore(store).getAll();
  await new Promise((go) => (all.onsuccess = go));
  for (const row of all.result) transaction.objectStore(store).put({ ...row, ...changes });
  await new Promise((go) => (transaction.oncomplete = go));
  db.close();
}"""


@pytest.fixture
def scene(db):
    return lesson_with()


@pytest.fixture
def tablet(chromium, live_server, scene):
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def watches():
    return list(Watch.objects.standing().order_by("from_at"))


def leave(tablet):
    tablet.page.get_by_role("button", name="More", exact=True).click()
    tablet.page.locator("#menu").get_by_role("link", name="Leave").click()


def watched(tablet, count):
    """Wait until the server has so many watches that stand."""
    for _look in range(200):
        if len(watches()) == count and not tablet.stored():
            return watches()
        tablet.page.wait_for_timeout(50)
    raise AssertionError(f"{watches()}")


# Leaving and coming back


def test_leaving_ends_the_watch_and_coming_back_begins_another(tablet, scene):
    (first,) = watches()
    assert first.to_at is None
    leave(tablet)
    tablet.page.wait_for_url(lambda address: "/lessons/" not in address)
    tablet.written(0)
    (ended,) = watched(tablet, 1)
    assert (ended.from_at, ended.group) == (first.from_at, scene.groups[0])
    assert abs(timezone.now() - ended.to_at) < timedelta(minutes=2)

    tablet.open(scene.lesson)
    old, new = watched(tablet, 2)

    assert (old.to_at, new.to_at, new.group) == (ended.to_at, None, scene.groups[0])
    assert new.from_at >= old.to_at


def test_leaving_without_a_network_ends_it_too(tablet):
    tablet.context.set_offline(True)
    leave(tablet)
    tablet.page.wait_for_timeout(0)
    tablet.page.goto("about:blank")
    tablet.context.set_offline(False)
    tablet.page.goto("/cycles/")
    tablet.written(0)

    (watch,) = watched(tablet, 1)
    assert watch.to_at is not None


def test_a_page_that_is_read_again_goes_on_watching(tablet, scene):
    """The control: nobody left."""
    (device,) = tablet.stored("devices")
    tablet.open(scene.lesson)
    heard_again(tablet, device)

    (watch,) = watched(tablet, 1)
    assert watch.to_at is None


def test_signing_out_ends_the_watch_and_signing_in_again_begins_another(tablet, scene):
    sign_out(tablet)
    (ended,) = watches()
    assert ended.to_at is not None

    tablet.sign_in(scene.observer).open(scene.lesson)
    _old, new = watched(tablet, 2)

    assert new.to_at is None


def sign_out(tablet):
    tablet.page.goto("/")
    tablet.page.locator("[popovertarget=me]").click()
    tablet.page.get_by_role("button", name="Sign out").click()
    tablet.page.wait_for_url("**/accounts/login/**")


def heard_again(tablet, device):
    """Wait for the next sign of life."""
    for _look in range(200):
        if tablet.stored("devices") != [device]:
            return
        tablet.page.wait_for_timeout(50)
    raise AssertionError("no sign of life")


def watched_from_the_start(tablet, scene):
    """The watch began with the lesson, and the tablet knows."""
    Watch.objects.update(from_at=scene.lesson.started_at)
    tablet.open(scene.lesson)
    for _look in range(200):
        ((watch,),) = [kept["pack"]["watching"] for kept in tablet.stored("packs")]
        if parse_datetime(watch["from"]) == scene.lesson.started_at:
            return
        tablet.page.wait_for_timeout(50)
    raise AssertionError(watch)


def last_seen(tablet, lesson, minutes):
    at = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    tablet.page.goto("/cycles/")
    tablet.page.evaluate(CHANGE, ["devices", {"lives": {str(lesson.pk): {"at": at, "ahead": None}}}])
    return parse_datetime(at)


def test_a_page_that_was_only_closed_ends_the_watch_at_the_last_sign_of_life(tablet, scene):
    watched_from_the_start(tablet, scene)
    seen = last_seen(tablet, scene.lesson, 11)
    tablet.open(scene.lesson)
    old, new = watched(tablet, 2)

    assert old.from_at == scene.lesson.started_at
    assert abs(old.to_at - seen) < timedelta(seconds=1)
    assert new.from_at - old.to_at > timedelta(minutes=10)
    assert new.to_at is None


def test_a_page_that_was_away_for_a_moment_goes_on_watching(tablet, scene):
    """The control: nine minutes are no absence."""
    watched_from_the_start(tablet, scene)
    last_seen(tablet, scene.lesson, 9)
    (device,) = tablet.stored("devices")
    tablet.open(scene.lesson)
    heard_again(tablet, device)

    (watch,) = watched(tablet, 1)
    assert watch.to_at is None


def test_a_watch_that_has_ended_is_corrected_from_another_device(tablet, scene, chromium, live_server):
    tablet.page.locator("header [data-ls-open=tables]").click()
    tablet.page.locator("#tables .map .seat", has_text=scene.groups[0].name).click()
    tablet.sent(1)
    other = Tablet(chromium, live_server.url).sign_in(scene.observer)
    other.page.goto(f"/observations/lessons/{scene.lesson.pk}/")
    other.page.locator("header [data-ls-open=tables]").click()

    expect(other.page.locator("#tables [data-ls-watches] li")).to_have_count(1)
    expect(other.page.locator("#tables [data-ls-watches]")).not_to_contain_text("now")
    other.context.close()


# A lesson that begins without a network


@pytest.fixture
def waiting(chromium, live_server, db):
    """A lesson that has not begun, and a tablet without a network."""
    scene = lesson_with(started=False)
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    tablet.context.set_offline(True)
    yield tablet, scene
    assert tablet.errors == []
    tablet.context.close()


def begin(tablet):
    tablet.page.get_by_role("button", name="The lesson has begun").click()


def test_the_clock_runs_at_once_and_the_server_hears_from_when(waiting):
    tablet, scene = waiting
    before = timezone.now()
    begin(tablet)
    expect(tablet.page.locator("[data-ls-clock]")).to_contain_text("0:")
    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text("The clock runs on this tablet.")
    expect(tablet.page.locator("[data-ls-start]")).to_be_hidden()
    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)
    assert tablet.stored()[0]["record"]["elapsed"] is None
    tablet.page.reload()
    expect(tablet.page.locator("[data-ls-clock]")).to_contain_text("0:")

    tablet.context.set_offline(False)
    tablet.written(0)
    expect(tablet.page.locator("[data-ls-problem]")).to_be_hidden()

    lesson = ResearchLesson.objects.get(pk=scene.lesson.pk)
    assert abs(lesson.started_at - before) < timedelta(seconds=10)
    seen = Observation.objects.get()
    assert seen.elapsed == max(0, int((seen.happened_at - lesson.started_at).total_seconds()))


def test_who_began_before_is_right(waiting):
    tablet, scene = waiting
    begin(tablet)
    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text("The clock runs on this tablet.")
    earlier = timezone.now() - timedelta(minutes=5)
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(started_at=earlier)
    tablet.context.set_offline(False)
    expect(tablet.page.locator("[data-ls-clock]")).to_contain_text("5:")

    assert ResearchLesson.objects.get(pk=scene.lesson.pk).started_at == earlier


# The roster


def test_any_page_deletes_what_was_kept_of_a_lesson_that_is_over_and_no_record(tablet, scene):
    tablet.page.route("**/observations/sync/", lambda route: route.abort())
    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)
    tablet.page.locator("[data-ls-open=note]").click()
    tablet.page.get_by_label("What I saw or heard").fill("Draws.")
    expect(tablet.page.locator("[data-ls-draft]")).to_be_attached()
    tablet.page.keyboard.press("Escape")
    tablet.written(1, "drafts")
    tablet.page.goto("/cycles/")
    assert (len(tablet.stored("packs")), len(tablet.stored("drafts"))) == (1, 1)  # the control
    tablet.page.evaluate(CHANGE, ["drafts", {"expires": 1}])
    tablet.page.evaluate(CHANGE, ["packs", {"expires": 1}])
    tablet.context.clear_cookies()
    tablet.page.goto("/accounts/login/")  # whoever looks
    tablet.written(0, "packs")
    tablet.written(0, "drafts")

    assert (tablet.stored("drafts"), len(tablet.stored())) == ([], 1)


def test_a_lesson_that_is_not_observed_any_more_takes_its_pack_away_and_no_record(
    chromium, live_server, scene
):
    address = f"/observations/lessons/{scene.lesson.pk}/"
    tablet = Tablet(chromium, live_server.url, service_workers="block").sign_in(scene.observer)
    page = tablet.page
    page.goto(address)
    page.route("**/observations/sync/", lambda route: route.abort())
    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)
    tablet.written(1, "packs")
    page.goto("about:blank")
    scene.cycle.stage = Stage.REFLECT
    scene.cycle.save()
    shell = page.request.get("/observations/capture/").text()  # as the worker opens it
    page.route(f"**{address}", lambda route: route.fulfill(body=shell, content_type="text/html"))
    page.goto(address)
    expect(page.get_by_text("This lesson is not being watched any more")).to_be_visible()

    assert (tablet.stored("packs"), len(tablet.stored())) == ([], 1)
    tablet.context.close()
