"""Whom one watches and sees before oneself: long lists under a thumb, the first choice, one look round."""

import re

import pytest
from playwright.sync_api import expect

from observations import workflow
from observations.models import Observation, Watch
from tests.browser.tablets import Tablet, lesson_with
from tests.browser.test_capture_page import barriers
from tests.factories.cycles import lesson_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
TOUCHED = {"has_touch": True, "is_mobile": True}


@pytest.fixture
def opened(chromium, live_server):
    """Open a scene's lesson on a tablet of its own."""
    tablets = []

    def open_scene(scene, **options):
        tablet = Tablet(chromium, live_server.url, **options).sign_in(scene.observer).open(scene.lesson)
        tablets.append(tablet)
        return tablet

    yield open_scene
    for tablet in tablets:
        assert tablet.errors == []
        tablet.context.close()


def unwatched(**kwargs):
    """A lesson whose observer was not told whom to watch."""
    scene = lesson_in(**kwargs)
    workflow.open_session(scene.lesson, by=scene.observer)
    return scene


def swipe(page, start, end, *, rest=0):
    """A finger from one point to another."""
    cdp = page.context.new_cdp_session(page)

    def touch(kind, *points):
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    (x, y), (to_x, to_y) = start, end
    touch("touchStart", {"x": x, "y": y})
    if rest:
        page.wait_for_function(
            "began => performance.now() - began > 400", arg=page.evaluate("performance.now()")
        )
    for n in range(1, 11):
        touch("touchMove", {"x": x + (to_x - x) * n / 10, "y": y + (to_y - y) * n / 10})
    touch("touchEnd")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def whole_class(opened):
    """Thirty pupils before the observer, on a phone."""
    scene = lesson_with(pupils=30, groups=1)
    tablet = opened(scene, **TOUCHED)
    return tablet, tablet.page.locator("[data-ls-seats] .group .seat")


def test_a_finger_scrolls_thirty_pupils_and_writes_nothing(opened, db):
    tablet, seats = whole_class(opened)
    page = tablet.page
    expect(page.locator("[data-ls-seats]")).not_to_have_class(re.compile("fits"))

    swipe(page, middle(seats.nth(6)), middle(seats.nth(0)))

    page.wait_for_function("document.querySelector('[data-ls-seats]').scrollTop > 20")
    expect(page.locator("[data-ls-target]")).to_have_text("To whom?")
    expect(page.locator("[data-ls-seats] [aria-pressed=true]")).to_have_count(0)


def test_among_thirty_pupils_a_finger_drags_sideways_or_after_a_rest(opened, db):
    tablet, seats = whole_class(opened)
    page = tablet.page

    swipe(page, middle(seats.nth(0)), middle(seats.nth(1)))
    expect(page.locator("[data-ls-target]")).to_contain_text("→")
    page.locator("[data-ls-whom]").click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-ls-target]")).to_have_text("To whom?")
    swipe(page, middle(seats.nth(6)), middle(seats.nth(0)), rest=True)

    expect(page.locator("[data-ls-target]")).to_contain_text("→")
    assert page.evaluate("document.querySelector('[data-ls-seats]').scrollTop") == 0


def test_a_table_of_six_needs_no_scrolling_and_the_page_says_what_comes_next(opened, db):
    scene = lesson_with(pupils=12, groups=2)
    tablet = opened(scene)
    page = tablet.page
    seats = page.locator("[data-ls-seats] .group .seat")
    expect(seats).to_have_count(6)
    expect(page.locator("[data-ls-seats]")).to_have_class(re.compile("fits"))

    seats.nth(0).click()
    page.locator("[data-ls-whom]").click()
    seats.nth(1).click()

    expect(page.locator("[data-ls-last]")).to_have_text(re.compile(r"^\w+.* → \w+.*: tap what happened$"))
    page.locator("header [data-ls-open=tables]").click()
    page.locator("#tables .map .seat", has_text=scene.groups[1].name).click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-ls-title]")).to_have_text("The whole class")


def test_the_page_asks_which_table_and_one_tap_opens_it(opened, db):
    scene = unwatched(pupils=12, groups=3)
    tablet = opened(scene)
    page = tablet.page
    expect(page.get_by_role("heading", name="Which table do you watch?", level=2)).to_be_visible()
    expect(page.locator("[data-ls-codes]")).to_be_hidden()

    page.locator("[data-ls-choose] .seat", has_text=scene.groups[1].name).click()

    expect(page.locator("[data-ls-seats] .group .seat")).to_have_count(4)
    expect(page.locator("[data-ls-seats] .seat").first).to_be_focused()
    page.locator("header [data-ls-open=tables]").click()
    page.locator("#tables .map .seat", has_text=scene.groups[0].name).click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-ls-title]")).to_have_text(f"{scene.groups[0].name} +1")
    tablet.sent(2)
    assert {watch.group for watch in Watch.objects.standing()} == {scene.groups[0], scene.groups[1]}


def test_without_tables_one_chooses_pupils_or_the_whole_class(opened, db):
    scene = unwatched(pupils=5, groups=0)
    tablet = opened(scene)
    page = tablet.page
    first, second, *_ = scene.pupils
    expect(page.get_by_role("heading", name="Whom do you watch?", level=2)).to_be_visible()
    expect(page.get_by_role("button", name="The whole class")).to_be_enabled()
    expect(page.get_by_role("button", name="Only these")).to_be_disabled()

    for pupil in (first, second):
        page.locator("[data-ls-choose] .seat", has_text=pupil.code).click()
    page.get_by_role("button", name="Only these").click()

    expect(page.locator("[data-ls-seats] .group .seat")).to_have_count(2)
    tablet.sent(2)
    assert {watch.student for watch in Watch.objects.standing()} == {first, second}


def test_undo_takes_back_a_whole_look_round(opened, db):
    scene = lesson_with()
    tablet = opened(scene)
    page = tablet.page
    tablet.tap(scene.groups[0].places.order_by("pk").first().student, "asks")
    page.clock.install()
    tablet.menu("Remind me every 2 minutes to look round")
    page.keyboard.press("Escape")
    page.clock.fast_forward(125_000)
    page.locator("[data-ls-sample]").click()
    page.locator("[data-ls-looking] .seat").first.click()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-ls-last]")).to_contain_text("looked round: 5 at work, 1 not")

    page.get_by_role("button", name="Undo").click()

    expect(page.locator("[data-ls-last]")).to_contain_text("asks")
    page.clock.run_for(5_000)
    tablet.sent(13)
    assert [one.kind for one in Observation.objects.standing()] == ["event"]


def test_on_a_wide_screen_seats_and_codes_stand_side_by_side_with_the_last_lines(opened, db):
    scene = lesson_with()
    tablet = opened(scene, viewport={"width": 768, "height": 1024})
    page = tablet.page
    tablet.tap(scene.groups[0].places.order_by("pk").first().student, "asks")

    expect(page.locator("[data-ls-recent] li")).to_have_count(1)
    seats, codes, header = (
        page.locator(name).bounding_box()
        for name in ("[data-ls-seats]", "[data-ls-codes]", ".capture > header")
    )
    assert codes["x"] >= seats["x"] + seats["width"]
    assert (header["x"], header["width"]) == (0, 768)
    page.set_viewport_size({"width": 360, "height": 640})
    expect(page.locator(".recent")).to_be_hidden()


@pytest.mark.parametrize("groups", [0, 3])
def test_choosing_whom_to_watch_has_no_barriers(opened, db, groups):
    tablet = opened(unwatched(pupils=12, groups=groups), bypass_csp=True)

    assert barriers(tablet, "the page") == []
