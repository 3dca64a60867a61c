"""Cells that several people write at once, on real connections."""

import itertools

import pytest
from django.db import OperationalError, transaction

from cycles import workflow
from cycles.models import LessonPlan, PlanStep
from cycles.stages import Stage
from cycles.workflow import rows
from lessonstudy.lib.errors import NotAllowedNow
from tests.factories.cycles import lesson_in

TOGETHER = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def write(step, text, *, by, edition=1, was=None):
    """The row after the write, or the error it met."""
    try:
        return workflow.write_row(step, {"activity": text}, edition=edition, by=by, was=was)
    except NotAllowedNow as error:
        return error


def writers(scene):
    """An act: each call writes another text into the scene's step, all having seen its first edition."""
    step = scene.plan.steps.get()
    number = itertools.count()
    return lambda: write(
        PlanStep.objects.select_related("plan__lesson__cycle").get(pk=step.pk),
        f"text {next(number)}",
        by=scene.teacher,
    )


@TOGETHER
def test_of_four_who_write_one_cell_at_the_same_moment_one_does_and_three_are_told(simultaneously):
    scene = lesson_in(Stage.PLAN)

    results = simultaneously(writers(scene), times=4)

    written = [result for result in results if isinstance(result, PlanStep)]
    told = [result for result in results if isinstance(result, workflow.Overtaken)]
    step = scene.plan.steps.get()
    assert (len(written), len(told), step.edition) == (1, 3, 2)
    assert (
        [step.activity] == [row.activity for row in written] == list({error.now.activity for error in told})
    )


@TOGETHER
def test_without_the_edition_each_of_the_four_overwrites_the_others(simultaneously, monkeypatch):
    scene = lesson_in(Stage.PLAN)

    def blindly(row, cells, *, edition, by):
        return PlanStep.objects.filter(pk=row.pk).update(**cells)

    monkeypatch.setattr(rows, "_write", blindly)
    results = simultaneously(writers(scene), times=4)

    assert [type(result) for result in results] == [PlanStep] * 4


def is_held(plan):
    """Whether another transaction keeps the plan from being frozen."""
    with transaction.atomic():
        try:
            LessonPlan.objects.select_for_update(nowait=True, no_key=True).get(pk=plan.pk)
        except OperationalError:
            return True
    return False


@pytest.mark.services
@TOGETHER
def test_while_a_cell_is_written_the_plan_cannot_be_frozen(simultaneously):
    scene = lesson_in(Stage.PLAN)

    with transaction.atomic():
        write(scene.plan.steps.get(), "Fold", by=scene.teacher)
        held = simultaneously(lambda: is_held(scene.plan), times=1)
    with transaction.atomic():
        scene.plan.refresh_from_db()
        held_by_a_reader = simultaneously(lambda: is_held(scene.plan), times=1)

    assert (held, held_by_a_reader) == ([True], [False])


@pytest.mark.services
@TOGETHER
def test_without_the_hold_it_could_be_frozen_under_the_writer(simultaneously, monkeypatch):
    scene = lesson_in(Stage.PLAN)
    monkeypatch.setattr(rows, "hold", lambda **_which: None)

    with transaction.atomic():
        write(scene.plan.steps.get(), "Fold", by=scene.teacher)
        assert simultaneously(lambda: is_held(scene.plan), times=1) == [False]


@pytest.mark.django_db
def test_a_text_sent_twice_is_written_once():
    scene = lesson_in(Stage.PLAN)
    step = scene.plan.steps.get()

    write(step, "Fold", by=scene.teacher)
    again = write(scene.plan.steps.get(), "Fold", by=scene.teacher)

    assert again.edition == 2


@pytest.mark.django_db
def test_a_colleague_in_another_cell_of_the_row_is_no_conflict():
    scene = lesson_in(Stage.PLAN)
    step = scene.plan.steps.get()
    before = step.activity
    mine = scene.plan.steps.get()
    workflow.write_row(step, {"materials": "Scissors"}, edition=1, by=scene.planner)

    row = write(mine, "Fold", by=scene.teacher, was={"activity": before})

    step.refresh_from_db()
    assert (row.edition, step.activity, step.materials) == (3, "Fold", "Scissors")


@pytest.mark.django_db
def test_nothing_is_written_once_observing_has_started():
    scene = lesson_in(Stage.PLAN)
    step = scene.plan.steps.get()
    workflow.start_observing(scene.cycle, by=scene.teacher)

    assert isinstance(write(step, "Too late", by=scene.teacher), NotAllowedNow)
    assert scene.plan.steps.get().activity == step.activity
