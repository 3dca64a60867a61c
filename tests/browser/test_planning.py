"""Around the sheet: not from a blank page, versions, files out and in, who watches whom, and when."""

import re

import pytest
from playwright.sync_api import expect

from cycles.models import Cycle, LessonPlan
from cycles.stages import Stage
from tests.browser.conftest import PASSWORD
from tests.cycles.sheets import whole, words_of, write
from tests.factories.cycles import MORNING, CasePupilFactory, lesson_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene():
    """A lesson being planned with nothing on its sheet, and a taught one on the shelf of the same school."""
    scene = lesson_in(Stage.PLAN, steps=0, groups=2)
    taught = lesson_in(Stage.PLAN, school=scene.school)
    write(taught.plan, whole())
    LessonPlan.objects.filter(pk=taught.plan.pk).update(frozen_at=MORNING)
    Cycle.objects.filter(pk=taught.cycle.pk).update(stage=Stage.CLOSED, closed_at=MORNING, title="Old cakes")
    CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    for user, name in ((scene.teacher, "Ratna Dewi"), (scene.observer, "Budi Santoso")):
        user.name = name
        user.set_password(PASSWORD)
        user.save()
    return scene


def open_page(visitor, path):
    visitor.page.goto(f"{visitor.site}{path}")


def test_from_the_library_to_a_plan_of_ones_own_and_back_to_an_earlier_version(visit, scene):
    ratna = visit(scene.teacher)
    open_page(ratna, "/cycles/library/")
    ratna.fill(misconception="third")
    ratna.press("Search")
    ratna.look("library")
    ratna.press("Fair shares")
    ratna.look("taught plan")

    ratna.press("Start here: " + str(scene.lesson), sure=False)
    ratna.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(ratna.page.get_by_text("Make it yours")).to_be_visible()
    expect(ratna.page.locator("#sheet")).to_contain_text("Three cakes: four children.")

    ratna.press("Versions")
    ratna.fill(name="Before the guest came", reason="To remember how it was")
    ratna.press("Keep it")
    ratna.look("versions")
    open_page(ratna, scene.lesson.get_absolute_url())
    ratna.press("Remove step 2", sure=False)
    ratna.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(ratna.page.locator("[data-ls-row]")).to_have_count(1)

    ratna.press("Versions")
    ratna.press("Compare with now · Before the guest came")
    expect(ratna.page.locator(".changes .removed")).to_have_count(1)
    ratna.look("side by side")
    ratna.press("Back to the versions")
    ratna.press("Go back", sure=True)
    open_page(ratna, scene.lesson.get_absolute_url())
    expect(ratna.page.locator("[data-ls-row]")).to_have_count(2)


def test_a_plan_goes_out_as_a_word_file_and_comes_back_the_same(visit, scene, tmp_path):
    write(scene.plan, whole(scene.cycle.case_pupils.get()))
    before = words_of(scene.plan)
    ratna = visit(scene.teacher)
    open_page(ratna, scene.lesson.get_absolute_url())
    ratna.press("Download")
    ratna.look("download")
    with ratna.page.expect_download() as download:
        ratna.page.get_by_role("link", name="The team’s sheet .docx").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    write(scene.plan, {"header": {}, "dimensions": [], "objectives": [], "steps": [], "zones": []})

    ratna.press("Read a plan from a file")
    ratna.look("import")
    ratna.page.set_input_files("input[type=file]", file)
    ratna.press("Show what is in it")
    ratna.look("import preview")
    ratna.press("Make it the plan")

    expect(ratna.page.locator("#sheet")).to_contain_text("Three cakes: four children.")
    assert words_of(scene.plan) == before


def test_a_file_that_is_no_plan_is_refused_and_the_plan_stays(visit, scene, tmp_path):
    write(scene.plan, whole())
    before = words_of(scene.plan)
    file = tmp_path / "plan.docx"
    file.write_bytes(b"PK\x03\x04 not a document")
    ratna = visit(scene.teacher)
    open_page(ratna, f"/cycles/lessons/{scene.lesson.pk}/import/")
    ratna.page.set_input_files("input[type=file]", file)
    ratna.press("Show what is in it")

    expect(ratna.page.locator("main")).to_contain_text("broken")
    ratna.look("refused import")
    assert words_of(scene.plan) == before


def test_dates_observers_and_the_briefing_on_a_phone(visit, scene):
    ratna, budi = visit(scene.teacher), visit(scene.observer)
    open_page(ratna, f"/cycles/{scene.cycle.pk}/dates/")
    ratna.press("Add a meeting")
    ratna.look("new meeting")
    ratna.fill(starts_at="2027-01-11T13:00", note="Choose the task")
    ratna.press("Save")
    expect(ratna.page.locator("main")).to_contain_text("Choose the task")
    ratna.look("dates")

    ratna.press("Observers")
    ratna.press("Share out evenly", sure=True)
    ratna.look("observers")

    budi.page.set_viewport_size({"width": 360, "height": 740})
    open_page(budi, f"/cycles/lessons/{scene.lesson.pk}/briefing/")
    expect(budi.page.locator(".card.next")).to_contain_text(re.compile(r"Group \d"))
    budi.look("briefing")
    budi.page.set_viewport_size({"width": 360, "height": 740})
    budi.press("I have read this")
    expect(budi.page.locator("main")).to_contain_text("You have read this.")

    open_page(budi, "/cycles/calendar/")
    budi.press("Make an address")
    budi.look("my dates")
    address = budi.page.input_value("#address")
    stranger = budi.page.context.browser.new_context()
    assert "BEGIN:VEVENT" in stranger.request.get(address).text()
    budi.page.get_by_role("button", name="Close it").click()
    budi.page.get_by_role("alertdialog").get_by_role("button", name="Close it").click()
    expect(budi.page.locator("main")).to_contain_text("Make an address")
    assert stranger.request.get(address).status == 404
    stranger.close()
