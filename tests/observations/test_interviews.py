"""The interview pad: what pupils say, alone or together, kept word for word."""

import pytest
from django.urls import reverse

from cycles.stages import Stage
from observations import workflow
from observations.models import Interview
from reflections.selectors import evidence_in, pupils_seen
from tests.factories.cycles import CasePupilFactory, CycleRoleFactory, lesson_in
from tests.factories.observations import InterviewFactory, SessionFactory
from tests.factories.schools import CANARY, StudentFactory


@pytest.fixture
def scene(db):
    return lesson_in()


@pytest.fixture
def observer(client, scene):
    client.force_login(scene.observer)
    return client


def pad(scene):
    return reverse("observations:interview", args=[scene.lesson.pk])


def answers(*pupils, **changes):
    return {"students": [pupil.pk for pupil in pupils], "learned": "Parts must be equal."} | changes


@pytest.mark.parametrize("stage", [Stage.OBSERVE, Stage.REFLECT])
def test_a_pupils_answers_are_kept_during_and_after_the_lesson(client, db, stage):
    scene = lesson_in(stage)
    client.force_login(scene.guest)

    told = [client.post(pad(scene), answers(scene.pupils[0])) for _time in range(2)]

    assert [answer.url for answer in told] == [pad(scene)] * 2
    assert Interview.objects.get().learned == "Parts must be equal."
    assert "Parts must be equal." in client.get(pad(scene)).text


def test_pupils_asked_together_are_one_interview_whoever_is_ticked_first(observer, scene):
    one, two, three, _four = scene.pupils

    observer.post(pad(scene), answers(three, one, two))
    observer.post(pad(scene), answers(two, three, one))

    taken = Interview.objects.get()
    assert taken.student == one
    assert [beside.student for beside in taken.companions.all()] == [two, three]
    assert f"<h3>{one.code} {one.given_name}, {two.code}" in observer.get(pad(scene)).text


def test_the_same_words_of_other_pupils_are_another_interview(observer, scene):
    one, two, three, _four = scene.pupils

    for pupils in ([one], [one, two], [one, three], [two]):
        observer.post(pad(scene), answers(*pupils))

    assert Interview.objects.count() == 4


def test_an_interview_is_about_everybody_who_was_asked(scene):
    one, two, three, _four = scene.pupils
    taken = workflow.interview(scene.lesson, one, two, by=scene.observer, learned="Halves.")
    lessons = [scene.lesson]

    about = {
        pupil.code: list(evidence_in(lessons, what="interview", pupil=pupil)) for pupil in (one, two, three)
    }

    assert about == {one.code: [taken], two.code: [taken], three.code: []}
    assert list(pupils_seen(lessons)) == [one, two]


def test_an_interview_needs_one_answer_at_least(observer, scene):
    answer = observer.post(pad(scene), answers(scene.pupils[0], learned=" "))

    assert answer.status_code == 422
    assert "Write down at least one answer, in the pupil&#x27;s own words." in answer.text
    assert f'value="{scene.pupils[0].pk}" checked' in answer.text
    assert Interview.objects.count() == 0


@pytest.mark.parametrize("pupils", [0, 7])
def test_nobody_and_a_crowd_cannot_be_asked(client, db, pupils):
    scene = lesson_in(pupils=8)
    client.force_login(scene.observer)

    answer = client.post(pad(scene), answers(*scene.pupils[:pupils]))

    assert answer.status_code == 422
    assert "Parts must be equal." in answer.text
    assert ("Choose the pupil you ask." if pupils == 0 else "Ask at most 6 pupils together") in answer.text


def test_pupils_of_other_classes_and_schools_cannot_be_asked(observer, scene):
    for pupil in (StudentFactory(school=scene.school), StudentFactory(given_name=CANARY)):
        answer = observer.post(pad(scene), answers(scene.pupils[0], pupil, learned="Halves."))
        assert answer.status_code == 422
        assert "Halves." in answer.text
        assert CANARY not in answer.text
    assert Interview.objects.count() == 0


def test_an_interview_after_the_cycle_was_closed_is_refused_with_its_words_still_there(client, db):
    scene = lesson_in(Stage.CLOSED)
    client.force_login(scene.observer)

    answer = client.post(pad(scene), answers(scene.pupils[0], learned="Halves."))

    assert answer.status_code == 409
    assert "That is not possible now: this cycle is at “Closed”." in answer.text
    assert "Halves." in answer.text


def test_case_pupils_come_first_with_what_observers_want_to_ask(observer, scene):
    last = scene.pupils[-1]
    CasePupilFactory(cycle=scene.cycle, student=last, typifies="Waits for others")
    SessionFactory(lesson=scene.lesson, observer=scene.planner, to_ask="Why did you rub it out?")
    SessionFactory(lesson=lesson_in(school=scene.school).lesson, to_ask="In another lesson")
    InterviewFactory(lesson=scene.lesson, student=last)

    text = observer.get(pad(scene)).text

    order = [text.index(f'name="students" value="{pupil.pk}"') for pupil in (last, *scene.pupils[:3])]
    assert order == sorted(order)
    assert ("Waits for others" in text, "Why did you rub it out?" in text) == (True, True)
    assert "In another lesson" not in text
    assert '<span class="soft">asked</span>' in text


def test_a_guest_reads_codes_alone(client, scene):
    InterviewFactory(lesson=scene.lesson, student=scene.pupils[0])
    CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    client.force_login(scene.guest)

    text = client.get(pad(scene)).text

    assert scene.pupils[0].code in text
    assert scene.pupils[0].given_name not in text


@pytest.mark.parametrize("size", [1, 30])
def test_the_pad_asks_the_database_as_often_for_thirty_as_for_one(
    client, db, django_assert_num_queries, size
):
    scene = lesson_in(pupils=size + 1)
    for pupil in scene.pupils[1:]:
        colleague = CycleRoleFactory(cycle=scene.cycle).user
        SessionFactory(lesson=scene.lesson, observer=colleague, to_ask="Why?")
        workflow.interview(scene.lesson, scene.pupils[0], pupil, by=colleague, learned="Halves.")
        CasePupilFactory(cycle=scene.cycle, student=pupil)
    client.force_login(scene.observer)

    with django_assert_num_queries(18):
        client.get(pad(scene))
