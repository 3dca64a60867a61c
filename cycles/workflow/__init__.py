"""The verbs of a cycle. Each asks the permission itself: PermissionDenied for the wrong person,
NotAllowedNow for the wrong moment.
"""

from cycles.workflow.groups import assign_observers, place_pupils
from cycles.workflow.lesson import plan_next_lesson
from cycles.workflow.plan import move_step, open_plan, remove_row, write_header, write_objective, write_step
from cycles.workflow.stage import (
    close,
    return_to_plan,
    start_lesson,
    start_observing,
    start_reflecting,
    wrong_stage,
)
from cycles.workflow.team import give_role, schedule, start_cycle, take_role

__all__ = [
    "assign_observers",
    "close",
    "give_role",
    "move_step",
    "open_plan",
    "place_pupils",
    "plan_next_lesson",
    "remove_row",
    "return_to_plan",
    "schedule",
    "start_cycle",
    "start_lesson",
    "start_observing",
    "start_reflecting",
    "take_role",
    "write_header",
    "write_objective",
    "write_step",
    "wrong_stage",
]
