"""What colleagues say of a plan, and who is at it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from cycles import workflow
from cycles.models import Cycle, PlanComment, PlanPresence
from cycles.selectors import people_here, plan_state
from cycles.stages import Stage
from tests.factories.cycles import lesson_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return lesson_in(Stage.PLAN)


@pytest.fixture
def comment(scene):
    step = scene.plan.steps.get()
    return workflow.add_comment(scene.plan, "Fold or cut?", by=scene.observer, step=step)


def test_everybody_in_the_cycle_may_say_something_of_a_step(client, scene):
    client.force_login(scene.guest)
    step = scene.plan.steps.get()

    client.post(
        reverse("cycles:add_comment", args=[scene.lesson.pk]), {"text": "Why three?", "step": step.pk}
    )

    assert PlanComment.objects.get().step == step
    assert "Why three?" in client.get(reverse("cycles:plan", args=[scene.lesson.pk])).text


def test_an_empty_comment_is_not_said(client, scene):
    client.force_login(scene.guest)

    answer = client.post(reverse("cycles:add_comment", args=[scene.lesson.pk]), {"text": " "})

    assert answer.status_code == 422
    assert "Write your comment first." in answer.text


def test_a_step_of_another_plan_cannot_be_commented_on(client, scene):
    client.force_login(scene.planner)
    foreign = lesson_in(Stage.PLAN, school=scene.school).plan.steps.get()

    answer = client.post(
        reverse("cycles:add_comment", args=[scene.lesson.pk]), {"text": "x", "step": foreign.pk}
    )

    assert answer.status_code == 404


def test_a_comment_is_settled_and_opened_again(comment, scene):
    workflow.settle_comment(comment, is_settled=True, by=scene.planner)
    assert comment.resolved_by == scene.planner

    workflow.settle_comment(comment, is_settled=False, by=scene.observer)

    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


def test_another_observer_does_not_settle_it(comment, scene):
    with pytest.raises(PermissionDenied):
        workflow.settle_comment(comment, is_settled=True, by=scene.guest)


def test_only_its_author_takes_a_comment_back(comment, scene):
    with pytest.raises(PermissionDenied):
        workflow.take_comment_back(comment, by=scene.planner)

    workflow.take_comment_back(comment, by=scene.observer)

    assert not PlanComment.objects.exists()


def test_a_comment_stays_with_the_plan_when_its_step_goes(client, comment, scene):
    client.force_login(scene.planner)

    workflow.remove_row(comment.step, by=scene.planner)

    assert "Fold or cut?" in client.get(reverse("cycles:plan", args=[scene.lesson.pk])).text


def test_who_was_here_a_moment_ago_is_shown_to_the_others(scene):
    step = scene.plan.steps.get()
    workflow.be_here(scene.plan, by=scene.teacher, step=step)
    workflow.be_here(scene.plan, by=scene.teacher, step=step)
    workflow.be_here(scene.plan, by=scene.planner)

    (other,) = people_here(scene.plan, besides=scene.planner)

    assert (other.user, other.step) == (scene.teacher, step)


def test_who_has_not_been_heard_of_for_a_while_has_left(scene):
    workflow.be_here(scene.plan, by=scene.teacher)
    seen = PlanPresence.objects.get()
    PlanPresence.objects.update(seen_at=seen.seen_at - timedelta(minutes=1))

    assert list(people_here(scene.plan, besides=scene.planner)) == []


def test_the_page_learns_that_another_has_written_and_not_of_its_own_words(scene):
    step = scene.plan.steps.get()
    before = [plan_state(scene.plan, reader=person) for person in (scene.planner, scene.teacher)]
    workflow.write_row(step, {"activity": "Fold"}, edition=1, by=scene.teacher)
    first = [plan_state(scene.plan, reader=person) for person in (scene.planner, scene.teacher)]
    workflow.write_row(step, {"activity": "Fold twice"}, edition=2, by=scene.teacher)
    second = [plan_state(scene.plan, reader=person) for person in (scene.planner, scene.teacher)]

    assert len({before[0], first[0], second[0]}) == 3
    assert first[1] == second[1]


def test_a_guest_reads_the_plan_by_codes_and_may_not_write_it(client, scene):
    client.force_login(scene.guest)

    answer = client.post(reverse("cycles:here", args=[scene.lesson.pk]), {"step": "no number"})

    assert answer.json()["people"] == []
    assert client.post(reverse("cycles:add_step", args=[scene.lesson.pk])).status_code == 403


def test_nothing_more_is_said_of_the_plan_of_a_closed_cycle(client, comment, scene):
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
    client.force_login(scene.observer)

    answer = client.post(reverse("cycles:add_comment", args=[scene.lesson.pk]), {"text": "Too late?"})
    client.post(reverse("cycles:settle_comment", args=[comment.pk]), {"settled": "yes"})
    client.post(reverse("cycles:take_comment_back", args=[comment.pk]))

    said = PlanComment.objects.get()
    page = client.get(reverse("cycles:plan", args=[scene.lesson.pk])).text
    assert (answer.status_code, said.text, said.resolved_at) == (409, "Fold or cut?", None)
    assert "Too late?" in answer.text
    assert "This cycle is closed." in answer.text
    assert "Fold or cut?" in page
    assert reverse("cycles:add_comment", args=[scene.lesson.pk]) not in page
    assert reverse("cycles:take_comment_back", args=[comment.pk]) not in page
