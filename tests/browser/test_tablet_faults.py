"""A database that fails, a photo that nobody takes, a second tap: nothing is lost, nothing is kept twice."""

import time

import pytest
from playwright.sync_api import expect

from observations.models import Observation, WorkSample
from tests.browser.tablets import Tablet, lesson_with
from tests.factories.schools import ConsentFactory
from tests.lib.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SYNC = "**/observations/sync/"
PHOTOS = "**/photos/*/"
NOT_KEPT = "This was not kept on this tablet. Please tap again."
TWICE = "(form) => { for (const _ of '12') document.querySelector(form).requestSubmit(); }"
BROKEN = """(times) => {
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    if (mode !== "readwrite" || times-- <= 0) return real.call(this, names, mode, options);
    throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
  };
}"""


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
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


# The database


def test_a_tap_that_the_database_does_not_keep_is_said_and_the_next_one_counts(tablet, scene):
    tablet.context.set_offline(True)
    tablet.page.evaluate(BROKEN, 2)
    tablet.tap(scene.pupils[0], "asks")
    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text(NOT_KEPT)
    assert tablet.stored() == []

    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)

    expect(tablet.page.locator("[data-ls-problem]")).to_be_hidden()


def test_a_connection_that_was_dropped_once_is_opened_again_and_nobody_sees_it(tablet, scene):
    """The control: what fails once is done once more."""
    tablet.context.set_offline(True)
    tablet.page.evaluate(BROKEN, 1)
    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)

    expect(tablet.page.locator("[data-ls-problem]")).to_be_hidden()


def test_a_note_and_a_photo_that_were_not_kept_stay_in_their_forms(tablet):
    tablet.context.set_offline(True)
    tablet.page.locator("[data-ls-open=note]").click()
    tablet.page.get_by_label("What I saw or heard").fill("Draws.")
    tablet.page.evaluate(BROKEN, 1000)
    tablet.page.get_by_role("button", name="Write it down").click()
    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text(NOT_KEPT)
    expect(tablet.page.get_by_label("What I saw or heard")).to_have_value("Draws.")
    tablet.page.keyboard.press("Escape")
    tablet.menu("Photo of a pupil’s work")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(64, 48))}
    tablet.page.locator("#photo [name=file]").set_input_files(file)
    expect(tablet.page.locator("#photo canvas")).to_be_visible()
    tablet.page.get_by_role("button", name="Keep the photo").click()

    expect(tablet.page.locator("[data-ls-photo-problem]")).to_contain_text("The photo was not kept")
    assert (tablet.stored(), tablet.stored("photos")) == ([], [])


# Photos


def two_photos(tablet):
    tablet.context.set_offline(True)
    tablet.photo(picture(size=(64, 48)), "The first.")
    tablet.photo(picture(size=(48, 64)), "The second.")
    tablet.written(2, "photos")


@pytest.mark.parametrize("status", [403, 404, 409, 410, 422, 500])
def test_one_photo_that_is_not_taken_keeps_no_other_back(tablet, status):
    two_photos(tablet)
    first, _second = tablet.stored("photos")
    refused = {"error": "not_found", "message": "This is not there, or not for you."}
    tablet.page.route(f"**/photos/{first['id']}/", lambda route: route.fulfill(status=status, json=refused))
    tablet.context.set_offline(False)
    tablet.written(1, "photos")

    assert WorkSample.objects.get().what_it_shows == "The second."
    (kept,) = tablet.stored("photos")
    assert (kept["id"], kept["state"]) == (first["id"], "waiting" if status == 500 else "forbidden")

    tablet.page.unroute(f"**/photos/{first['id']}/")
    tablet.page.reload()
    tablet.written(0, "photos")
    assert WorkSample.objects.count() == 2


@pytest.mark.parametrize("status", [401, 429, 502, 503, 507])
def test_a_server_that_takes_none_is_asked_for_one(tablet, status):
    """The control: what is true of every photo stops the others."""
    two_photos(tablet)
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=status, json={"error": "–", "message": "–"}, headers={"Retry-After": "300"})

    tablet.page.route(PHOTOS, refuse)
    with tablet.page.expect_response(PHOTOS):
        tablet.context.set_offline(False)
    expect(tablet.line()).to_have_text("2 only on this tablet")

    assert len(set(asked)) == 1
    assert {photo["state"] for photo in tablet.stored("photos")} == {"waiting"}


def test_the_photo_that_was_chosen_last_is_the_one_that_is_kept(tablet):
    """The first one is still being made small when another is chosen."""
    tablet.context.set_offline(True)
    tablet.menu("Photo of a pupil’s work")
    tablet.page.evaluate(
        """() => {
            const real = globalThis.createImageBitmap;
            globalThis.createImageBitmap = async (file, options) => {
                if (file.name === "slow.jpg") await new Promise((go) => (globalThis.goOn = go));
                return real(file, options);
            };
        }"""
    )
    choose = tablet.page.locator("#photo [name=file]")
    canvas = tablet.page.locator("#photo canvas")
    choose.set_input_files({"name": "slow.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(640, 480))})
    choose.set_input_files({"name": "b.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(48, 64))})
    expect(canvas).to_have_attribute("width", "48")
    tablet.page.evaluate("goOn()")
    tablet.page.get_by_role("button", name="Keep the photo").click()
    tablet.written(1, "photos")

    size = tablet.page.evaluate(
        """async () => {
            const db = await new Promise((go) => {
                const opening = indexedDB.open("lessonstudy");
                opening.onsuccess = () => go(opening.result);
            });
            const all = db.transaction("pieces").objectStore("pieces").getAll();
            await new Promise((go) => (all.onsuccess = go));
            db.close();
            const picture = await createImageBitmap(new Blob(all.result.map(({ bytes }) => bytes)));
            return [picture.width, picture.height];
        }"""
    )
    assert size == [48, 64]


# Two taps


def test_two_quick_taps_write_one_note_and_one_photo(tablet):
    tablet.context.set_offline(True)
    page = tablet.page
    page.locator("[data-ls-open=note]").click()
    page.get_by_label("What I saw or heard").fill("Draws.")
    page.evaluate(TWICE, "form[data-ls-note]")
    expect(page.locator("#note")).to_be_hidden()
    tablet.note("And again.")
    tablet.menu("Photo of a pupil’s work")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(64, 48))}
    page.locator("#photo [name=file]").set_input_files(file)
    expect(page.locator("#photo canvas")).to_be_visible()
    page.evaluate(TWICE, "form[data-ls-photo]")
    expect(page.locator("#photo")).to_be_hidden()

    assert [entry["record"]["fact"] for entry in tablet.stored()] == ["Draws.", "And again."]
    assert len(tablet.stored("photos")) == 1


# Being asked to wait


@pytest.mark.parametrize("step", [0, -3_600_000])
def test_a_clock_that_is_set_back_makes_no_wait_longer(tablet, scene, step):
    asked = []

    def busy(route):
        asked.append(time.monotonic())
        if len(asked) > 1:
            return route.continue_()
        return route.fulfill(status=503, headers={"Retry-After": "2"}, json={"error": "busy"})

    tablet.page.route(SYNC, busy)
    with tablet.page.expect_response(SYNC):
        tablet.tap(scene.pupils[0], "asks")
    tablet.page.evaluate("(step) => { const real = Date.now; Date.now = () => real() + step; }", step)
    tablet.written(0)

    assert 1.9 < asked[1] - asked[0] < 8
    assert Observation.objects.count() == 1


def test_two_texts_that_met_leave_the_first_in_what_i_wrote(tablet):
    tablet.note("The first text.")
    tablet.sent(1)
    (first,) = tablet.stored("written")
    tablet.context.set_offline(True)
    tablet.note("The second text.")
    tablet.written(1)
    tablet.page.evaluate(
        """async (id) => {
            const db = await new Promise((go) => {
                const opening = indexedDB.open("lessonstudy");
                opening.onsuccess = () => go(opening.result);
            });
            const outbox = db.transaction("outbox", "readwrite").objectStore("outbox");
            const all = outbox.getAll();
            await new Promise((go) => (all.onsuccess = go));
            const [entry] = all.result;
            const done = outbox.put({ ...entry, id, record: { ...entry.record, id } });
            await new Promise((go) => (done.onsuccess = go));
            db.close();
        }""",
        first["id"],
    )
    tablet.context.set_offline(False)
    tablet.written(0)

    tablet.menu("What I wrote")
    expect(tablet.page.locator("#mine li")).to_contain_text("The first text.")
    assert [kept["record"]["fact"] for kept in tablet.stored("written")] == ["The first text."]
