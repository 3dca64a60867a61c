"""Whether a grouping could be better: asked once, answered in the background, about these groups."""

import pytest

from cycles import proving, tasks, workflow
from cycles.chores import wake_waiting_proofs
from cycles.grouping.objective import judge
from cycles.mixing import Wishes, problem_of_grouping
from cycles.models import GroupingProof
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from schools.models import Enrolment, Student
from tests.factories.cycles import lesson_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    scene = lesson_in(Stage.PLAN, pupils=12, groups=1)
    for n, pupil in enumerate(scene.pupils):
        Student.objects.filter(pk=pupil.pk).update(gender="fmm"[n % 3])
        Enrolment.objects.filter(student=pupil).update(prior_attainment=40 + 5 * n)
    return scene


@pytest.fixture
def grouping(scene):
    return workflow.mix(scene.lesson, Wishes(), {}, by=scene.planner)


def quality(grouping):
    """Rules broken, then J: the fewer and the lower the better."""
    _broken, violations, objective = judge(*problem_of_grouping(grouping))
    return sum(violation.times for violation in violations), objective


def answered(grouping, by):
    proof = workflow.ask_for_proof(grouping, by=by)
    proving.run(proof.pk)
    proof.refresh_from_db()
    return proof


def test_the_best_groups_of_a_small_class_are_proven_to_be(scene, grouping):
    proof = answered(grouping, scene.planner)

    assert (proof.state, proof.is_best, proof.rules_proven, proof.could_gain) == ("ready", True, True, 0.0)


def test_better_groups_are_offered_and_taken(scene, grouping):
    pupils = list(grouping.places.order_by("group", "student").values_list("student", flat=True))
    workflow.exchange(grouping, pupils[0], pupils[5], edition=1, by=scene.planner)
    grouping.refresh_from_db()
    worse = quality(grouping)

    proof = answered(grouping, scene.planner)
    assert proof.better is not None
    workflow.take_better(grouping, edition=2, by=scene.planner)

    grouping.refresh_from_db()
    assert quality(grouping) < worse
    assert answered(grouping, scene.planner).is_best


def test_an_answer_about_earlier_groups_offers_nothing(scene, grouping):
    pupils = list(grouping.places.order_by("group", "student").values_list("student", flat=True))
    workflow.exchange(grouping, pupils[0], pupils[5], edition=1, by=scene.planner)
    grouping.refresh_from_db()
    answered(grouping, scene.planner)
    workflow.exchange(grouping, pupils[0], pupils[6], edition=2, by=scene.planner)
    grouping.refresh_from_db()

    with pytest.raises(NotAllowedNow, match="no better groups"):
        workflow.take_better(grouping, edition=3, by=scene.planner)


def test_asking_twice_is_one_question(scene, grouping):
    first = workflow.ask_for_proof(grouping, by=scene.planner)

    assert workflow.ask_for_proof(grouping, by=scene.teacher) == first


def test_a_question_whose_message_was_lost_is_woken(
    scene, grouping, settings, django_capture_on_commit_callbacks
):
    proof = workflow.ask_for_proof(grouping, by=scene.planner)
    GroupingProof.objects.update(woken_at=None)
    settings.CELERY_TASK_ALWAYS_EAGER = True

    assert wake_waiting_proofs() == 1

    assert wake_waiting_proofs() == 0
    assert GroupingProof.objects.get(pk=proof.pk).woken_at is not None


def test_an_answer_twice_delivered_is_worked_out_once(scene, grouping):
    proof = answered(grouping, scene.planner)
    before = proof.finished_at

    tasks.prove_grouping(proof.pk)

    proof.refresh_from_db()
    assert proof.finished_at == before


def test_a_late_worker_changes_nothing(scene, grouping):
    proof = workflow.ask_for_proof(grouping, by=scene.planner)
    late = proving.queue.claim(proof.pk)
    GroupingProof.objects.update(lease_until="2020-01-01T00:00Z")
    proving.queue.sweep()

    with pytest.raises(proving.LostLease):
        proving.queue.finish(proof.pk, late, is_best=True)

    proof.refresh_from_db()
    assert (proof.state, proof.is_best) == ("queued", False)


def test_what_each_rule_costs_is_told(scene):
    Student.objects.update(gender="m")
    Student.objects.filter(pk__in=[pupil.pk for pupil in scene.pupils[:3]]).update(gender="f")
    grouping = workflow.mix(scene.lesson, Wishes(), {}, by=scene.planner)

    proof = answered(grouping, scene.planner)

    assert proof.costs["no_lone"] > 0.01  # three girls in three groups want to be one in each
