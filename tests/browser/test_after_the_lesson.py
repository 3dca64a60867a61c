"""After the lesson, in a browser: the pad and its clock, the class, a photo, levels, the sheet."""

import pytest
from playwright.sync_api import expect

from cycles.stages import Stage
from observations.models import Attainment, Interview, ObservationSession, WorkSample
from schools.models import User
from tests.factories.cycles import CasePredictionFactory, CasePupilFactory, ObjectiveFactory, lesson_in
from tests.factories.observations import ObservationFactory, SessionFactory
from tests.factories.schools import ConsentFactory
from tests.lib.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene(db):
    scene = lesson_in(Stage.REFLECT, pupils=8)
    ObjectiveFactory(plan=scene.plan, statement="Share a round thing fairly", success_criterion="Equal parts")
    ObjectiveFactory(plan=scene.plan, statement="Tell others why parts are equal")
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    SessionFactory(lesson=scene.lesson, observer=scene.planner, to_ask="Why did you rub the circle out?")
    case = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[2], typifies="Waits for others")
    CasePredictionFactory(step=scene.plan.steps.get(), case_pupil=case, text="Copies from the neighbour.")
    ObservationFactory(
        lesson=scene.lesson, observer=scene.observer, student=scene.pupils[2], note=True, fact="Draws first."
    )
    for pupil in scene.pupils[:4]:
        ConsentFactory(student=pupil)
    for person in (scene.observer, scene.guest):
        person.set_password("lesson-study-demo")
        person.save()
    return scene


@pytest.fixture
def observer(visit, scene):
    return visit(User.objects.get(pk=scene.observer.pk))


def go(visitor, scene, page):
    visitor.page.goto(f"{visitor.site}/observations/lessons/{scene.lesson.pk}/{page}/")
    visitor.page.wait_for_load_state("networkidle")


def test_the_pad_keeps_time_and_words(observer, scene):
    page = observer.page
    go(observer, scene, "interview")
    observer.look("pad")
    expect(page.get_by_text("Why did you rub the circle out?")).to_be_visible()
    first = page.locator(".choices input").first
    assert first.get_attribute("value") == str(scene.pupils[2].pk)

    page.get_by_label(f"{scene.pupils[2].code}").check()
    page.get_by_label(f"{scene.pupils[0].code}").check()
    page.get_by_label("What did you learn").fill("I can share three pizzas.")

    expect(page.get_by_role("button", name="Start the clock")).to_be_hidden()
    expect(page.locator("[data-ls-count]")).to_have_text("0:02", timeout=5000)
    page.evaluate(
        "for (const key of Object.keys(sessionStorage)) if (key.includes('minutes'))"
        " sessionStorage.setItem(key, Date.now() - 299000)"
    )
    expect(page.get_by_text("Five minutes are over; let the pupil go to break.")).to_be_visible(timeout=5000)
    observer.look("pad after five minutes")

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label("What did you learn")).to_have_value("I can share three pizzas.")
    expect(page.get_by_label(f"{scene.pupils[0].code}")).to_be_checked()
    expect(page.get_by_text("Five minutes are over")).to_be_visible()

    page.get_by_role("button", name="Keep the answers").click()
    expect(page.get_by_text("Kept, word for word.")).to_be_visible()
    taken = Interview.objects.get()
    assert (taken.learned, taken.companions.count()) == ("I can share three pizzas.", 1)
    page.reload()
    expect(page.get_by_label("What did you learn")).to_have_value("")
    expect(page.locator("[data-ls-count]")).to_have_text("0:00")
    observer.look("pad with an interview")


def test_answers_that_were_refused_stay_and_signing_out_forgets_drafts(observer, scene):
    page = observer.page
    go(observer, scene, "interview")
    page.get_by_label("What did you enjoy").fill("Cutting.")
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.get_by_text("Choose the pupil you ask.")).to_be_visible()
    expect(page.get_by_label("What did you enjoy")).to_have_value("Cutting.")
    observer.look("pad refused")

    page.get_by_label("What did you enjoy").fill("Cutting and folding.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("button.me").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/**")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('ls-'))") == []


def test_the_work_of_a_class_and_one_with_a_photo(observer, scene, tmp_path):
    page = observer.page
    go(observer, scene, "work")
    observer.look("no work yet")
    observer.press("Go through the whole class")
    observer.look("class table")
    page.get_by_label(f"Level of {scene.pupils[0].code}").select_option("3")
    page.get_by_label(f"What the work of {scene.pupils[1].code} shows").fill("Thirds, one larger.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label(f"Level of {scene.pupils[0].code}")).to_have_value("3")
    page.get_by_role("button", name="Keep the table").click()
    expect(page.get_by_text("2 rows kept.")).to_be_visible()

    go(observer, scene, "work/add")
    observer.look("add a piece of work")
    photo = tmp_path / "work.png"
    photo.write_bytes(picture("PNG", size=(900, 600), colour="teal"))
    page.get_by_label("Pupil").select_option(str(scene.pupils[0].pk))
    page.get_by_label("What it shows").fill("A drawing before the sum.")
    page.get_by_label("Photo of the work").set_input_files(photo)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Work of 2 of 8 pupils is here.")).to_be_visible()
    shown = page.get_by_role("img", name=f"Photo of the work of {scene.pupils[0].code}")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    observer.look("pupils' work")

    card = page.locator(".work", has=shown)
    card.get_by_role("button", name="Take away").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Take away").click()
    expect(page.get_by_text("Taken away.")).to_be_visible()
    assert WorkSample.objects.filter(removed_at=None).exclude(image="").count() == 0


def test_levels_by_keyboard_alone(observer, scene, visit):
    page = observer.page
    go(observer, scene, "attainment")
    observer.look("levels, none yet")
    before = page.get_by_label(f"{scene.pupils[0].code}, Before")
    before.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    for _time in range(3):
        page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Keep the levels").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Kept for 1 pupil.")).to_be_visible()
    assert list(Attainment.objects.values_list("before", "after")) == [(1, 3)]
    expect(page.get_by_text("Reached after the lesson: 1 of 1 pupils")).to_be_visible()
    observer.look("levels")
    guest = visit(User.objects.get(pk=scene.guest.pk))
    go(guest, scene, "attainment")
    guest.look("levels as a guest reads them")


def test_the_sheet_is_finished_in_ten_quiet_minutes(observer, scene):
    page = observer.page
    expect(page.get_by_text("Finish your sheet: ten quiet minutes")).to_be_visible()
    go(observer, scene, "sheet")
    expect(page.get_by_text("Copies from the neighbour.")).to_be_visible()
    observer.look("sheet")
    page.get_by_label("first thoughts").fill("Drawing gave her something to say.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Start the clock")).to_be_hidden()  # one goes on writing

    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_text("Handed in: the team can read it.")).to_be_visible()
    observer.look("sheet handed in")
    assert ObservationSession.objects.get(observer=scene.observer).finished_at is not None
