"""At which step of the plan something was seen.

What names a step belongs to it. Else it belongs to the step that was on by its own observer's markers (“the
lesson is at this step now”); before the first of these, or where that observer set none, by the last marker
anybody had set. Before every marker it stands without a step.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from cycles.models import PlanStep, ResearchLesson
from observations.models import Observation

Marker = tuple[int, datetime, int]  # observer, when, the step's number

# Observers change steps a few times. More would make a query too long for a database, and be no steps.
MOST_MARKERS = 300
ANYBODY = 0

# What a line of the record says; a page has a hundred lines, and the rows behind them many more columns.
ON_A_LINE = ("student", "target", "code", "observer", "response", "group")
SAID_ON_A_LINE = (
    *("kind", "happened_at", "elapsed", "seq", "fact", "interpretation", "question", "domain", "flagged"),
    *("voided_at", "target_teacher", "lesson_id", "step_id", "replaces_id"),
    *("student__code", "student__given_name", "target__code", "target__given_name"),
    *("code__slug", "code__label", "observer__name", "observer__email", "response__text", "group__name"),
)


@dataclass
class Course:
    """The steps of a lesson, numbered from 1, and when observers said that each began, in that order."""

    lesson: ResearchLesson
    steps: list[PlanStep]
    markers: list[Marker]

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Step id → its number."""
        return {step.pk: number for number, step in enumerate(self.steps, start=1)}

    @cached_property
    def changes(self) -> dict[int, list[Marker]]:
        """Observer → their markers that change the step; under ``ANYBODY`` those of all together."""
        found: dict[int, list[Marker]] = defaultdict(list)
        for marker in self.markers:
            for whose in (marker[0], ANYBODY):
                if not found[whose] or found[whose][-1][2] != marker[2]:
                    found[whose].append(marker)
        return found

    def step(self, number: int | None) -> PlanStep | None:
        return self.steps[number - 1] if number else None

    def number(self, seen: Observation) -> int | None:
        """The step an observation belongs to; None for none."""
        if seen.step_id in self.numbers:
            return self.numbers[seen.step_id]
        for whose in (seen.observer_id, ANYBODY):
            changes = self.changes.get(whose, [])
            if place := bisect_right(changes, seen.happened_at, key=lambda marker: marker[1]):
                return changes[place - 1][2]
        return None

    def placed(self, observations: QuerySet[Observation]) -> QuerySet[Observation]:
        """The observations with that number as ``at_step``, for the database to order and narrow by."""
        whens = [When(step=step, then=Value(number)) for step, number in self.numbers.items()]
        for whose, changes in sorted(self.changes.items(), reverse=True):  # anybody's come last
            by = {"observer": whose} if whose != ANYBODY else {}
            whens += [
                When(happened_at__gte=at, then=Value(number), **by) for _by, at, number in reversed(changes)
            ]
        field = IntegerField()
        at_step: Any = Case(*whens, output_field=field) if whens else Value(None, output_field=field)
        return observations.annotate(at_step=at_step)


def as_lines(observations: QuerySet[Observation]) -> QuerySet[Observation]:
    """With what a line says fetched along, and nothing else."""
    return observations.select_related(None).select_related(*ON_A_LINE).only(*SAID_ON_A_LINE)


def course_of(lesson: ResearchLesson) -> Course:
    """The plan being taught and the standing markers of its steps, in two queries."""
    newest = lesson.plans.order_by("-version").values("pk")[:1]
    steps = list(PlanStep.objects.filter(plan__in=newest).order_by("order", "pk"))
    numbers = {step.pk: number for number, step in enumerate(steps, start=1)}
    markers = Observation.objects.standing().filter(
        # nobody's and without a code: said so that the database finds the few of them by an index
        lesson=lesson,
        student=None,
        code=None,
        kind=Observation.Kind.MARKER,
        step__in=steps,
        response=None,
        fact="",
    )
    rows = markers.order_by("happened_at", "pk").values_list("observer", "happened_at", "step")
    return Course(lesson, steps, [(by, at, numbers[step]) for by, at, step in rows[:MOST_MARKERS]])
