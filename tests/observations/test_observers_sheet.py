"""The last lines of an observer's sheet: kept, handed in, taken back, read by the team."""

import pytest
from django.urls import reverse

from cycles.stages import Stage
from lessonstudy.home import next_things
from observations.gathered import sheets_of
from observations.models import ObservationSession
from tests.factories.cycles import CasePredictionFactory, CasePupilFactory, lesson_in
from tests.factories.observations import ObservationFactory, SessionFactory


@pytest.fixture
def scene(db):
    scene = lesson_in(Stage.REFLECT)
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    return scene


@pytest.fixture
def observer(client, scene):
    client.force_login(scene.observer)
    return client


def page(scene):
    return reverse("observations:finish_sheet", args=[scene.lesson.pk])


def test_what_is_saved_stays_ones_own_until_it_is_handed_in(observer, scene):
    observer.post(page(scene), {"thoughts": "Drawing came first.", "save": ""})
    saved = list(sheets_of(scene.lesson))
    observer.post(page(scene), {"thoughts": "Drawing came first.", "progress": "Siti asks.", "hand_in": "1"})

    (sheet,) = sheets_of(scene.lesson)
    assert saved == []
    assert (sheet.thoughts, sheet.progress) == ("Drawing came first.", "Siti asks.")
    assert "handed in" in observer.get(page(scene)).text


def test_a_sheet_that_was_handed_in_is_taken_back_before_it_is_changed(observer, scene):
    observer.post(page(scene), {"thoughts": "First.", "hand_in": "1"})
    refused = observer.post(page(scene), {"thoughts": "Second."})
    observer.post(reverse("observations:take_sheet_back", args=[scene.lesson.pk]))
    hidden = list(sheets_of(scene.lesson))
    observer.post(page(scene), {"thoughts": "Second.", "hand_in": "1"})

    assert refused.status_code == 409
    assert "Second." in refused.text
    assert hidden == []
    assert ObservationSession.objects.get().thoughts == "Second."


def test_an_empty_sheet_is_not_handed_in(observer, scene):
    answer = observer.post(page(scene), {"thoughts": " ", "hand_in": "1"})

    assert answer.status_code == 409
    assert "Write a line before you hand the sheet in" in answer.text
    assert ObservationSession.objects.get().finished_at is None


def test_who_did_not_watch_has_no_sheet(client, scene):
    client.force_login(scene.planner)

    assert "You have no sheet of this lesson" in client.get(page(scene)).text
    assert client.post(page(scene), {"thoughts": "x"}).status_code == 409
    assert ObservationSession.objects.get().thoughts == ""


def test_once_the_cycle_is_closed_the_words_stay_on_the_page(client, db):
    scene = lesson_in(Stage.CLOSED)
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    client.force_login(scene.observer)

    answer = client.post(page(scene), {"thoughts": "Too late."})

    assert answer.status_code == 409
    assert "Too late." in answer.text


def test_ones_own_record_and_the_case_pupils_stand_beside_it(observer, scene):
    case = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    CasePredictionFactory(step=scene.plan.steps.get(), case_pupil=case, text="Waits, then copies.")
    ObservationFactory(
        lesson=scene.lesson, observer=scene.observer, student=scene.pupils[0], note=True, fact="Draws first."
    )
    ObservationFactory(lesson=scene.lesson, observer=scene.planner, note=True, fact="Seen by another.")

    text = observer.get(page(scene)).text

    assert text.count("Draws first.") == 2  # with the pupil, and in my record
    assert "Waits, then copies." in text
    assert "Seen by another." not in text


@pytest.mark.parametrize("size", [1, 30])
def test_the_page_asks_the_database_as_often_for_thirty_as_for_one(
    client, db, django_assert_num_queries, size
):
    scene = lesson_in(Stage.REFLECT, pupils=size)
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    for pupil in scene.pupils:
        case = CasePupilFactory(cycle=scene.cycle, student=pupil)
        CasePredictionFactory(step=scene.plan.steps.get(), case_pupil=case, text="Waits.")
        ObservationFactory(lesson=scene.lesson, observer=scene.observer, student=pupil, note=True)
        ObservationFactory(lesson=scene.lesson, observer=scene.observer, student=pupil)
    client.force_login(scene.observer)

    with django_assert_num_queries(15):
        client.get(page(scene))


def test_an_open_sheet_is_the_next_thing_to_do_after_the_lesson(scene):
    def words(person):
        return [thing.words for thing in next_things(person)]

    before = words(scene.observer), words(scene.planner)
    ObservationSession.objects.update(finished_at="2026-10-05T03:00:00Z")

    assert before[0] == ["Finish your sheet: ten quiet minutes"]
    assert before[1] == words(scene.observer) == ["Say in the debrief what you saw"]
