"""The capture page under a thumb: on a slow network, without one, by keyboard, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cycles.models import Cycle
from cycles.stages import Stage
from observations.models import Observation
from tests.factories.cycles import lesson_in
from tests.factories.observations import SessionFactory
from tests.factories.schools import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "en"}


@pytest.fixture
def scene(db):
    scene = lesson_in(groups=1)
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    return scene


@pytest.fixture
def open_capture(chromium, live_server, scene):
    """The capture page, the observer signed in, in a browser with these options."""
    contexts = []

    def open_(**options):
        contexts.append(chromium.new_context(base_url=live_server.url, **PHONE, **options))
        page = contexts[-1].new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill(scene.observer.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"/observations/lessons/{scene.lesson.pk}/")
        return page

    yield open_
    for context in contexts:
        context.close()


def tap(page, pupil, code):
    page.locator(".seat", has_text=pupil.code).click()
    page.get_by_role("button", name=code, exact=True).click()


def written():
    return [(seen.student.code, seen.code.slug) for seen in Observation.objects.order_by("received_at")]


def lines(page):
    return page.locator("#mine > li:has(time)")


def test_taps_on_a_slow_network_are_stored_in_order_for_the_pupils_they_were_made_for(open_capture, scene):
    page, held = open_capture(), []
    page.route("**/write-down/", lambda route: held.append(route), times=1)
    taps = list(zip(scene.pupils, ["asks", "answers", "asks", "listens"], strict=True))

    with page.expect_request("**/write-down/"):
        for pupil, code in taps:
            tap(page, pupil, code)
    assert written() == []
    held[0].continue_()
    expect(lines(page)).to_have_count(4)

    assert written() == [(pupil.code, code) for pupil, code in taps]
    assert page.errors == []


def test_taps_without_a_connection_are_sent_when_it_returns(open_capture, scene):
    page = open_capture()
    page.context.set_offline(True)
    tap(page, scene.pupils[0], "asks")
    tap(page, scene.pupils[1], "answers")
    expect(page.get_by_role("alert")).to_have_text("No connection. Nothing you typed is lost.")

    page.context.set_offline(False)
    expect(lines(page)).to_have_count(2)

    assert written() == [(scene.pupils[0].code, "asks"), (scene.pupils[1].code, "answers")]
    expect(page.get_by_role("alert")).to_have_text("")


def test_an_eager_double_click_is_one_event_and_two_taps_are_two(open_capture, scene):
    page = open_capture()
    page.locator(".seat", has_text=scene.pupils[0].code).click()

    page.get_by_role("button", name="asks").dblclick()
    expect(lines(page)).to_have_count(1)
    tap(page, scene.pupils[0], "asks")
    expect(lines(page)).to_have_count(2)

    expect(page.locator(".seat", has_text=scene.pupils[0].code)).to_contain_text("2 events")
    assert Observation.objects.count() == 2


def test_the_note_follows_the_chosen_pupil_until_it_is_begun(open_capture, scene):
    first, second, third, _fourth = scene.pupils
    page = open_capture()
    about = page.get_by_label("Pupil", exact=True)

    tap(page, first, "asks")
    expect(about).to_have_value(str(first.pk))
    tap(page, second, "asks")
    expect(about).to_have_value(str(second.pk))
    page.get_by_label("What I think it means").fill("She is bored.")
    tap(page, third, "asks")
    expect(lines(page)).to_have_count(3)

    expect(about).to_have_value(str(second.pk))
    expect(page.get_by_label("What I think it means")).to_have_value("She is bored.")


def test_a_thought_is_asked_for_its_fact_and_then_stored_with_it(open_capture, scene):
    page = open_capture()
    page.get_by_label("What I think it means").fill("She is bored.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".problem")).to_have_text(
        "This says what you think. What did you see or hear that makes you think so?"
    )

    page.get_by_label("What I saw or heard").fill("Lays her head on the desk.")
    page.get_by_role("button", name="Write it down").click()
    expect(lines(page)).to_have_count(1)

    seen = Observation.objects.get()
    assert (seen.fact, seen.interpretation) == ("Lays her head on the desk.", "She is bored.")
    expect(page.get_by_label("What I saw or heard")).to_have_value("")


def test_what_comes_too_late_is_told_why_and_keeps_its_words(open_capture, scene):
    page = open_capture()
    page.get_by_label("What I saw or heard").fill("Lays her head on the desk.")
    Cycle.objects.update(stage=Stage.REFLECT)

    page.get_by_role("button", name="Write it down").click()
    reason = "That is not possible now: this cycle is at “Reflect”."
    expect(page.locator("#note .message")).to_have_text(reason)
    tap(page, scene.pupils[0], "asks")
    expect(page.get_by_role("alert").filter(has_text=reason)).to_have_count(2)

    expect(page.get_by_label("What I saw or heard")).to_have_value("Lays her head on the desk.")
    assert Observation.objects.count() == 0


def test_undo_takes_back_the_last_one(open_capture, scene):
    page = open_capture()
    tap(page, scene.pupils[0], "asks")
    tap(page, scene.pupils[1], "answers")
    expect(lines(page)).to_have_count(2)

    page.locator("#last").get_by_role("button", name="Undo").click()
    expect(lines(page)).to_have_count(1)

    expect(page.locator("#last")).to_contain_text(f"{scene.pupils[0].code}")
    assert Observation.objects.standing().get().code.slug == "asks"


def test_the_keyboard_chooses_a_pupil_and_enter_alone_records_nothing(open_capture, scene):
    page = open_capture()
    page.locator(".seat input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Choose what happened.")

    page.get_by_role("button", name="asks").press("Enter")
    expect(lines(page)).to_have_count(1)

    assert written() == [(scene.pupils[1].code, "asks")]


def test_everything_works_without_javascript(open_capture, scene):
    page = open_capture(java_script_enabled=False)
    tap(page, scene.pupils[1], "takes over")
    expect(page.locator(".seat", has_text=scene.pupils[1].code).locator("input")).to_be_checked()
    page.get_by_role("button", name="answers").click()
    expect(lines(page)).to_have_count(2)

    page.locator("#last").get_by_role("button", name="Undo").click()

    expect(page.get_by_role("status")).to_have_text("Taken back.")
    expect(lines(page)).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_page_has_no_barriers_and_does_not_scroll_sideways(open_capture, scene, scheme):
    page = open_capture(color_scheme=scheme, bypass_csp=True)
    tap(page, scene.pupils[0], "asks")
    expect(lines(page)).to_have_count(1)
    for fold in page.locator("summary").all():
        fold.click()

    found = Axe().run(page, options={"preload": False}).response["violations"]

    assert [violation["id"] for violation in found] == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
