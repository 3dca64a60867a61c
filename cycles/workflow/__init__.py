"""The verbs of a cycle. Each asks the permission itself: PermissionDenied for the wrong person,
NotAllowedNow for the wrong moment.
"""

from cycles.workflow.case_pupils import add_case_pupil, change_case_pupil, end_case_pupil
from cycles.workflow.comments import add_comment, settle_comment, take_comment_back
from cycles.workflow.dimensions import choose_dimensions, offer_dimensions
from cycles.workflow.groups import place_pupils
from cycles.workflow.lesson import plan_next_lesson
from cycles.workflow.mixing import (
    CannotBe,
    add_pair_rule,
    ask_for_proof,
    discard,
    exchange,
    lock,
    mix,
    move,
    rebuild,
    remove_pair_rule,
    take_better,
    undo,
    use,
)
from cycles.workflow.observers import assign_observers, share_out_observers
from cycles.workflow.plan import (
    add_objective,
    add_response,
    add_step,
    add_zone,
    copy_step,
    move_row,
    open_plan,
    remove_row,
)
from cycles.workflow.presence import be_here
from cycles.workflow.revisions import (
    Reason,
    give_reasons,
    keep_revision,
    put_step_back,
    remove_step,
    restore_revision,
)
from cycles.workflow.roles import assign_roles, share_out_roles
from cycles.workflow.room import lay_out, put, take_away
from cycles.workflow.rows import Overtaken, write_row
from cycles.workflow.schedule import (
    close_calendar_address,
    put_meeting,
    read_briefing,
    remove_meeting,
    renew_calendar_address,
    schedule,
)
from cycles.workflow.sheet import fill
from cycles.workflow.stage import (
    close,
    return_to_plan,
    start_lesson,
    start_observing,
    start_reflecting,
    wrong_stage,
)
from cycles.workflow.start import start_cycle
from cycles.workflow.start_from import import_plan, start_from_pattern, start_from_plan
from cycles.workflow.study import add_note, put_file, remove_note, take_file
from cycles.workflow.team import give_role, take_role

__all__ = [
    "CannotBe",
    "Overtaken",
    "Reason",
    "add_case_pupil",
    "add_comment",
    "add_note",
    "add_objective",
    "add_pair_rule",
    "add_response",
    "add_step",
    "add_zone",
    "ask_for_proof",
    "assign_observers",
    "assign_roles",
    "be_here",
    "change_case_pupil",
    "choose_dimensions",
    "close",
    "close_calendar_address",
    "copy_step",
    "discard",
    "end_case_pupil",
    "exchange",
    "fill",
    "give_reasons",
    "give_role",
    "import_plan",
    "keep_revision",
    "lay_out",
    "lock",
    "mix",
    "move",
    "move_row",
    "offer_dimensions",
    "open_plan",
    "place_pupils",
    "plan_next_lesson",
    "put",
    "put_file",
    "put_meeting",
    "put_step_back",
    "read_briefing",
    "rebuild",
    "remove_meeting",
    "remove_note",
    "remove_pair_rule",
    "remove_row",
    "remove_step",
    "renew_calendar_address",
    "restore_revision",
    "return_to_plan",
    "schedule",
    "settle_comment",
    "share_out_observers",
    "share_out_roles",
    "start_cycle",
    "start_from_pattern",
    "start_from_plan",
    "start_lesson",
    "start_observing",
    "start_reflecting",
    "take_away",
    "take_better",
    "take_comment_back",
    "take_file",
    "take_role",
    "undo",
    "use",
    "write_row",
    "wrong_stage",
]
