"""Verbs of planning: what they do, whom they refuse, and when."""

import pytest
from django.core.exceptions import PermissionDenied

from cycles import workflow
from cycles.models import CycleRole, GroupPlace, LessonPlan, ObserverAssignment, PlanStep
from cycles.selectors import latest_lesson, latest_plan, pupils_of
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from schools.models import Role
from tests.factories.cycles import AnticipatedResponseFactory, ObjectiveFactory, lesson_in
from tests.factories.schools import MembershipFactory, SchoolClassFactory, StudentFactory

pytestmark = pytest.mark.django_db
Kind = CycleRole.Kind
STEP = {"phase": "core", "minutes": 10, "activity": "Compare drawings"}


def test_a_teacher_starts_a_cycle_and_coordinates_it():
    school_class = SchoolClassFactory()
    teacher = MembershipFactory(school=school_class.school).user

    cycle = workflow.start_cycle(school_class, title="Fair shares", team_name="Grade 4", by=teacher)

    assert cycle.stage == Stage.PLAN
    assert list(cycle.roles.values_list("user", "role")) == [(teacher.pk, Kind.COORDINATOR)]
    assert latest_plan(latest_lesson(cycle)).version == 1


def test_a_team_is_found_again_by_its_name():
    school_class = SchoolClassFactory()
    teacher = MembershipFactory(school=school_class.school).user

    cycles = [workflow.start_cycle(school_class, title=t, team_name="Grade 4", by=teacher) for t in "ab"]

    assert cycles[0].team == cycles[1].team


def test_a_teacher_of_another_school_cannot_start_a_cycle_here():
    school_class = SchoolClassFactory()
    stranger = MembershipFactory().user

    with pytest.raises(PermissionDenied):
        workflow.start_cycle(school_class, title="x", team_name="y", by=stranger)


def test_an_administrator_sets_up_people_but_does_not_plan():
    scene = lesson_in(Stage.PLAN)
    administrator = MembershipFactory(school=scene.school, role=Role.ADMINISTRATOR).user
    colleague = MembershipFactory(school=scene.school).user

    workflow.give_role(scene.cycle, colleague, Kind.OBSERVER, by=administrator)

    assert scene.cycle.roles.filter(user=colleague).exists()
    with pytest.raises(PermissionDenied):
        workflow.add_step(scene.lesson, STEP, by=administrator)


def test_a_new_model_teacher_teaches_the_lesson_that_had_none():
    scene = lesson_in(Stage.PLAN)
    scene.lesson.model_teacher = None
    scene.lesson.save()

    workflow.give_role(scene.cycle, scene.planner, Kind.MODEL_TEACHER, by=scene.teacher)

    scene.lesson.refresh_from_db()
    assert scene.lesson.model_teacher == scene.planner


def test_the_last_one_who_leads_cannot_leave():
    scene = lesson_in(Stage.PLAN)
    leading = list(scene.cycle.roles.filter(role__in=[Kind.MODEL_TEACHER, Kind.PLANNER]))
    workflow.take_role(leading[0], by=scene.planner)

    with pytest.raises(NotAllowedNow):
        workflow.take_role(leading[1], by=scene.planner)


def test_who_leaves_the_cycle_watches_nobody_any_more():
    scene = lesson_in(Stage.PLAN)
    workflow.assign_observers(scene.lesson, {scene.observer.pk: [scene.groups[0].pk]}, by=scene.teacher)

    workflow.take_role(scene.cycle.roles.get(user=scene.observer), by=scene.teacher)

    assert not ObserverAssignment.objects.exists()


def test_a_step_is_written_at_the_end_of_the_sheet():
    scene = lesson_in(Stage.PLAN, steps=2)

    step = workflow.add_step(
        scene.lesson, STEP, [{"text": "Halves first", "kind": "partial"}], by=scene.planner
    )

    assert list(scene.plan.steps.all())[-1] == step
    assert [response.text for response in step.responses.all()] == ["Halves first"]


def test_steps_move_up_and_down_and_stop_at_the_ends():
    scene = lesson_in(Stage.PLAN, steps=3)
    first, second, third = scene.plan.steps.all()

    workflow.move_row(third, to=1, by=scene.teacher)
    workflow.move_row(first, to=-1, by=scene.teacher)

    assert list(scene.plan.steps.all()) == [first, third, second]


def test_starting_to_observe_freezes_the_plan():
    scene = lesson_in(Stage.PLAN)

    workflow.start_observing(scene.cycle, by=scene.teacher)

    assert scene.plan.frozen_at is not None
    with pytest.raises(NotAllowedNow):
        workflow.add_step(scene.lesson, STEP, by=scene.planner)


def test_an_empty_plan_cannot_be_observed():
    scene = lesson_in(Stage.PLAN, steps=0)

    with pytest.raises(NotAllowedNow, match="no steps"):
        workflow.start_observing(scene.cycle, by=scene.teacher)

    scene.cycle.refresh_from_db()
    assert scene.cycle.stage == Stage.PLAN


def test_an_observer_does_not_move_the_cycle():
    scene = lesson_in(Stage.PLAN)

    with pytest.raises(PermissionDenied):
        workflow.start_observing(scene.cycle, by=scene.observer)


def test_a_wrong_stage_says_where_the_cycle_is():
    scene = lesson_in(Stage.REFLECT)

    with pytest.raises(NotAllowedNow, match="Reflect"):
        workflow.start_observing(scene.cycle, by=scene.teacher)


def test_the_next_lesson_starts_from_the_plan_that_was_taught():
    scene = lesson_in(Stage.REFLECT, steps=2)
    ObjectiveFactory(plan=scene.plan)
    AnticipatedResponseFactory(step=scene.plan.steps.first(), text="Halves first")

    lesson = workflow.plan_next_lesson(scene.cycle, kind="reteach", by=scene.teacher)

    plan = latest_plan(lesson)
    assert (lesson.sequence, lesson.kind, plan.frozen_at) == (2, "reteach", None)
    assert [step.activity for step in plan.steps.all()] == [s.activity for s in scene.plan.steps.all()]
    assert [r.text for r in plan.steps.first().responses.all()] == ["Halves first"]
    assert plan.objectives.count() == 1
    assert PlanStep.objects.filter(plan=scene.plan).count() == 2


def test_pupils_are_placed_once_and_only_those_of_the_class():
    scene = lesson_in(Stage.PLAN, pupils=4, groups=0)
    stranger = StudentFactory(school=scene.school)
    places = {scene.pupils[0].pk: 1, scene.pupils[1].pk: 2, stranger.pk: 1, scene.pupils[2].pk: 9}

    workflow.place_pupils(scene.lesson, places, count=2, by=scene.teacher)

    placed = GroupPlace.objects.values_list("student", "group__order")
    assert dict(placed) == {scene.pupils[0].pk: 1, scene.pupils[1].pk: 2}


def test_fewer_groups_keep_the_names_of_those_that_stay():
    scene = lesson_in(Stage.PLAN, pupils=4, groups=2)
    scene.groups[0].name = "Mangga"
    scene.groups[0].save()

    workflow.place_pupils(scene.lesson, {scene.pupils[0].pk: 1}, count=1, by=scene.teacher)

    assert list(scene.lesson.groups.values_list("name", flat=True)) == ["Mangga"]


def test_more_groups_never_take_a_name_twice():
    scene = lesson_in(Stage.PLAN, pupils=4, groups=2)
    scene.groups[1].name = "Group 3"
    scene.groups[1].save()

    workflow.place_pupils(scene.lesson, {}, count=3, by=scene.teacher)

    assert len(set(scene.lesson.groups.values_list("name", flat=True))) == 3


def test_groups_stay_as_they_were_once_the_lesson_is_over():
    scene = lesson_in(Stage.REFLECT)

    with pytest.raises(NotAllowedNow):
        workflow.place_pupils(scene.lesson, {}, count=1, by=scene.teacher)


def test_only_people_of_the_cycle_are_assigned_to_its_groups():
    scene = lesson_in(Stage.PLAN)
    elsewhere = lesson_in(Stage.PLAN)
    watching = {
        scene.observer.pk: [scene.groups[0].pk, elsewhere.groups[0].pk],
        elsewhere.observer.pk: [scene.groups[1].pk],
    }

    workflow.assign_observers(scene.lesson, watching, by=scene.teacher)

    assert list(ObserverAssignment.objects.values_list("observer", "group")) == [
        (scene.observer.pk, scene.groups[0].pk)
    ]


def test_a_pupil_who_left_after_the_lesson_was_there():
    scene = lesson_in(Stage.REFLECT, pupils=2)
    before, after = scene.pupils
    before.left_on, after.left_on = "2026-10-01", "2026-10-20"
    before.save()
    after.save()

    assert list(pupils_of(scene.lesson)) == [after]


def test_the_clock_starts_once():
    scene = lesson_in(Stage.OBSERVE)
    workflow.start_lesson(scene.lesson, by=scene.observer)
    scene.lesson.refresh_from_db()
    began = scene.lesson.started_at

    workflow.start_lesson(scene.lesson, by=scene.teacher)

    scene.lesson.refresh_from_db()
    assert scene.lesson.started_at == began


def test_putting_the_lesson_off_opens_its_plan_again():
    scene = lesson_in(Stage.OBSERVE)
    workflow.start_lesson(scene.lesson, by=scene.teacher)

    workflow.return_to_plan(scene.cycle, by=scene.teacher)

    scene.lesson.refresh_from_db()
    assert scene.lesson.started_at is None
    assert LessonPlan.objects.get(lesson=scene.lesson).frozen_at is None
