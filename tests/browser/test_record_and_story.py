"""The record, a pupil's story, who spoke to whom, two observers, a sheet: as people see and use them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from cycles.models import AnticipatedResponse, CasePrediction, CasePupil
from cycles.stages import Stage
from observations.models import Attainment, Level, Observation, Tablet, WorkSample
from tests.browser.conftest import PASSWORD
from tests.factories.cycles import MORNING, ObjectiveFactory, lesson_in
from tests.factories.observations import (
    InterviewFactory,
    ObservationFactory,
    SessionFactory,
    WatchFactory,
    code,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene(db):
    """A lesson with something of everything in its record."""
    scene = lesson_in(Stage.REFLECT, pupils=6, steps=2)
    first, second = scene.plan.steps.all()
    pupil, friend = scene.pupils[0], scene.pupils[2]
    own = {"school": scene.school, "lesson": scene.lesson}
    for observer, begins in ((scene.observer, 0), (scene.planner, 5), (scene.guest, 9)):
        WatchFactory(
            session=SessionFactory(lesson=scene.lesson, observer=observer),
            group=scene.groups[0],
            from_at=MORNING + timedelta(minutes=begins),
        )
    foreseen = AnticipatedResponse.objects.create(school=scene.school, step=first, text="Cuts it in half")
    case = CasePupil.objects.create(
        school=scene.school, cycle=scene.cycle, student=pupil, typifies="Waits for others"
    )
    CasePrediction.objects.create(school=scene.school, step=second, case_pupil=case, text="Copies a friend.")

    def seen(minute, **fields):
        return ObservationFactory(
            lesson=scene.lesson, minute=minute, **{"observer": scene.observer, "student": pupil} | fields
        )

    nobody = {"kind": "marker", "code": None, "student": None}
    seen(0, **nobody, step=first)
    seen(10, **nobody, step=second)
    seen(3, **nobody | {"student": friend}, step=first, response=foreseen)
    seen(4, **nobody, step=first, fact="Folds it twice.")
    for minute in range(6, 28):
        seen(minute, target=friend, student=pupil if minute % 2 else friend) if minute % 3 else None
        seen(minute, observer=scene.planner, target=friend)
    seen(12, note=True, interpretation="She is not sure.", question="Why thirds?", flagged=True)
    seen(14, student=friend, target_teacher=True)
    for at, one in enumerate(scene.pupils[:3]):
        seen(15 + at / 10, kind="sample", student=one, code=code("on_task" if at else "off_task"))
    InterviewFactory(lesson=scene.lesson, student=pupil)
    work = {"by": scene.observer, "what_it_shows": "Counts, then multiplies.", "level": Level.REACHED}
    WorkSample.objects.create(**own, student=pupil, happened_at=MORNING + timedelta(minutes=20), **work)
    goal = ObjectiveFactory(plan=scene.plan)
    Attainment.objects.create(**own, objective=goal, student=pupil, by=scene.observer, after=Level.PARTLY)
    Tablet.objects.create(
        **own, observer=scene.observer, device=uuid4(), heard=[[1, 3], [6, 9]], last_heard_at=MORNING
    )
    for user in (scene.teacher, scene.observer):
        user.set_password(PASSWORD)
        user.save()
    return scene


def test_the_record_is_read_step_by_step_and_leads_to_a_pupils_story(visit, scene):
    ratna = visit(scene.teacher)
    ratna.page.goto(f"{ratna.site}/observations/lessons/{scene.lesson.pk}/record/")
    expect(ratna.page.get_by_text("2 records not received yet")).to_be_visible()
    ratna.page.get_by_text("Who watched whom", exact=True).click()
    ratna.page.get_by_text("Choose what to see").click()
    ratna.page.get_by_text("Planned beside seen").click()
    ratna.look("the record, all of it open")

    ratna.fill(kind="Notes")
    ratna.press("Show")
    assert "kind=note" in ratna.page.url
    expect(ratna.page.locator(".timeline > li")).to_have_count(1)
    ratna.look("the record narrowed")
    ratna.page.emulate_media(media="print")
    expect(ratna.page.get_by_text("Choose what to see")).to_be_hidden()
    for label in ("Thought:", "Question:"):
        expect(ratna.page.get_by_text(label)).to_be_visible()
    ratna.page.emulate_media(media="screen")

    ratna.page.locator(".timeline a.pupil").first.click()
    ratna.page.wait_for_url("**/pupils/**")
    expect(ratna.page.get_by_text("Copies a friend.")).to_be_visible()
    expect(ratna.page.get_by_text("Counts, then multiplies.")).to_be_visible()
    ratna.page.get_by_text("Choose what to see").click()
    ratna.look("a pupil's story")

    ratna.page.emulate_media(media="print")
    expect(ratna.page.locator(".parts")).to_be_hidden()
    expect(ratna.page.get_by_text("Counts, then multiplies.")).to_be_visible()
    ratna.page.emulate_media(media="screen")


def test_who_spoke_to_whom_and_what_two_observers_saw(visit, scene):
    ratna = visit(scene.teacher)
    ratna.page.goto(f"{ratna.site}/observations/lessons/{scene.lesson.pk}/record/")
    ratna.press("Who spoke to whom")
    expect(ratna.page.locator("svg.arrows line").first).to_be_attached()
    ratna.look("who spoke to whom")

    ratna.press("Two observers, one pupil")
    expect(ratna.page.locator("main tbody tr")).to_have_count(3)
    ratna.look("pairs of observers")
    two = ratna.page.locator("main tbody a", has_text=scene.observer.name)
    two.filter(has_text=scene.planner.name).click()
    ratna.look("two observers")
    ratna.page.get_by_label("Taken as one moment, at most").select_option(label="15 seconds")
    ratna.press("Compare again")
    assert "window=15" in ratna.page.url
    ratna.page.locator("main tbody th a").first.click()
    expect(ratna.page.locator("#moments")).to_be_visible()
    assert "window=15" in ratna.page.url
    ratna.look("moment by moment")
    ratna.page.locator("#moments td a").first.click()
    ratna.page.wait_for_url("**/record/**")
    expect(ratna.page.locator("li:target")).to_be_visible()


def test_a_tally_is_looked_at_stored_and_taken_back(visit, scene):
    budi = visit(scene.observer)
    before = Observation.objects.standing().count()
    budi.page.goto(f"{budi.site}/observations/lessons/{scene.lesson.pk}/import/")
    budi.look("bring in a sheet")

    budi.page.get_by_label("A paper tally").check()
    choose(budi, f"pupil,asks,dances\n{scene.pupils[0].code},2,1\n")
    expect(budi.page.get_by_role("alert").filter(has_text="There is no such column")).to_be_visible()
    budi.look("what to mend")

    budi.page.get_by_label("A paper tally").check()
    choose(budi, f"pupil,asks,answers\n{scene.pupils[0].code},2,1\n")
    expect(budi.page.get_by_text("3 records are new.")).to_be_visible()
    budi.look("the preview of a tally")
    budi.press("Store these")
    expect(budi.page.get_by_text("3 records are stored.")).to_be_visible()
    assert Observation.objects.standing().count() == before + 3
    budi.look("what was brought in")

    budi.page.get_by_role("button", name="Take all of it back").last.click()
    with budi.page.expect_navigation():
        budi.page.get_by_role("alertdialog").get_by_role("button", name="Take all of it back").click()
    assert Observation.objects.standing().count() == before

    budi.page.locator("summary", has_text="A paper tally").click()
    budi.press("Print a tally sheet")
    budi.look("a tally sheet")


def choose(visitor, content):
    file = {"name": "tally.csv", "mimeType": "text/csv", "buffer": content.encode()}
    visitor.page.get_by_label("File").set_input_files(file)
    visitor.press("Show what is in it")
