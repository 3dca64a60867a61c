"""The stages of a cycle and every move there is between them. docs/stages.md is drawn from this table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    PLAN = "plan", _("Plan")
    OBSERVE = "observe", _("Observe")
    REFLECT = "reflect", _("Reflect")
    CLOSED = "closed", _("Closed")


MOVES: dict[Stage, set[Stage]] = {
    Stage.PLAN: {Stage.OBSERVE},
    Stage.OBSERVE: {Stage.PLAN, Stage.REFLECT},  # back to plan: the lesson was put off, nothing recorded yet
    Stage.REFLECT: {Stage.PLAN, Stage.CLOSED},  # on to plan: the next lesson
    Stage.CLOSED: set(),
}
