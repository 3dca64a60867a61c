"""The capture page under a thumb: two taps an event, who spoke to whom, notes, steps, tables."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from observations.models import Observation, Watch
from schools.models import Consent
from tests.browser.conftest import VIEWS
from tests.browser.tablets import Tablet, lesson_with
from tests.factories.schools import ConsentFactory
from tests.lib.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene(db):
    return lesson_with()


@pytest.fixture
def tablet(chromium, live_server, scene):
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def seen():
    return [
        (one.student and one.student.code, one.code and one.code.slug, one.target and one.target.code)
        for one in Observation.objects.standing().order_by("seq")
    ]


def table_of(scene):
    """The pupils of the observer's own table."""
    return [place.student for place in scene.groups[0].places.select_related("student").order_by("pk")]


def test_two_taps_are_an_event_and_the_pupil_stays_chosen(tablet, scene):
    first, second, *_ = table_of(scene)

    tablet.tap(first, "asks")
    tablet.page.get_by_role("button", name="listens").click()
    tablet.tap(second, "takes over")
    tablet.sent(3)

    assert seen() == [
        (first.code, "asks", None),
        (first.code, "listens", None),
        (second.code, "takes_over", None),
    ]
    expect(tablet.page.locator(".seat", has_text=first.code)).to_contain_text("2 events")
    assert 720 <= Observation.objects.first().elapsed <= 780


def test_a_tap_is_measured_from_the_finger_to_the_disk_and_the_screen(tablet, scene):
    tablet.tap(table_of(scene)[0], "asks")
    tablet.sent(1)

    taken = tablet.page.evaluate("performance.getEntriesByName('tap').map(entry => entry.duration)")
    assert len(taken) == 1


def test_an_eager_double_click_is_one_event(tablet, scene):
    tablet.page.locator(".seat", has_text=table_of(scene)[0].code).click()

    tablet.page.get_by_role("button", name="asks").dblclick()
    tablet.sent(1)

    assert Observation.objects.count() == 1


def test_a_code_without_a_pupil_asks_for_one(tablet):
    tablet.page.get_by_role("button", name="asks").click()

    expect(tablet.page.locator("[data-ls-last]")).to_have_text("Choose a pupil first, then what happened.")
    assert tablet.stored() == []


def test_other_codes_are_one_tap_away_and_then_the_first_are_back(tablet, scene):
    tablet.page.get_by_role("button", name="More codes").click()
    tablet.tap(table_of(scene)[0], "invites")
    tablet.sent(1)

    assert [code for _pupil, code, _target in seen()] == ["invites"]
    expect(tablet.page.get_by_role("button", name="takes over")).to_be_visible()


def test_who_spoke_to_whom_by_choosing(tablet, scene):
    first, second, *_ = table_of(scene)
    page = tablet.page
    page.locator(".seat", has_text=first.code).click()
    page.get_by_role("button", name="To whom?").click()
    page.locator(".seat", has_text=second.code).click()
    page.get_by_role("button", name="asks").click()
    page.get_by_role("button", name="To whom?").click()
    page.locator(".seat", has_text="Teacher").click()
    page.get_by_role("button", name="answers").click()
    page.get_by_role("button", name="listens").click()
    tablet.sent(3)

    assert seen() == [
        (first.code, "asks", second.code),
        (first.code, "answers", None),
        (first.code, "listens", None),
    ]
    assert [one.target_teacher for one in Observation.objects.order_by("seq")] == [False, True, False]


def test_who_spoke_to_whom_by_dragging(tablet, scene):
    first, second, *_ = table_of(scene)
    start, end = (
        tablet.page.locator(".seat", has_text=pupil.code).bounding_box() for pupil in (first, second)
    )
    mouse = tablet.page.mouse
    mouse.move(start["x"] + 20, start["y"] + 20)
    mouse.down()
    mouse.move(end["x"] + 20, end["y"] + 20, steps=5)
    mouse.up()
    tablet.page.get_by_role("button", name="explains why").click()
    tablet.sent(1)

    assert seen() == [(first.code, "explains", second.code)]


def test_the_keyboard_does_it_all(tablet, scene):
    first, second, *_ = table_of(scene)
    page = tablet.page
    page.locator(".seat", has_text=first.code).press("Enter")
    page.get_by_role("button", name="To whom?").press("Enter")
    page.locator(".seat", has_text=second.code).press("Space")
    page.get_by_role("button", name="asks").press("Enter")
    tablet.sent(1)
    page.keyboard.press("Escape")

    assert seen() == [(first.code, "asks", second.code)]
    expect(page.locator(".seat", has_text=first.code)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("status")).to_contain_text(f"{first.code}")


def test_undo_takes_back_the_last_one(tablet, scene):
    first, second, *_ = table_of(scene)
    tablet.tap(first, "asks")
    tablet.tap(second, "answers")
    tablet.page.get_by_role("button", name="Undo").click()
    expect(tablet.page.locator("[data-ls-last]")).to_contain_text(first.code)
    tablet.sent(3)

    assert seen() == [(first.code, "asks", None)]
    assert Observation.objects.count() == 2


def test_a_thought_is_asked_for_its_fact_and_is_then_kept_apart_from_it(tablet, scene):
    pupil = table_of(scene)[1]
    page = tablet.page
    page.locator(".seat", has_text=pupil.code).click()
    page.locator("[data-ls-open=note]").click()
    page.get_by_label("What I think it means").fill("She is bored.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#fact-problem")).to_have_text(
        "This says what you think. What did you see or hear that makes you think so?"
    )
    page.get_by_label("What I saw or heard").fill("Lays her head on the desk.")
    page.get_by_label("Bring it to the debrief").check()
    page.get_by_role("button", name="Write it down").click()
    tablet.sent(1)

    note = Observation.objects.get()
    assert (note.fact, note.interpretation) == ("Lays her head on the desk.", "She is bored.")
    assert (note.student, note.flagged) == (pupil, True)


def test_a_note_that_is_begun_outlives_a_reload(tablet, scene):
    tablet.page.locator("[data-ls-open=note]").click()
    tablet.page.get_by_label("What I saw or heard").fill("Draws three circles.")
    expect(tablet.page.locator("[data-ls-draft]")).to_be_visible()
    tablet.written(1, "drafts")

    tablet.open(scene.lesson)
    tablet.page.locator("[data-ls-open=note]").click()

    expect(tablet.page.get_by_label("What I saw or heard")).to_have_value("Draws three circles.")


def test_a_note_and_an_event_are_corrected_and_the_first_ones_stay_struck_out(tablet, scene):
    first, second, *_ = table_of(scene)
    tablet.tap(first, "asks")
    tablet.note("Drew four circels.")
    page = tablet.page
    tablet.menu("What I wrote")
    lines = page.locator("#mine li")
    lines.nth(0).get_by_role("button", name="Correct").click()
    page.get_by_label("What I saw or heard").fill("Drew four circles.")
    page.get_by_role("button", name="Write it down").click()
    tablet.menu("What I wrote")
    lines.nth(1).get_by_role("button", name="Correct").click()
    page.locator("#correct [name=student]").select_option(str(second.pk))
    page.locator("#correct").get_by_role("button", name="Keep").click()
    tablet.sent(4)

    standing = Observation.objects.standing().order_by("kind")
    assert [(one.student and one.student.code, one.fact) for one in standing] == [
        (second.code, ""),
        (first.code, "Drew four circles."),
    ]
    assert Observation.objects.count() == 4


def test_the_step_is_said_once_and_goes_with_what_follows(tablet, scene):
    step = scene.plan.steps.get()
    page = tablet.page
    page.locator(".stepline [data-ls-open=steps]").click()
    page.get_by_role("button", name="The lesson is here now").click()
    page.get_by_role("button", name="Close").locator("visible=true").click()
    tablet.tap(table_of(scene)[0], "asks")
    tablet.sent(2)

    marker, event = Observation.objects.order_by("seq")
    assert (marker.kind, marker.step, event.step) == ("marker", step, step)
    expect(page.locator("[data-ls-step]")).to_contain_text("Step 1")


def test_what_was_expected_is_ticked_for_a_pupil_and_what_nobody_expected_is_added(tablet, scene):
    first, *_ = table_of(scene)
    page = tablet.page
    page.locator(".seat", has_text=first.code).click()
    page.locator(".stepline [data-ls-open=steps]").click()
    page.get_by_role("button", name="Draws before speaking").click()
    expect(page.get_by_role("button", name="Draws before speaking")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Something nobody expected").fill("Folds the paper.")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("[data-ls-unforeseen]")).to_contain_text("Folds the paper.")
    page.get_by_role("button", name="Draws before speaking").click()
    tablet.sent(3)

    ticked, added = Observation.objects.order_by("seq")
    assert (ticked.response.text, ticked.student, ticked.voided_at is None) == (
        "Draws before speaking",
        first,
        False,
    )
    assert (added.kind, added.response, added.fact) == ("marker", None, "Folds the paper.")


def test_a_case_pupil_shows_what_was_predicted_beside_what_is_seen(tablet, scene):
    case = scene.pupils[0]
    page = tablet.page
    page.locator("[data-ls-seats] .seat", has_text=case.code).click()
    expect(page.locator("[data-ls-case] p")).to_have_text("Predicted: “Copies”")
    page.locator("[data-ls-write-case]").click()
    page.locator("#note [name=step]").select_option(index=1)
    expect(page.locator("[data-ls-predicted]")).to_have_text("Predicted: “Copies”")
    page.get_by_label("What I saw or heard").fill("Begins alone.")
    page.get_by_role("button", name="Write it down").click()
    page.locator(".stepline [data-ls-open=steps]").click()

    expect(page.locator(".prediction")).to_contain_text("Copies")
    expect(page.locator(".prediction .observed")).to_have_text("Begins alone.")


def test_whom_i_watch_follows_from_the_open_tables_and_can_be_corrected(tablet, scene):
    first, second = scene.groups
    page = tablet.page
    page.locator("header [data-ls-open=tables]").click()
    page.locator("#tables .map .seat", has_text=second.name).click()
    page.locator("#tables .map .seat", has_text=first.name).click()
    expect(page.locator("#tables .map .seat", has_text=first.name)).to_contain_text("not watched")
    tablet.sent(2)

    ended, going_on = Watch.objects.standing().order_by("from_at")
    assert (ended.group, ended.to_at is None) == (first, False)
    assert (going_on.group, going_on.to_at) == (second, None)

    page.locator("#tables .lines li", has_text=second.name).get_by_role("button", name="Correct").click()
    page.locator("#watch").get_by_label("Until").fill("00:00")
    page.locator("#watch").get_by_label("From").fill("23:59")
    page.locator("#watch").get_by_role("button", name="Keep").click()
    expect(page.locator("[data-ls-watch-problem]")).to_be_visible()
    expect(page.locator("#watch [name=from]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#watch [name=from]")).to_be_focused()
    page.locator("#watch").get_by_role("button", name="I did not watch").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("What you wrote stays.")
    page.get_by_role("alertdialog").get_by_role("button", name="I did not watch").click()
    tablet.sent(3)

    assert [watch.group for watch in Watch.objects.standing()] == [first]
    expect(page.locator("[data-ls-title]")).to_have_text("Choose a table")


def test_looking_round_asks_quietly_and_keeps_everybody_in_one_moment(tablet, scene):
    pupils = table_of(scene)
    wish = f"localStorage.setItem('lessonstudy.sampling.{scene.observer.pk}', 'yes')"
    tablet.context.add_init_script(wish)
    page = tablet.page
    page.clock.install()
    tablet.open(scene.lesson)
    expect(page.locator("[data-ls-sample-due]")).to_be_hidden()
    page.clock.fast_forward(125_000)
    page.locator("[data-ls-sample]").click()
    page.locator("[data-ls-looking] .seat", has_text=pupils[2].code).click()
    page.get_by_role("button", name="Keep").click()
    page.clock.run_for(5_000)
    tablet.sent(len(pupils))

    samples = Observation.objects.filter(kind="sample")
    off = [one.student.code for one in samples if one.code.slug == "off_task"]
    assert (samples.count(), off) == (len(pupils), [pupils[2].code])
    assert samples.values("happened_at").distinct().count() == 1


def test_a_pupil_without_consent_cannot_be_photographed(tablet, scene):
    tablet.menu("Photo of a pupil’s work")
    expect(tablet.page.locator("[data-ls-no-consent]")).to_be_visible()

    pupil = table_of(scene)[0]
    Consent.objects.create(school=scene.school, student=pupil, use="photo", given_on="2026-01-01")
    tablet.open(scene.lesson)
    tablet.menu("Photo of a pupil’s work")

    expect(tablet.page.locator("[data-ls-photographed] option")).to_have_text(
        [f"{pupil.code} {pupil.given_name}"]
    )


def test_the_lesson_is_begun_from_the_page_and_the_clock_runs(chromium, live_server, db):
    scene = lesson_with(started=False)
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    expect(tablet.page.locator("[data-ls-clock]")).to_have_text("–:––")

    tablet.page.get_by_role("button", name="The lesson has begun").click()

    expect(tablet.page.locator("[data-ls-clock]")).to_contain_text("0:0")
    scene.lesson.refresh_from_db()
    assert scene.lesson.started_at is not None
    tablet.context.close()


# Room, light and barriers


def test_a_table_of_six_and_six_codes_need_no_scrolling_on_a_small_phone(tablet, scene):
    pupils = table_of(scene)
    assert len(pupils) == 6
    page = tablet.page
    page.locator(".seat", has_text=pupils[0].code).click()

    for target in [
        *page.locator("[data-ls-seats] .seat:visible").all(),
        *page.locator(".codes button:visible").all(),
    ]:
        box = target.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 640
        assert min(box["width"], box["height"]) >= 48
    for area in ("html", "[data-ls-seats]"):
        assert page.locator(area).evaluate("area => area.scrollHeight - area.clientHeight") == 0


def test_with_many_tables_open_the_seats_scroll_and_the_codes_stay_under_the_thumb(chromium, live_server, db):
    scene = lesson_with(pupils=36, groups=6)
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    page = tablet.page
    page.locator("header [data-ls-open=tables]").click()
    for group in scene.groups[1:]:
        page.locator("#tables .map .seat", has_text=group.name).click()
    page.keyboard.press("Escape")

    expect(page.locator("[data-ls-title]")).to_have_text("The whole class")
    for code in page.locator("[data-ls-codes] .code").all():
        expect(code).to_be_in_viewport(ratio=1)
    page.locator("[data-ls-seats] .group .seat").last.click()
    page.get_by_role("button", name="asks").click()
    tablet.sent(6)
    tablet.context.close()


def press(page, within, name):
    page.locator(within).get_by_role("button", name=name).first.click()


def note_without_fact(page):
    page.locator("[data-ls-open=note]").click()
    page.get_by_label("What I think it means").fill("She is bored.")
    press(page, "#note", "Write it down")


def to_whom(page):
    page.locator("[data-ls-seats] .seat").first.click()
    press(page, "main.capture", "To whom?")


def more(page, name):
    page.locator("header [data-ls-open=menu]").click()
    press(page, "#menu", name)


def correction(page):
    more(page, "What I wrote")
    page.locator("#mine li", has_text="asks").get_by_role("button", name="Correct").click()


def watch_corrected(page):
    page.locator("header [data-ls-open=tables]").click()
    press(page, "#tables .lines", "Correct")
    page.locator("#watch").get_by_label("From").fill("23:59")
    press(page, "#watch", "Keep")


def photo(page):
    more(page, "Photo of a pupil’s work")
    file = {"name": "work.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(640, 480))}
    page.locator("#photo [name=file]").set_input_files(file)
    expect(page.locator("#photo canvas")).to_be_visible()


def photo_unreadable(page):
    more(page, "Photo of a pupil’s work")
    file = {"name": "work.jpg", "mimeType": "image/jpeg", "buffer": b"GIF89a?"}
    page.locator("#photo [name=file]").set_input_files(file)
    expect(page.locator("#photo [role=alert]")).to_be_visible()


def time_to_look_round(page):
    more(page, "Remind me every 2 minutes to look round")
    page.keyboard.press("Escape")
    page.clock.fast_forward(125_000)
    expect(page.locator("[data-ls-sample-due]")).to_be_visible()


def looking_round(page):
    time_to_look_round(page)
    page.locator("[data-ls-sample]").click()
    page.locator("[data-ls-looking] .seat").first.click()


PLACES = {
    "the page": lambda page: None,
    "a pupil chosen": lambda page: page.locator("[data-ls-seats] .seat").first.click(),
    "to whom": to_whom,
    "the note": lambda page: page.locator("[data-ls-open=note]").click(),
    "a note without its fact": note_without_fact,
    "the steps": lambda page: page.locator(".stepline [data-ls-open=steps]").click(),
    "the tables": lambda page: page.locator("header [data-ls-open=tables]").click(),
    "a watch corrected": watch_corrected,
    "what is saved": lambda page: page.locator("header [data-ls-open=saved]").click(),
    "more": lambda page: page.locator("header [data-ls-open=menu]").click(),
    "what I wrote": lambda page: more(page, "What I wrote"),
    "a correction": correction,
    "a photo": photo,
    "a photo that is none": photo_unreadable,
    "time to look round": time_to_look_round,
    "looking round": looking_round,
}


def barriers(tablet, place):
    """What axe finds in four views, and whether anything scrolls sideways."""
    page, found = tablet.page, []
    PLACES[place](page)
    for width, scheme in VIEWS:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page, options={"preload": False}).response["violations"]
        found += [f"{width} {scheme}: {one['id']} {one['nodes'][0]['html'][:90]}" for one in result]
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        found += [f"{width}: {wide} px too wide"] if wide > 1 else []
    return found


@pytest.mark.parametrize("place", PLACES)
def test_no_place_of_the_page_has_barriers(chromium, live_server, scene, place):
    ConsentFactory(student=scene.pupils[0])
    tablet = Tablet(chromium, live_server.url, bypass_csp=True).sign_in(scene.observer)
    tablet.page.clock.install()
    tablet.open(scene.lesson)
    tablet.tap(table_of(scene)[0], "asks")
    tablet.context.set_offline(True)
    tablet.note("Draws first.")

    assert barriers(tablet, place) == []

    tablet.context.close()


def test_darkened_the_page_has_no_barriers_and_stays_dark(chromium, live_server, scene):
    tablet = Tablet(chromium, live_server.url, bypass_csp=True).sign_in(scene.observer).open(scene.lesson)
    tablet.page.locator("header [data-ls-open=menu]").click()
    tablet.page.get_by_role("button", name="Darken the screen").click()
    tablet.page.keyboard.press("Escape")
    tablet.tap(table_of(scene)[0], "asks")
    tablet.open(scene.lesson)

    assert "dim" in tablet.page.locator("html").get_attribute("class")
    assert barriers(tablet, "a pupil chosen") == []
    tablet.context.close()
