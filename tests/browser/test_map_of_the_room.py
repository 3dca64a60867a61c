"""The map of the room: tables are put by tap and by keyboard, and observers find them there."""

import pytest
from playwright.sync_api import expect

from cycles import workflow
from cycles.models import ResearchLesson, StudentGroup
from cycles.stages import Stage
from tests.browser.conftest import PASSWORD
from tests.factories.cycles import lesson_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene(db):
    scene = lesson_in(Stage.PLAN, pupils=12, groups=3)
    for number, group in enumerate(scene.groups, start=1):
        StudentGroup.objects.filter(pk=group.pk).update(name=f"Group {number}")
    for user in (scene.teacher, scene.observer):
        user.set_password(PASSWORD)
        user.save()
    return scene


def cell(visitor, row, column, holds):
    return visitor.page.get_by_role("button", name=f"Row {row}, column {column}: {holds}", exact=True)


def test_tables_are_put_by_tap_and_by_keyboard_and_observers_find_them_there(visit, scene):
    ratna = visit(scene.teacher)
    ratna.page.goto(f"{ratna.site}/cycles/lessons/{scene.lesson.pk}/room/")
    ratna.look("an empty map")

    ratna.page.get_by_role("button", name="Group 1", exact=True).click()
    expect(ratna.page.get_by_role("status").filter(has_text="Group 1 is chosen.")).to_be_visible()
    assert "picked=table-" in ratna.page.url
    ratna.look("a table chosen")
    cell(ratna, 2, 1, "free").click()
    expect(cell(ratna, 2, 1, "Group 1")).to_be_focused()
    assert "picked" not in ratna.page.url

    ratna.page.get_by_role("button", name="Group 2", exact=True).press("Enter")
    expect(cell(ratna, 2, 3, "free")).to_be_enabled()
    cell(ratna, 2, 3, "free").press("Enter")
    expect(cell(ratna, 2, 3, "Group 2")).to_be_focused()
    ratna.page.keyboard.press("Enter")
    expect(cell(ratna, 2, 3, "Group 2")).to_have_attribute("aria-pressed", "true")
    cell(ratna, 2, 1, "Group 1").press("Enter")
    expect(cell(ratna, 2, 1, "Group 2")).to_be_visible()
    expect(cell(ratna, 2, 3, "Group 1")).to_be_visible()
    ratna.look("two tables that changed places")

    for path in ("name-cards", "roles"):
        ratna.page.goto(f"{ratna.site}/cycles/lessons/{scene.lesson.pk}/{path}/")
        ratna.look(path)

    capture(visit, scene)


def capture(visit, scene):
    lesson = ResearchLesson.objects.get(pk=scene.lesson.pk)
    workflow.assign_observers(lesson, {scene.observer.pk: [scene.groups[0].pk]}, by=scene.teacher)
    workflow.start_observing(lesson.cycle, by=scene.teacher)
    budi = visit(scene.observer)
    budi.page.goto(f"{budi.site}/observations/lessons/{lesson.pk}/")
    budi.press("I keep to these rules")
    budi.look("capture with a map")

    expect(budi.page.locator("[data-ls-title]")).to_have_text("Group 1")
    budi.page.locator("header [data-ls-open=tables]").click()
    mine, theirs = (budi.page.locator(".map .seat", has_text=name) for name in ("Group 1", "Group 2"))
    expect(mine).to_have_attribute("aria-pressed", "true")
    assert theirs.bounding_box()["x"] < mine.bounding_box()["x"]
    assert theirs.bounding_box()["y"] == mine.bounding_box()["y"]
    budi.look("the map on the capture page")
    budi.page.keyboard.press("Escape")

    budi.page.set_viewport_size({"width": 360, "height": 640})
    budi.page.goto(budi.page.url)
    seats, code = (
        budi.page.locator("[data-ls-seats] .group .seat"),
        budi.page.get_by_role("button", name="asks", exact=True),
    )
    expect(seats).to_have_count(4)
    expect(seats.last).to_be_in_viewport(ratio=1)
    expect(code).to_be_in_viewport(ratio=1)
    below = budi.page.locator("[data-ls-writing]").bounding_box()["y"]
    assert seats.last.bounding_box()["y"] + seats.last.bounding_box()["height"] <= below
    seats.last.click()
    code.click()
    expect(budi.page.locator("[data-ls-last]")).to_contain_text("asks")
