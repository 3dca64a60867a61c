"""Pages of planning: one happy path and the refusals a person meets."""

import pytest
from django.urls import reverse

from cycles import workflow
from cycles.models import Cycle, GroupPlace, PlanStep
from cycles.stages import Stage
from tests.factories.cycles import PlanStepFactory, lesson_in
from tests.factories.schools import MembershipFactory, SchoolClassFactory

pytestmark = pytest.mark.django_db
RESPONSES = {
    "responses-TOTAL_FORMS": "2",
    "responses-INITIAL_FORMS": "0",
    "responses-0-kind": "correct",
    "responses-1-kind": "correct",
}
STEP = {"phase": "core", "minutes": "10", "activity": "Compare drawings", **RESPONSES}


@pytest.fixture
def scene(client):
    scene = lesson_in(Stage.PLAN)
    client.force_login(scene.planner)
    return scene


def test_a_teacher_starts_a_cycle_in_a_class_of_their_school(client):
    school_class = SchoolClassFactory()
    teacher = MembershipFactory(school=school_class.school).user
    client.force_login(teacher)
    fields = {"title": "Fair shares", "school_class": school_class.pk, "team_name": "Grade 4"}

    response = client.post(reverse("cycles:new"), fields)

    assert response.url == Cycle.objects.get().get_absolute_url()


def test_a_class_of_another_school_is_not_among_the_choices(client, scene):
    elsewhere = SchoolClassFactory()
    fields = {"title": "Fair shares", "school_class": elsewhere.pk, "team_name": "Grade 4"}

    response = client.post(reverse("cycles:new"), fields)

    assert response.status_code == 422
    assert Cycle.objects.count() == 1


def test_a_person_of_another_school_cannot_be_given_a_role(client, scene):
    stranger = MembershipFactory().user

    response = client.post(
        reverse("cycles:people", args=[scene.cycle.pk]), {"user": stranger.pk, "role": "observer"}
    )

    assert response.status_code == 422
    assert not scene.cycle.roles.filter(user=stranger).exists()


def test_what_pupils_may_answer_is_added_to_a_step_and_written_there(client, scene):
    step = scene.plan.steps.last()

    client.post(reverse("cycles:add_response", args=[step.pk]))
    answer = {"text": "Halves first", "kind": "partial", "edition": 1}
    client.post(reverse("cycles:edit_response", args=[step.responses.get().pk]), answer)

    assert [(one.text, one.kind) for one in step.responses.all()] == [("Halves first", "partial")]


@pytest.mark.parametrize("minutes", ["-5", "many", "", "241"])
def test_a_step_with_impossible_minutes_comes_back_with_its_words(client, scene, minutes):
    response = client.post(reverse("cycles:add_step", args=[scene.lesson.pk]), STEP | {"minutes": minutes})

    assert response.status_code == 422
    assert "Compare drawings" in response.text
    assert scene.plan.steps.count() == 1


def test_words_typed_while_somebody_froze_the_plan_come_back(client, scene):
    workflow.start_observing(scene.cycle, by=scene.teacher)

    response = client.post(reverse("cycles:add_step", args=[scene.lesson.pk]), STEP)

    assert response.status_code == 409
    assert "Compare drawings" in response.text
    assert "The plan was frozen" in response.text
    assert PlanStep.objects.count() == 1


def test_groups_chosen_while_the_lesson_ended_come_back(client, scene):
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=Stage.REFLECT)
    GroupPlace.objects.all().delete()

    response = client.post(
        reverse("cycles:place_by_hand", args=[scene.lesson.pk]),
        {"count": "2", f"pupil_{scene.pupils[0].pk}": "2"},
    )

    assert response.status_code == 409
    assert GroupPlace.objects.count() == 0


def test_a_group_that_is_not_there_is_named(client, scene):
    response = client.post(
        reverse("cycles:place_by_hand", args=[scene.lesson.pk]),
        {"count": "2", f"pupil_{scene.pupils[0].pk}": "9"},
    )

    assert response.status_code == 422
    assert "There is no group 9." in response.text


def test_a_row_of_an_earlier_plan_cannot_be_changed(client, scene):
    taught = scene.plan.steps.get()
    workflow.start_observing(scene.cycle, by=scene.teacher)
    workflow.start_reflecting(scene.cycle, by=scene.teacher)
    workflow.plan_next_lesson(scene.cycle, kind="next", by=scene.teacher)

    response = client.post(reverse("cycles:edit_step", args=[taught.pk]), STEP)

    assert response.status_code == 409
    taught.refresh_from_db()
    assert taught.activity != "Compare drawings"


def test_a_wrong_stage_is_said_and_changes_nothing(client, scene):
    url = reverse("cycles:plan_next_lesson", args=[scene.cycle.pk])

    response = client.post(url, {"kind": "next"}, follow=True)

    assert "this cycle is at “Plan”" in response.text
    assert scene.cycle.lessons.count() == 1


def test_the_list_shows_colleagues_cycles_without_a_way_in(client, scene):
    other = lesson_in(Stage.PLAN, school=scene.school)
    other.cycle.title = "Questions from the back"
    other.cycle.save()

    page = client.get(reverse("cycles:list")).text

    assert "Questions from the back" in page
    assert other.cycle.get_absolute_url() not in page


def test_the_list_is_narrowed_by_words_and_stage(client, scene):
    lesson_in(Stage.REFLECT, school=scene.school)

    page = client.get(reverse("cycles:list"), {"q": "no such words", "stage": "reflect"}).text

    assert "No cycle fits." in page


def test_moving_the_first_step_up_changes_nothing(client, scene):
    first, second = scene.plan.steps.get(), PlanStepFactory(plan=scene.plan)

    client.post(reverse("cycles:move_step", args=[first.pk]), {"direction": "up"})

    assert list(scene.plan.steps.all()) == [first, second]
