"""Groups in a browser: mixed by rules, changed by keyboard, locked, mixed again, proven, used and printed."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from cycles import workflow
from cycles.mixing import Wishes
from cycles.stages import Stage
from schools.models import Enrolment, Student
from tests.browser.conftest import PASSWORD
from tests.factories.cycles import lesson_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene():
    """A class of 32, half of them girls, with three pairs who must not sit together."""
    scene = lesson_in(Stage.PLAN, pupils=32, groups=1)
    for n, pupil in enumerate(scene.pupils):
        Student.objects.filter(pk=pupil.pk).update(gender="fm"[n % 2])
        Enrolment.objects.filter(student=pupil).update(prior_attainment=30 + (n * 37) % 64)
    for n in range(3):
        pair = scene.pupils[2 * n : 2 * n + 2]
        workflow.add_pair_rule(scene.lesson, *pair, kind="apart", reason="", by=scene.planner)
    scene.planner.set_password(PASSWORD)
    scene.planner.save()
    return scene


def test_groups_are_mixed_changed_by_keyboard_proven_and_printed(scene, visit):
    planner = visit(scene.planner)
    page = planner.page
    page.goto(f"{planner.site}/cycles/lessons/{scene.lesson.pk}/groups/")
    planner.look("groups")
    planner.press("Mix groups")
    planner.look("what to mix")
    planner.press("Mix")
    expect(page.get_by_text("No rule broken.")).to_be_visible()
    assert len(tables_of(page)) == 8
    assert_keeps_the_rules(scene, tables_of(page))
    planner.look("the builder")

    first, other = tables_of(page)[0][0], tables_of(page)[1][0]
    swap_by_keyboard(page, first, other)
    expect(page.locator(seat(first))).to_be_focused()
    assert first in tables_of(page)[1]

    lock_by_keyboard(page, first)
    edition = page.locator("#tables [name=edition]")
    before = edition.input_value()
    page.get_by_role("button", name="Mix again around locked pupils").press("Enter")
    expect(edition).not_to_have_value(before)
    expect(page.get_by_text("No rule broken.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    assert first in tables_of(page)[1]
    assert_keeps_the_rules(scene, tables_of(page))

    page.get_by_role("button", name="Prove it").press("Enter")
    verdict = page.locator("#proof").get_by_text(
        re.compile(
            "No better groups of these sizes|better could exist|Better groups were found|too many possible"
        )
    )
    expect(verdict.first).to_be_visible(timeout=120_000)
    expect(page.locator("#proof-title")).to_be_focused()
    planner.look("the proof")

    planner.press("Use these groups", sure=True)
    expect(page.get_by_role("heading", name="Group 8")).to_be_visible()
    planner.press("Name cards")
    planner.look("name cards")
    printed = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages)
    assert all(pupil.given_name in printed or pupil.code in printed for pupil in scene.pupils)


def test_by_touch_and_by_mouse_pupils_change_places(scene, visit):
    workflow.mix(scene.lesson, Wishes(), {}, by=scene.planner)
    planner = visit(scene.planner)
    page = planner.page
    page.goto(f"{planner.site}/cycles/groupings/{scene.lesson.groupings.get().pk}/")

    first, other = tables_of(page)[0][0], tables_of(page)[1][0]
    page.locator(seat(first)).click()
    page.locator(seat(other)).click()
    expect(page.locator("[data-ls-table]").nth(1).locator(seat(first))).to_be_visible()

    page.locator(seat(first)).drag_to(page.locator(seat(other)))
    expect(page.locator("[data-ls-table]").nth(0).locator(seat(first))).to_be_visible()

    page.locator(seat(first)).click()
    page.get_by_role("button", name="Move here: group 3").click()
    expect(page.locator("[data-ls-table]").nth(2).locator(seat(first))).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("[data-ls-table]").nth(0).locator(seat(first))).to_be_visible()


def seat(pupil):
    return f"#seat-{pupil}"


def tables_of(page):
    """Pupils' ids, table by table."""
    return [
        [int(button.get_attribute("value")) for button in table.locator("[data-ls-seat]").all()]
        for table in page.locator("[data-ls-table]").all()
    ]


def swap_by_keyboard(page, first, other):
    page.locator(seat(first)).press("Enter")
    expect(page.locator(seat(first))).to_have_attribute("aria-pressed", "true")
    page.locator(seat(other)).press("Enter")
    expect(page.locator("[data-ls-table]").nth(1).locator(seat(first))).to_be_visible()
    page.locator(seat(first)).focus()


def lock_by_keyboard(page, pupil):
    page.locator(seat(pupil)).press("Enter")
    page.get_by_role("button", name="Lock here").press("Enter")
    expect(page.locator(seat(pupil))).to_contain_text("locked")
    page.keyboard.press("Escape")


def assert_keeps_the_rules(scene, tables):
    girls = {pupil.pk for pupil in scene.pupils[::2]}
    assert 1 not in {len(girls.intersection(table)) for table in tables}
    assert 1 not in {len(set(table) - girls) for table in tables}
    for n in range(3):
        pair = {pupil.pk for pupil in scene.pupils[2 * n : 2 * n + 2]}
        assert not any(pair <= set(table) for table in tables)
