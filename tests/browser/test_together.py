"""Two teachers write one plan in two windows at once; whatever happens, nobody's words are lost."""

import pytest
from playwright.sync_api import expect

from cycles.models import LessonPlan, PlanStep
from cycles.stages import Stage
from tests.browser.conftest import PASSWORD
from tests.factories.cycles import (
    MORNING,
    AnticipatedResponseFactory,
    CasePredictionFactory,
    CasePupilFactory,
    PlanStepFactory,
    lesson_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def together(visit):
    """Ratna and Dedi, both at the same sheet of two steps."""
    scene = lesson_in(Stage.PLAN, steps=0, groups=0)
    PlanStepFactory(plan=scene.plan, order=1, activity="Four friends share three pizzas.")
    PlanStepFactory(plan=scene.plan, order=2, activity="Groups compare drawings.")
    for user, name in ((scene.teacher, "Ratna Dewi"), (scene.planner, "Dedi Putra")):
        user.name = name
        user.set_password(PASSWORD)
        user.save()
    visitors = [visit(scene.teacher), visit(scene.planner)]
    for visitor in visitors:
        visitor.page.goto(f"{visitor.site}{scene.lesson.get_absolute_url()}")
    return visitors


def row(page, number):
    return page.locator("[data-ls-row]").nth(number - 1)


def open_step(page, number):
    page.get_by_role("link", name=f"Change step {number}").click()
    expect(row(page, number).locator("[name=activity]")).to_be_visible()


def write(page, number, name, text):
    """Type at the end of a cell, as a person does."""
    cell = row(page, number).locator(f"[name={name}]").first
    cell.press("Control+End")
    cell.press_sequentially(text)


def saved(page):
    expect(page.locator("[data-ls-saved]")).to_contain_text("Saved")


def stored(number):
    return PlanStep.objects.order_by("order")[number - 1]


def test_in_different_rows_neither_disturbs_the_other_and_each_sees_the_others_words(together):
    ratna, dedi = together
    open_step(ratna.page, 1)
    open_step(dedi.page, 2)

    write(ratna.page, 1, "activity", " Each draws alone.")
    write(dedi.page, 2, "activity", " They fold paper.")
    ratna.page.get_by_role("link", name="Done").click()
    dedi.page.get_by_role("link", name="Done").click()

    for page in (ratna.page, dedi.page):
        expect(row(page, 1)).to_contain_text("three pizzas. Each draws alone.", timeout=15000)
        expect(row(page, 2)).to_contain_text("drawings. They fold paper.", timeout=15000)
    expect(ratna.page.locator("[data-ls-people]")).to_contain_text("is here")
    ratna.look("sheet of two")


def test_in_different_cells_of_one_row_both_are_kept_without_a_question(together):
    ratna, dedi = together
    open_step(ratna.page, 1)
    open_step(dedi.page, 1)

    write(ratna.page, 1, "activity", " Each draws alone.")
    saved(ratna.page)
    write(dedi.page, 1, "key_question", "How much does each one get?")
    saved(dedi.page)

    step = stored(1)
    assert step.activity.endswith("Each draws alone.")
    assert step.key_question == "How much does each one get?"


def test_in_the_same_cell_the_later_one_sees_both_texts_and_keeps_their_own(together):
    ratna, dedi = together
    open_step(ratna.page, 1)
    open_step(dedi.page, 1)
    write(ratna.page, 1, "activity", " Each draws alone.")
    saved(ratna.page)

    write(dedi.page, 1, "activity", " Nobody speaks yet.")
    theirs = dedi.page.locator(".theirs")
    expect(theirs).to_contain_text("Each draws alone.")
    mine = row(dedi.page, 1).locator("[name=activity]")
    expect(mine).to_have_value("Four friends share three pizzas. Nobody speaks yet.")
    dedi.look("two texts that met")
    mine.press("Control+End")
    mine.press_sequentially(" Each draws alone.")
    row(dedi.page, 1).get_by_role("button", name="Save", exact=True).first.click()
    expect(theirs).to_have_count(0)
    saved(dedi.page)

    assert stored(1).activity == "Four friends share three pizzas. Nobody speaks yet. Each draws alone."
    ratna.page.get_by_role("link", name="Done").click()
    expect(row(ratna.page, 1)).to_contain_text("Nobody speaks yet. Each draws alone.", timeout=15000)


def test_what_is_typed_while_the_network_is_gone_is_saved_when_it_is_back(together):
    ratna, dedi = together
    open_step(ratna.page, 1)
    ratna.context.set_offline(True)
    write(ratna.page, 1, "activity", " Each draws alone.")
    expect(ratna.page.locator("[data-ls-saved]")).to_contain_text("No connection")
    write(ratna.page, 1, "observation_point", " Who waits?")
    open_step(dedi.page, 2)
    write(dedi.page, 2, "activity", " They fold paper.")
    saved(dedi.page)
    assert "alone" not in stored(1).activity

    ratna.complaints.clear()  # the browser complains of the connection, rightly
    ratna.context.set_offline(False)
    saved(ratna.page)
    expect(ratna.page.locator("[data-ls-saved]")).to_contain_text("Saved")
    ratna.page.get_by_role("link", name="Done").click()
    expect(row(ratna.page, 1)).to_contain_text("Who waits?")

    assert stored(1).activity.endswith("Each draws alone.")
    assert stored(1).observation_point.endswith("Who waits?")
    assert stored(2).activity.endswith("They fold paper.")


def test_an_answer_lost_on_the_way_is_no_conflict(together):
    """The words arrive, the answer does not: sent again they must not meet themselves."""
    ratna, _dedi = together
    open_step(ratna.page, 1)
    lost = []

    def swallow(route):
        lost.append(route.fetch().status)
        route.abort()

    ratna.page.route("**/steps/*/edit/**", swallow, times=1)
    write(ratna.page, 1, "activity", " Each draws alone.")
    expect(ratna.page.locator("[data-ls-saved]")).to_contain_text("Saved", timeout=15000)
    ratna.complaints.clear()

    assert lost == [200]
    assert ratna.page.locator(".theirs").count() == 0
    assert stored(1).activity.count("Each draws alone.") == 1


@pytest.fixture
def filled(together):
    """The first of the two steps, with something expected of the class and of a case pupil."""
    step = stored(1)
    pupil = CasePupilFactory(cycle=step.plan.lesson.cycle)
    CasePredictionFactory(step=step, case_pupil=pupil, text="Draws")
    AnticipatedResponseFactory(step=step, text="Halves", support="Fold")
    return step


def remove_step(page, number):
    page.get_by_role("button", name=f"Remove step {number}").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(page.locator("[data-ls-row]")).to_have_count(1)


def put_back(visitor):
    """Put the row that was taken away back; returns the step it is now."""
    expect(visitor.page.locator("main")).to_contain_text("was taken off the plan while you wrote")
    visitor.look("row that was taken away")
    visitor.press("Put it back")
    visitor.page.wait_for_url("**/plan/#step-*")
    return PlanStep.objects.latest("order")


def test_a_step_removed_while_another_writes_in_it_is_put_back_with_all_that_stood_there(together, filled):
    ratna, dedi = together
    open_step(ratna.page, 1)
    write(ratna.page, 1, "activity", " Each draws alone.")
    saved(ratna.page)
    remove_step(dedi.page, 1)

    write(ratna.page, 1, "key_question", "How much does each one get?")
    back = put_back(ratna)

    assert back.activity == "Four friends share three pizzas. Each draws alone."
    assert back.key_question == "How much does each one get?"
    assert (back.responses.get().text, back.responses.get().support) == ("Halves", "Fold")
    assert back.predictions.get().text == "Draws"


def test_a_step_removed_while_another_writes_what_pupils_may_say_is_put_back_too(together, filled):
    ratna, dedi = together
    open_step(ratna.page, 1)
    write(ratna.page, 1, "activity", " Each draws alone.")
    saved(ratna.page)
    remove_step(dedi.page, 1)

    write(ratna.page, 1, "support", " it twice")
    back = put_back(ratna)

    assert back.activity == "Four friends share three pizzas. Each draws alone."
    assert (back.responses.get().support, back.predictions.get().text) == ("Fold it twice", "Draws")


def test_an_expectation_removed_while_another_writes_it_waits_and_can_be_let_go(together, filled):
    ratna, dedi = together
    open_step(ratna.page, 1)
    open_step(dedi.page, 1)
    dedi.page.locator("[id^=response-]").get_by_role("button", name="Remove").click()
    dedi.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(dedi.page.locator("[id^=response-]")).to_have_count(0)

    write(ratna.page, 1, "support", " it twice")
    waits = ratna.page.locator("form[data-ls-waits]")
    expect(waits.locator("[name=support]")).to_have_value("Fold it twice")
    ratna.page.get_by_role("link", name="Done").click()
    expect(beside(ratna.page)).to_contain_text("put them back, copy them, or let them go")
    expect(waits.get_by_role("button", name="Put it back")).to_be_focused()
    waits.get_by_role("button", name="Let them go").click()
    ratna.page.get_by_role("alertdialog").get_by_role("button", name="Let them go").click()
    ratna.page.get_by_role("link", name="Done").click()

    expect(ratna.page.locator(".editing")).to_have_count(0)


def test_a_step_taken_off_is_put_back_where_it_was_taken_off(together, filled):
    ratna, _dedi = together
    open_step(ratna.page, 1)
    row(ratna.page, 1).locator("[name=key_question]").fill("How much does each one get?")
    remove_step(ratna.page, 1)

    back = ratna.page.locator("#notices").get_by_role("button", name="Put it back")
    expect(back).to_be_focused()
    ratna.look("step taken off")
    back.press("Enter")

    expect(row(ratna.page, 1)).to_contain_text("How much does each one get?")
    expect(row(ratna.page, 1)).to_contain_text("Halves")
    expect(ratna.page.get_by_role("link", name="Change step 1")).to_be_focused()


def beside(page):
    """What is said in the open row of what was typed there."""
    return page.locator(".editing [data-ls-beside]:visible").last


def test_what_became_of_my_words_stands_in_sight_of_them_on_a_phone_too(together, filled):
    page = together[0].page
    page.set_viewport_size({"width": 360, "height": 740})
    open_step(page, 1)

    for name in ("key_question", "support", "materials"):
        write(page, 1, name, " More.")
        expect(beside(page)).to_contain_text("Saved")
        expect(beside(page)).to_be_in_viewport()
        expect(row(page, 1).locator(f"[name={name}]").first).to_be_in_viewport()


def test_a_refused_cell_is_told_until_it_is_put_right_and_then_the_row_closes(together):
    page = together[0].page
    open_step(page, 1)
    minutes = row(page, 1).locator("[name=minutes]")
    minutes.fill("-5")
    write(page, 1, "activity", " Each draws alone.")
    expect(minutes).to_have_attribute("aria-invalid", "true")
    write(page, 1, "materials", "Paper")
    page.keyboard.press("Escape")
    expect(minutes).to_be_focused()
    expect(beside(page)).to_contain_text("not saved yet")

    minutes.fill("12")
    expect(beside(page)).to_contain_text("Saved")
    expect(row(page, 1).locator(".problem")).to_have_count(0)
    page.keyboard.press("Escape")

    expect(page.locator(".editing")).to_have_count(0)
    step = stored(1)
    assert (step.minutes, step.materials) == (12, "Paper")
    assert step.activity.endswith("Each draws alone.")


def test_a_refused_cell_set_back_to_what_it_was_holds_nobody_up(together):
    page = together[0].page
    open_step(page, 1)
    minutes = row(page, 1).locator("[name=minutes]")
    before = minutes.input_value()
    minutes.fill("-5")
    expect(minutes).to_have_attribute("aria-invalid", "true")

    minutes.fill(before)
    page.keyboard.press("Escape")

    expect(page.locator(".editing")).to_have_count(0)


def test_words_typed_while_the_plan_is_frozen_are_copied_and_let_go(together):
    ratna, _dedi = together
    page = ratna.page
    ratna.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_step(page, 1)
    LessonPlan.objects.update(frozen_at=MORNING)

    write(page, 1, "activity", " Each draws alone.")
    expect(row(page, 1)).to_contain_text("The plan was frozen")
    ratna.look("frozen while typing")
    row(page, 1).get_by_role("button", name="Copy your words").click()
    expect(row(page, 1).get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith("three pizzas. Each draws alone.")
    row(page, 1).get_by_role("button", name="Let them go").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Let them go").click()

    expect(page.locator(".editing")).to_have_count(0)
    expect(row(page, 1)).not_to_contain_text("alone")


def test_words_are_saved_though_the_browser_lost_its_token(together):
    ratna, _dedi = together
    open_step(ratna.page, 1)
    ratna.context.clear_cookies(name="csrftoken")

    write(ratna.page, 1, "activity", " Each draws alone.")
    saved(ratna.page)

    assert stored(1).activity.endswith("Each draws alone.")


def test_two_texts_put_together_leave_the_row_open_and_the_cursor_in_it(together):
    ratna, dedi = together
    open_step(ratna.page, 1)
    open_step(dedi.page, 1)
    write(ratna.page, 1, "activity", " Each draws alone.")
    saved(ratna.page)
    write(dedi.page, 1, "activity", " Nobody speaks yet.")
    expect(dedi.page.locator(".theirs")).to_be_visible()

    row(dedi.page, 1).get_by_role("button", name="Save", exact=True).first.click()
    saved(dedi.page)

    expect(row(dedi.page, 1).locator("[name=activity]")).to_be_focused()
    expect(dedi.page.locator(".editing")).to_have_count(1)


def test_the_cursor_enters_an_expectation_that_was_added(together):
    page = together[0].page
    open_step(page, 1)

    page.get_by_role("button", name="Add an expectation").click()

    expect(row(page, 1).locator("[id^=response-] [name=text]")).to_be_focused()


def test_an_open_step_follows_the_order_of_the_table_and_keeps_its_tools_and_comments(together, filled):
    ratna, _dedi = together
    open_step(ratna.page, 1)

    names = row(ratna.page, 1).locator(".rowform :is(textarea, select, input:not([type=hidden]))")
    order = names.evaluate_all("cells => cells.map((cell) => cell.name)")
    wanted = ["activity", "key_question", "text", "teacher_response", "observation_point"]
    assert sorted(wanted, key=order.index) == wanted
    ratna.look("open step")
    row(ratna.page, 1).get_by_text("Comment", exact=True).click()
    row(ratna.page, 1).get_by_label("Your comment").fill("Paper or cloth?")
    row(ratna.page, 1).get_by_role("button", name="Say it").click()
    expect(row(ratna.page, 1).locator(".comments")).to_contain_text("Paper or cloth?")
    ratna.page.get_by_role("button", name="Move step 1 down").click()
    expect(row(ratna.page, 2).locator("[name=activity]")).to_be_visible()


def test_a_row_moved_by_keyboard_goes_on_in_its_direction_and_stays_at_the_end(together):
    page = together[0].page
    PlanStepFactory(plan=stored(1).plan, order=3, activity="All tell.")
    page.reload()
    page.get_by_role("button", name="Move step 1 down").press("Enter")
    expect(page.get_by_role("button", name="Move step 2 down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, 3)).to_contain_text("three pizzas")
    expect(page.get_by_role("link", name="Change step 3")).to_be_focused()


def test_once_the_first_step_is_there_nobody_is_told_to_write_it(together):
    page = together[0].page
    PlanStep.objects.all().delete()
    page.reload()
    expect(page.get_by_text("One row for each step")).to_be_visible()

    page.get_by_role("button", name="Write the first step").click()
    expect(row(page, 1).locator("[name=activity]")).to_be_visible()

    expect(page.get_by_text("One row for each step")).to_have_count(0)
    expect(page.get_by_role("button", name="Add a step")).to_be_visible()


def test_everything_on_the_sheet_is_done_with_the_keyboard_alone(together):
    ratna, _dedi = together
    page = ratna.page
    page.get_by_role("link", name="Change step 1").focus()
    page.keyboard.press("Enter")
    expect(row(page, 1).locator("[name=activity]")).to_be_visible()
    row(page, 1).locator("[name=key_question]").focus()
    page.keyboard.type("How much does each one get?")
    page.keyboard.press("Escape")
    expect(row(page, 1)).to_contain_text("How much does each one get?")
    page.get_by_role("button", name="Move step 1 down").focus()
    page.keyboard.press("Enter")
    expect(row(page, 2)).to_contain_text("How much does each one get?")
    page.get_by_role("button", name="Copy step 2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-ls-row]")).to_have_count(3)
    page.get_by_role("button", name="Remove step 3").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-ls-row]")).to_have_count(2)


def test_a_row_is_dragged_to_its_place_with_the_mouse(together):
    ratna, _dedi = together
    ratna.page.set_viewport_size({"width": 1440, "height": 2000})
    handle = row(ratna.page, 2).locator("[data-ls-drag]")
    start, goal = handle.bounding_box(), row(ratna.page, 1).bounding_box()

    ratna.page.mouse.move(start["x"] + 5, start["y"] + 5)
    ratna.page.mouse.down()
    ratna.page.mouse.move(start["x"], goal["y"] + 2, steps=8)
    ratna.page.mouse.up()
    expect(row(ratna.page, 1)).to_contain_text("Groups compare drawings.")
    ratna.page.reload()

    expect(row(ratna.page, 1)).to_contain_text("Groups compare drawings.")
