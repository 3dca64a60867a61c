"""The words of the built-in event codes, for the reader's language. The codes themselves are rows."""

from django.utils.translation import gettext_lazy as _

# A turn is any event but this one: listening is watched, too, but it is not speaking.
LISTENS = "listens"
# What a time sample says of a pupil; no act, so never an event.
ON_TASK, OFF_TASK = "on_task", "off_task"

LABELS = {
    "gives_idea": _("gives an idea"),
    "answers": _("answers"),
    "asks": _("asks"),
    "explains": _("explains why"),
    "listens": _("listens"),
    "takes_over": _("takes over"),
    "builds_on": _("builds on"),
    "challenges": _("challenges"),
    "invites": _("invites"),
    "performs": _("does"),
    "self_corrects": _("corrects own work"),
    "speaks": _("speaks"),
}
STATES = {ON_TASK: _("at work"), OFF_TASK: _("not at work")}

DEFINITIONS = {
    "gives_idea": _("Offers information, an answer or a proposal without being asked."),
    "answers": _("Replies after being named or asked."),
    "asks": _("Asks a classmate or the teacher for help or information."),
    "explains": _("Gives a reason for an idea, their own or another's."),
    "listens": _("Turns to the speaker and shows it arrived: nods, repeats, writes it down."),
    "takes_over": _("Interrupts, takes the pencil or material, or answers for another."),
    "builds_on": _("Adds to or connects with a named classmate's idea."),
    "challenges": _("Doubts or disagrees, politely."),
    "invites": _("Asks a quiet classmate for a view, or offers a turn or material."),
    "performs": _("Handles, measures, draws or shows a skill."),
    "self_corrects": _("Notices and mends an own mistake."),
    "speaks": _("A turn of talk that nobody coded further."),
    ON_TASK: _("Busy with the task, alone or with others, at the moment of looking."),
    OFF_TASK: _("Busy with something else, or with nothing, at the moment of looking."),
}
