"""The table of moves is whole, and only one file moves a cycle."""

import ast
from pathlib import Path

import pytest

from cycles.models import StageChange
from cycles.stages import MOVES, Stage
from cycles.workflow.stage import move
from lessonstudy.lib.errors import NotAllowedNow
from tests.factories.cycles import lesson_in

ROOT = Path(__file__).resolve().parents[2]
APPS = ("schools", "cycles", "observations", "reflections", "lessonstudy")


def test_every_stage_has_its_moves():
    assert MOVES.keys() == set(Stage)


def test_every_open_stage_can_be_left_and_closed_cannot():
    assert {stage for stage, ways in MOVES.items() if not ways} == {Stage.CLOSED}


@pytest.mark.django_db
@pytest.mark.parametrize("to", list(Stage))
@pytest.mark.parametrize("before", list(Stage))
def test_a_cycle_moves_along_the_table_and_nowhere_else(before, to):
    scene = lesson_in(before, pupils=0, groups=0)

    if to in MOVES[before]:
        move(scene.cycle, to, by=scene.teacher)
    else:
        with pytest.raises(NotAllowedNow):
            move(scene.cycle, to, by=scene.teacher)

    scene.cycle.refresh_from_db()
    assert scene.cycle.stage == (to if to in MOVES[before] else before)
    assert StageChange.objects.filter(cycle=scene.cycle).count() == (to in MOVES[before])


@pytest.mark.django_db
def test_a_move_is_written_into_the_history_with_who_made_it():
    scene = lesson_in(Stage.PLAN)

    move(scene.cycle, Stage.OBSERVE, by=scene.planner)

    change = StageChange.objects.get()
    assert (change.from_stage, change.to_stage, change.by) == ("plan", "observe", scene.planner)


def writes_of_stage(source: str) -> list[int]:
    """Lines that assign ``.stage`` or update a cycle's stage."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        flat = [
            one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])
        ]
        if any(isinstance(one, ast.Attribute) and one.attr == "stage" for one in flat):
            lines.append(node.lineno)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            lines += [node.lineno for keyword in node.keywords if keyword.arg == "stage"]
    return lines


@pytest.mark.parametrize(
    "source",
    ["cycle.stage = 'plan'", "a, cycle.stage = 1, 2", "Cycle.objects.filter(pk=1).update(stage='plan')"],
)
def test_a_write_of_the_stage_is_noticed(source):
    assert writes_of_stage(source) == [1]


def test_only_the_stage_workflow_writes_the_stage():
    writers = {
        path.relative_to(ROOT).as_posix()
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and writes_of_stage(path.read_text())
    }

    of_work = {"observations/workflow/work.py"}  # before, during, after: the stage of a piece of work
    assert writers - of_work == {"cycles/workflow/stage.py"}
