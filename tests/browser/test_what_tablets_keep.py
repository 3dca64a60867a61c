"""What lies on a tablet: no child in the worker's store, room for words, losses said, a small first load."""

import io
import os
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from observations.models import Observation
from schools.models import Consent
from tests.browser.first_load import FirstLoad, observer_at
from tests.browser.tablets import Tablet, lesson_with
from tests.running import Site, manage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MOST = 60 * 1024  # bytes of the first load, compressed


@pytest.fixture
def scene(db):
    scene = lesson_with()
    Consent.objects.create(school=scene.school, student=scene.pupils[0], use="photo", given_on="2026-01-01")
    return scene


@pytest.fixture
def tablet(chromium, live_server, scene):
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def noise(width=1600, height=1200):
    """A picture that no packing makes smaller."""
    picture = io.BytesIO()
    Image.frombytes("RGB", (width, height), os.urandom(width * height * 3)).save(picture, "JPEG", quality=90)
    return picture.getvalue()


def cached(tablet):
    """Address → text of everything the browser's caches hold."""
    return tablet.page.evaluate(
        """async () => {
            const held = {};
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) {
                    held[new URL(request.url).pathname] = await (await cache.match(request)).text();
                }
            }
            return held;
        }"""
    )


# The worker's store


def test_the_worker_holds_files_and_an_empty_page_and_nothing_of_a_child(tablet, scene):
    tablet.tap(scene.pupils[0], "asks")
    tablet.sent(1)
    tablet.page.goto(f"/observations/lessons/{scene.lesson.pk}/record/")
    tablet.open(scene.lesson)

    held = cached(tablet)

    pages = {address for address in held if not address.endswith((".js", ".css", ".svg"))}
    # The page and the one for no connection are empty; of the lesson only its address is remembered.
    assert (pages, len(held)) == ({"/observations/capture/", "/no-connection/", "/last-lesson"}, 6)
    names = [pupil.code for pupil in scene.pupils] + [scene.observer.email, scene.cycle.title]
    assert [address for address, text in held.items() if any(name in text for name in names)] == []


def test_a_worker_of_yesterday_still_opens_the_page_and_what_was_written_is_sent(tablet, scene):
    """The store of another version with files that are no longer served: it opens, offline and online."""
    tablet.context.set_offline(True)
    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)
    tablet.page.evaluate(
        """async () => {
            const [name] = await caches.keys();
            const cache = await caches.open(name);
            const shell = await (await cache.match("/observations/capture/")).text();
            const old = shell.replace("</body>", "<!-- yesterday --></body>");
            const headers = { "Content-Type": "text/html" };
            await cache.put("/observations/capture/", new Response(old, { headers }));
        }"""
    )
    tablet.open(scene.lesson)
    assert "yesterday" in tablet.page.content()
    tablet.tap(scene.pupils[2], "asks")
    tablet.written(2)

    tablet.context.set_offline(False)
    tablet.sent(2)
    tablet.open(scene.lesson)

    assert "yesterday" not in tablet.page.content()
    assert Observation.objects.count() == 2


# Room


def test_a_full_tablet_refuses_the_photo_and_keeps_its_words_and_every_event(
    chromium, live_server, scene, tmp_path
):
    # A browser with a folder of its own: private windows know no quota.
    tablet = Tablet(chromium, live_server.url, folder=tmp_path / "browser")
    tablet.sign_in(scene.observer)
    # Room for the page itself and for words, but not for a photo beside them.
    cdp = tablet.context.new_cdp_session(tablet.page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": tablet.site, "quotaSize": 1_200_000})
    tablet.open(scene.lesson)
    tablet.page.route("**/photos/**", lambda route: route.abort())

    tablet.photo(noise(), "Three equal parts.")
    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text("no room left for the photo")
    tablet.tap(scene.pupils[0], "asks")
    tablet.sent(2)

    assert tablet.stored("photos") == []
    assert (tablet.stored("pieces"), tablet.errors) == ([], [])
    assert {one.fact for one in Observation.objects.all()} == {"Three equal parts.", ""}
    tablet.context.close()


def test_with_room_the_photo_is_kept_with_its_words(tablet, scene):
    """The control: it is the room that is missing above."""
    tablet.page.route("**/photos/**", lambda route: route.abort())

    tablet.photo(noise(), "Three equal parts.")

    (photo,) = tablet.stored("photos")
    assert (photo["student"], photo["what_it_shows"]) == (scene.pupils[0].pk, "Three equal parts.")
    expect(tablet.line()).to_have_text("1 only on this tablet")


def test_what_the_browser_removed_is_said_and_the_server_names_what_is_missing(tablet, scene):
    pupil = scene.pupils[0]
    tablet.tap(pupil, "asks")
    tablet.tap(pupil, "answers")
    tablet.sent(2)
    tablet.context.set_offline(True)
    for code in ("asks", "listens", "answers"):
        tablet.tap(pupil, code)
    tablet.written(3)
    tablet.page.goto("about:blank")
    cdp = tablet.context.new_cdp_session(tablet.page)
    cdp.send("Storage.clearDataForOrigin", {"origin": tablet.site, "storageTypes": "indexeddb"})
    tablet.context.set_offline(False)
    tablet.open(scene.lesson)

    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text("The browser removed what was kept")
    tablet.tap(pupil, "asks")
    expect(tablet.page.locator("[data-ls-last]")).to_contain_text("asks")
    tablet.written(0)
    tablet.page.locator("header [data-ls-open=saved]").click()

    expect(tablet.page.locator("[data-ls-lost]")).to_contain_text(
        "3 records written on this tablet never arrived"
    )
    assert sorted(Observation.objects.values_list("seq", flat=True)) == [1, 2, 6]


def test_a_tablet_that_lost_nothing_says_nothing(tablet, scene):
    """The control."""
    tablet.tap(scene.pupils[0], "asks")
    tablet.sent(1)
    tablet.open(scene.lesson)

    expect(tablet.page.locator("[data-ls-problem]")).to_be_hidden()


def test_what_is_unsent_is_offered_as_a_file_without_a_network(tablet, scene):
    tablet.context.set_offline(True)
    tablet.tap(scene.pupils[0], "asks")
    tablet.note("Draws three circles.", "Looks sure.")
    tablet.photo(noise(), "Three parts.")
    tablet.written(2)
    tablet.page.locator("header [data-ls-open=saved]").click()
    with tablet.page.expect_download() as download:
        tablet.page.get_by_role("button", name="Save what is unsent as a file").click()

    text = download.value.path().read_text()
    assert download.value.suggested_filename.endswith(".json")
    for word in (
        '"asks"',
        "Draws three circles.",
        "Looks sure.",
        "Three parts.",
        scene.pupils[0].code,
        "base64,",
    ):
        assert word in text


# The first load


def test_the_first_load_is_small_and_after_it_nothing_is_fetched(chromium, tmp_path, capsys):
    """Over the program itself, whose files are compressed; the page that the worker keeps is counted, too."""
    with Site(tmp_path) as site:
        assert manage("demo", "--yes", environment=site.environment).returncode == 0
        tablet = Tablet(chromium, f"http://127.0.0.1:{site.port}")
        load = FirstLoad(tablet, observer_at(tablet))

        with capsys.disabled():
            print(f"\nfirst load of the capture page: {load.bytes / 1024:.1f} kB in {load.answers} answers")
        assert load.bytes <= MOST
        assert load.afterwards(3000) == 0
        assert re.search(r"/lessons/\d+/$", tablet.page.url)
        tablet.context.close()
