"""Two people who change the same list at the same moment, on real connections."""

import pytest
from django.db import OperationalError, transaction

from cycles import workflow
from cycles.mixing import Wishes
from cycles.models import Grouping, GroupPlace, LessonPlan, ObserverAssignment, ResearchLesson, RoomFeature
from cycles.stages import Stage
from cycles.workflow import case_pupils, groups, observers, room
from lessonstudy.lib.errors import NotAllowedNow
from tests.factories.cycles import CasePupilFactory, lesson_in

TOGETHER = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def is_held(row):
    """Whether another transaction keeps the row from being changed."""
    with transaction.atomic():
        try:
            type(row).objects.select_for_update(nowait=True, no_key=True).get(pk=row.pk)
        except OperationalError:
            return True
    return False


def share_out(scene):
    workflow.share_out_observers(ResearchLesson.objects.get(pk=scene.lesson.pk), by=scene.teacher)


def place(scene):
    places = {pupil.pk: 1 for pupil in scene.pupils}
    workflow.place_pupils(ResearchLesson.objects.get(pk=scene.lesson.pk), places, count=2, by=scene.teacher)


def put_board(scene):
    lesson = ResearchLesson.objects.get(pk=scene.lesson.pk)
    workflow.put(lesson, RoomFeature.Kind.BOARD, 1, 1, by=scene.teacher)


def add_pupil(scene):
    workflow.add_case_pupil(scene.cycle, scene.pupils[0], typifies="Waits", by=scene.teacher)


def end_pupil(scene):
    pupil = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    workflow.end_case_pupil(pupil, reason="", by=scene.teacher)


@TOGETHER
@pytest.mark.parametrize(
    ("change", "rows"), [(share_out, ObserverAssignment), (place, GroupPlace), (put_board, RoomFeature)]
)
def test_of_four_who_share_out_at_the_same_moment_each_is_right_in_turn(simultaneously, change, rows):
    scene = lesson_in(Stage.PLAN)
    change(scene)
    once = rows.objects.count()

    simultaneously(lambda: change(scene), times=4)

    assert rows.objects.count() == once > 0


@pytest.mark.services
@TOGETHER
@pytest.mark.parametrize("change", [share_out, place, put_board])
def test_while_one_shares_out_another_waits(simultaneously, change):
    scene = lesson_in(Stage.PLAN)

    with transaction.atomic():
        change(scene)
        assert simultaneously(lambda: is_held(scene.lesson), times=1) == [True]


@pytest.mark.services
@TOGETHER
@pytest.mark.parametrize(("change", "module"), [(share_out, observers), (place, groups), (put_board, room)])
def test_without_the_hold_on_the_lesson_nobody_would_wait(simultaneously, monkeypatch, change, module):
    scene = lesson_in(Stage.PLAN)
    monkeypatch.setattr(module, "refuse_after_observing", lambda _lesson: None)

    with transaction.atomic():
        change(scene)
        assert simultaneously(lambda: is_held(scene.lesson), times=1) == [False]


@pytest.mark.services
@TOGETHER
@pytest.mark.parametrize("change", [add_pupil, end_pupil])
def test_while_a_case_pupil_comes_or_goes_no_step_is_added_and_nothing_is_frozen(simultaneously, change):
    scene = lesson_in(Stage.PLAN)

    with transaction.atomic():
        change(scene)
        assert simultaneously(lambda: is_held(scene.plan), times=1) == [True]


@pytest.mark.services
@TOGETHER
@pytest.mark.parametrize("change", [add_pupil, end_pupil])
def test_without_the_hold_on_the_plan_it_could_be(simultaneously, monkeypatch, change):
    scene = lesson_in(Stage.PLAN)
    monkeypatch.setattr(case_pupils, "hold", lambda **which: LessonPlan.objects.get(**which))

    with transaction.atomic():
        change(scene)
        assert simultaneously(lambda: is_held(scene.plan), times=1) == [False]


@pytest.mark.services
@TOGETHER
def test_of_four_who_put_things_into_one_cell_at_the_same_moment_the_last_one_has_it(simultaneously):
    scene = lesson_in(Stage.PLAN)
    things = iter([*scene.groups, RoomFeature.Kind.DOOR, RoomFeature.Kind.WINDOW])

    def put():
        lesson = ResearchLesson.objects.get(pk=scene.lesson.pk)
        workflow.put(lesson, next(things), 2, 2, by=scene.teacher)

    simultaneously(put, times=4)

    in_cell = [scene.lesson.groups.filter(row=2), scene.lesson.room_features.filter(row=2)]
    assert sum(rows.count() for rows in in_cell) == 1


@TOGETHER
def test_groups_are_mixed_changed_and_used_outside_any_transaction():
    """As a request does it: whoever holds a row must open a transaction of their own."""
    scene = lesson_in(Stage.PLAN, pupils=12, groups=1)
    grouping = workflow.mix(scene.lesson, Wishes(), {}, by=scene.planner)
    groups = {}
    for group, pupil in grouping.places.values_list("group", "student"):
        groups.setdefault(group, []).append(pupil)
    steps = [
        lambda now: workflow.exchange(now, groups[1][0], groups[2][0], edition=now.edition, by=scene.planner),
        lambda now: workflow.move(now, groups[3][0], 1, edition=now.edition, by=scene.planner),
        lambda now: workflow.lock(now, groups[3][1], locked=True, edition=now.edition, by=scene.planner),
        lambda now: workflow.rebuild(now, edition=now.edition, by=scene.planner),
        lambda now: workflow.undo(now, edition=now.edition, by=scene.planner),
        lambda now: workflow.ask_for_proof(now, by=scene.planner),
        lambda now: workflow.use(now, by=scene.planner),
    ]

    for step in steps:
        step(Grouping.objects.select_related("lesson__cycle", "lesson__school").get(pk=grouping.pk))

    assert Grouping.objects.get(pk=grouping.pk).used_at is not None


def test_while_a_lesson_is_observed_no_group_goes(db):
    scene = lesson_in(Stage.OBSERVE, pupils=8, groups=2)
    places = {pupil.pk: 1 for pupil in scene.pupils}

    with pytest.raises(NotAllowedNow, match="may be watching"):
        workflow.place_pupils(scene.lesson, places, count=1, by=scene.planner)

    assert scene.lesson.groups.count() == 2
