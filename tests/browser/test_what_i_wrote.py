"""What one wrote, in full: photos, flags, questions, whose deed it was; what is said without a network."""

import pytest
from playwright.sync_api import expect

from observations.models import Observation, WorkSample
from tests.browser.tablets import Tablet, lesson_with
from tests.factories.schools import ConsentFactory
from tests.lib.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene(db):
    scene = lesson_with()
    ConsentFactory(student=scene.groups[0].places.order_by("pk").first().student)
    return scene


@pytest.fixture
def tablet(chromium, live_server, scene, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def test_a_note_says_its_domain_question_and_flag_and_needs_no_scrolling(tablet):
    page = tablet.page
    page.locator("[data-ls-open=note]").click()
    keep = page.get_by_role("button", name="Write it down").bounding_box()
    assert keep["y"] + keep["height"] <= 640
    page.get_by_label("What I saw or heard").fill("Draws\u0000 three circles.\nThen two.")
    page.get_by_label("A question it raises").fill("Why three?")
    page.get_by_label("Domain").select_option("affective")
    page.get_by_label("Bring it to the debrief").check()
    page.get_by_role("button", name="Write it down").click()
    tablet.sent(1)

    note = Observation.objects.get()
    assert (note.fact, note.domain) == ("Draws three circles.\nThen two.", "affective")
    tablet.menu("What I wrote")
    expect(page.locator("#mine li")).to_contain_text("Why three?")
    expect(page.locator("#mine li")).to_contain_text("for the debrief")


def test_a_photo_is_a_line_until_it_is_taken_away_here_and_on_the_server(tablet, scene):
    page = tablet.page
    tablet.context.set_offline(True)
    tablet.photo(picture(size=(640, 480)), "Three circles.")
    tablet.menu("What I wrote")
    line = page.locator("#mine li", has_text="photo")
    expect(line).to_contain_text("only on this tablet")
    tablet.context.set_offline(False)
    expect(line).to_contain_text("saved on the server")
    page.keyboard.press("Escape")
    tablet.open(scene.lesson)
    tablet.menu("What I wrote")
    expect(line).to_contain_text("Three circles.")

    line.get_by_role("button", name="Undo").click()
    page.get_by_role("alertdialog").locator("[value=yes]").click()

    expect(line).to_have_count(0)
    assert WorkSample.objects.get().removed_at is not None


def test_a_file_that_is_no_picture_keeps_its_own_message(tablet):
    page = tablet.page
    tablet.menu("Photo of a pupil’s work")
    page.get_by_role("button", name="Keep the photo").click()
    expect(page.locator("[data-ls-photo-problem]")).to_have_text("Choose a photo first.")
    file = {"name": "work.jpg", "mimeType": "image/jpeg", "buffer": b"none"}
    page.locator("#photo [name=file]").set_input_files(file)
    expect(page.locator("[data-ls-photo-problem]")).to_contain_text("no picture")
    page.get_by_role("button", name="Keep the photo").click()

    expect(page.locator("[data-ls-photo-problem]")).to_contain_text("no picture")


def test_what_nobody_expected_is_nobodys_unless_one_says_whose(tablet, scene):
    page = tablet.page
    pupil = scene.groups[0].places.order_by("pk").first().student
    page.locator("[data-ls-seats] .seat", has_text=pupil.code).click()
    page.locator(".stepline [data-ls-open=steps]").click()
    for about, fact in (("", "Folds."), (f"g{scene.groups[0].pk}", "Sings."), (f"s{pupil.pk}", "Counts.")):
        page.get_by_label("Who did it").select_option(about)
        page.get_by_label("Something nobody expected").fill(fact)
        page.get_by_role("button", name="Add").click()
        expect(page.locator("[data-ls-unforeseen]")).to_contain_text(fact)
    tablet.sent(3)

    assert [(one.fact, one.student, one.group) for one in Observation.objects.order_by("seq")] == [
        ("Folds.", None, None),
        ("Sings.", None, scene.groups[0]),
        ("Counts.", pupil, None),
    ]


def test_what_needs_a_person_is_told_in_the_header(tablet, scene):
    def refuse(route):
        records = route.request.post_data_json["records"]
        refused = {"status": "rejected", "reason": "fact", "message": "Write more."}
        route.fulfill(
            json={"results": [{"id": record["id"], **refused} for record in records], "missing": []}
        )

    page = tablet.page
    page.route("**/observations/sync/", refuse)
    tablet.note("Draws.")
    expect(tablet.line()).to_have_text("1 needs you")

    tablet.line().click()
    page.locator("[data-ls-held] [data-ls-discard]").click()
    page.get_by_role("alertdialog").locator("[value=yes]").click()

    expect(page.locator("header [data-ls-saved]")).to_have_text("All saved on the server")


def test_a_darkened_screen_is_one_persons(tablet, scene):
    tablet.page.get_by_role("button", name="More", exact=True).click()
    tablet.page.get_by_role("button", name="Darken the screen").click()

    wishes = tablet.page.evaluate("Object.keys(localStorage).filter(key => key.includes('dim'))")
    assert wishes == [f"lessonstudy.dim.{scene.observer.pk}"]


def test_without_a_network_leaving_says_so_and_leads_back(tablet, scene):
    page = tablet.page
    tablet.tap(scene.groups[0].places.order_by("pk").first().student, "asks")
    tablet.sent(1)
    tablet.open(scene.lesson)  # by the worker, which is there now
    tablet.context.set_offline(True)
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#menu [data-ls-leave]").click()
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    told = page.content()
    page.goto("/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()

    page.get_by_role("link", name="Back to observing").click()

    expect(page.locator("[data-ls-seats] .seat").first).to_be_visible()
    assert not [pupil.code for pupil in scene.pupils if pupil.code in told]
