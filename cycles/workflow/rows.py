"""One cell, one row at a time: what several people write at once and nobody may overwrite unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import (
    AnticipatedResponse,
    BoardZone,
    CasePrediction,
    Cycle,
    LessonPlan,
    Objective,
    PlanStep,
    Row,
    StudyNote,
)
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User

AnyRow = TypeVar("AnyRow", bound=Row)

# Which rows may still be written: those of a plan that is not frozen, or of a cycle that is not closed.
OPEN: dict[type[Model], Q] = {
    LessonPlan: Q(frozen_at=None),
    Objective: Q(plan__frozen_at=None),
    PlanStep: Q(plan__frozen_at=None),
    BoardZone: Q(plan__frozen_at=None),
    AnticipatedResponse: Q(step__plan__frozen_at=None),
    CasePrediction: Q(step__plan__frozen_at=None),
    Cycle: ~Q(stage=Stage.CLOSED),
    StudyNote: ~Q(cycle__stage=Stage.CLOSED),
}


# Where a row says which plan it belongs to.
PLAN: dict[type[Model], str] = {
    LessonPlan: "pk",
    Objective: "objectives",
    PlanStep: "steps",
    BoardZone: "zones",
    AnticipatedResponse: "steps__responses",
    CasePrediction: "steps__predictions",
}


class Overtaken(NotAllowedNow):
    """Another has written the row since: ``now`` is the row as it stands, None when it was taken away."""

    def __init__(self, now: Row | None) -> None:
        super().__init__(
            _("Somebody else wrote here while you did.")
            if now
            else _("This row was taken off the plan while you wrote. Copy your words before you leave.")
        )
        self.now = now


@transaction.atomic
def write_row(
    row: AnyRow, cells: Mapping[str, Any], *, edition: int, by: User, was: Mapping[str, str] | None = None
) -> AnyRow:
    """Write some cells of a row, if it still is at the ``edition`` that the writer saw.

    One conditional UPDATE of one row. Sending again what already stands there changes nothing and is no
    conflict: an answer may have been lost on the way. With ``was`` (the texts that stood in these cells when
    the writer began) a row that another changed in other cells alone takes these, too. Raises Overtaken, and
    NotAllowedNow once the plan is frozen or the cycle closed.
    """
    require(permissions.can_plan(by, cycle_of(row)))
    if not cells:
        return row
    if type(row) in PLAN:
        hold(**{PLAN[type(row)]: row.pk})
    if _write(row, cells, edition=edition, by=by):
        return row
    model: Any = type(row)
    now = model.objects.select_related("written_by").filter(pk=row.pk).first()
    if now is None:
        raise Overtaken(None)
    if all(getattr(now, name) == value for name, value in cells.items()):
        return now
    if not model.objects.filter(OPEN[model], pk=row.pk).exists():
        raise NotAllowedNow(shut(now))
    untouched = was is not None and all(_text(now, name) == text for name, text in was.items())
    if untouched and _write(now, cells, edition=now.edition, by=by):
        return now
    raise Overtaken(now)


def hold(**which: Any) -> LessonPlan | None:
    """Let nobody else write in the plan that ``which`` finds until the transaction ends; returns it fresh.

    Without it a cell could still be written while observing starts, into a plan that is frozen by then:
    PostgreSQL asks a condition on the plan of a row once, before it waits. SQLite lets one writer in anyway.
    """
    return LessonPlan.objects.select_for_update(of=("self",), no_key=True).filter(**which).first()


def _write(row: Row, cells: Mapping[str, Any], *, edition: int, by: User) -> bool:
    model: Any = type(row)
    written = model.objects.filter(OPEN[model], pk=row.pk, edition=edition).update(
        **cells, edition=edition + 1, written_at=timezone.now(), written_by=by
    )
    if written:
        for name, value in {**cells, "edition": edition + 1}.items():
            setattr(row, name, value)
    return bool(written)


def _text(row: Row, name: str) -> str:
    """A cell as its control holds it."""
    value = row.serializable_value(name)
    return "" if value is None else str(value)


def cycle_of(row: Row) -> Cycle:
    """The cycle that a row belongs to."""
    match row:
        case Cycle():
            return row
        case LessonPlan():
            return row.lesson.cycle
        case Objective() | PlanStep() | BoardZone():
            return row.plan.lesson.cycle
        case AnticipatedResponse() | CasePrediction():
            return row.step.plan.lesson.cycle
        case StudyNote():
            return row.cycle
    raise TypeError(row)


def refuse_closed(cycle: Cycle) -> None:
    """A closed cycle stays as it is. Raises NotAllowedNow."""
    if cycle.stage == Stage.CLOSED:
        raise NotAllowedNow(shut(cycle))


def shut(row: Row) -> str:
    """Why nothing more can be written here."""
    if isinstance(row, Cycle | StudyNote):
        return _("This cycle is closed.")
    return _("The plan was frozen when observing started. What changes now goes into the next lesson.")
