"""Versions of a plan that somebody gave a name, and why a later plan is not as it was taught."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import ChangeReason, LessonPlan, PlanRevision, PlanStep
from cycles.sheet import MOST_STEPS, STEP, take
from cycles.workflow.plan import TOO_MANY_STEPS, move_row, open_plan, remove_row
from cycles.workflow.rows import refuse_closed, shut
from cycles.workflow.sheet import fill, put_step
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.plain import shortened
from schools.models import User

MOST = 100  # characters of a version's name


@dataclass(frozen=True)
class Reason:
    """Why a row changed: said of the ``step`` as it is now, or of the ``taught`` one that went."""

    text: str
    step: PlanStep | None = None
    taught: PlanStep | None = None


@transaction.atomic
def keep_revision(plan: LessonPlan, *, name: str, by: User, reason: str = "") -> PlanRevision:
    """Keep the whole sheet as it stands, under a name. Raises NotAllowedNow once frozen: it is kept then."""
    plan = open_plan(plan.lesson, by=by)
    last = plan.revisions.aggregate(last=Max("number"))["last"] or 0
    return PlanRevision.objects.create(
        school=plan.school, plan=plan, number=last + 1, name=name, reason=reason, sheet=take(plan), by=by
    )


@transaction.atomic
def restore_revision(revision: PlanRevision, *, by: User) -> PlanRevision:
    """Go back to a version. The present state is kept as one first; returns that one.

    Rows removed since come back, a step with what was said of it. Every row gets a new edition: whoever has
    one open is told.
    """
    plan = revision.plan
    open_plan(plan.lesson, by=by)
    name = named(_("Before going back to “%(name)s”"), revision.name)
    kept = keep_revision(plan, name=name, by=by)
    fill(plan, revision.sheet, by=by)
    return kept


def named(words: str, name: str) -> str:
    """The words with the name in them; a long name is shortened so that a version can be called so."""
    return words % {"name": shortened(name, MOST - len(words % {"name": ""}))}


@transaction.atomic
def remove_step(step: PlanStep, *, by: User) -> PlanRevision | None:
    """Take a step off the sheet. A version with it is kept first and returned; none for an empty step."""
    plan = open_plan(step.plan.lesson, by=by)
    number = next((at for at, row in enumerate(plan.steps.all(), start=1) if row == step), None)
    kept = None
    if number is not None and not _is_empty(step):
        name = _("Before step %(number)d was taken off") % {"number": number}
        kept = keep_revision(plan, name=name, by=by)
    remove_row(step, by=by)
    return kept


def _is_empty(step: PlanStep) -> bool:
    """Whether the step is as it was added: nothing was written or said."""
    new = PlanStep()
    said = (step.responses, step.comments, step.study_notes, step.predictions.exclude(text=""))
    return all(getattr(step, name) == getattr(new, name) for name in STEP) and not any(
        rows.exists() for rows in said
    )


@transaction.atomic
def put_step_back(revision: PlanRevision, step: int, *, by: User) -> None:
    """Put a step (by id) back that was taken off since the version was kept; all else stays as it is now.

    It comes back under its own id, with what was pinned to it, below the step that stood above it.
    """
    plan = open_plan(revision.plan.lesson, by=by)
    if plan != revision.plan:
        raise NotAllowedNow(shut(revision.plan))
    then = [row["id"] for row in revision.sheet["steps"]]
    now = list(plan.steps.values_list("pk", flat=True))
    if step in now or step not in then:
        return
    if len(now) >= MOST_STEPS:
        raise NotAllowedNow(str(TOO_MANY_STEPS))
    above = [pk for pk in then[: then.index(step)] if pk in now]
    back = put_step(plan, revision.sheet, step, by=by)
    move_row(back, to=now.index(above[-1]) + 1 if above else 0, by=by)


@transaction.atomic
def give_reasons(plan: LessonPlan, told: Iterable[Reason], *, by: User) -> None:
    """Say why steps are not as they were taught, or why taught ones are gone; an empty text takes one away.

    Raises NotAllowedNow once the cycle is closed: its report has been written from them.
    """
    require(permissions.can_plan(by, plan.lesson.cycle))
    refuse_closed(plan.lesson.cycle)
    given = {(one.step_id, one.taught_id): one.text for one in plan.change_reasons.all()}
    for reason in told:
        row = {"plan": plan, "step": reason.step, "taught": reason.taught}
        before = given.get((_id(reason.step), _id(reason.taught)), "")
        if reason.text and reason.text != before:  # what stays as it was stays that person's
            written = {"text": reason.text, "by": by}
            ChangeReason.objects.update_or_create(
                **row, defaults=written, create_defaults={"school": plan.school, **written}
            )
        elif before and not reason.text:
            ChangeReason.objects.filter(**row).delete()


def _id(step: PlanStep | None) -> int | None:
    return None if step is None else step.pk
