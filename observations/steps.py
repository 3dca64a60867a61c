"""At which step of the plan something was seen.

What names a step belongs to it. Else it belongs to the step that was on by its own observer's markers (“the
lesson is at this step now”); before the first of these, or where that observer set none, by the last marker
anybody had set. Before every marker it stands without a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cycles.models import PlanStep, ResearchLesson
from observations.models import Observation

Marker = tuple[int, datetime, int]  # observer, when, the step's number

# Observers change steps a few times. More would make the query too long for a database, and be no steps.
MOST_MARKERS = 300


def beginnings(lesson: ResearchLesson) -> QuerySet[Observation]:
    """Standing markers that say which step the lesson is at."""
    markers = Observation.objects.standing().filter(lesson=lesson, kind=Observation.Kind.MARKER)
    return markers.filter(step__isnull=False, response=None, fact="")


def placed(
    observations: QuerySet[Observation], lesson: ResearchLesson, steps: list[PlanStep]
) -> QuerySet[Observation]:
    """The observations with ``at_step``: the number of the step they belong to, None for none. One query."""
    numbers = {step.pk: number for number, step in enumerate(steps, start=1)}
    rows = beginnings(lesson).order_by("happened_at", "pk").values_list("observer", "happened_at", "step")
    markers = [(observer, at, numbers[step]) for observer, at, step in rows if step in numbers]
    return observations.annotate(at_step=_at_step(numbers, markers))


def _at_step(numbers: dict[int, int], markers: list[Marker]) -> Any:
    named = [When(step=step, then=Value(number)) for step, number in numbers.items()]
    own = [
        When(observer=observer, happened_at__gte=at, then=Value(number))
        for observer, at, number in _latest_first(markers, by_observer=True)
    ]
    anybodys = [
        When(Q(happened_at__gte=at), then=Value(number))
        for _observer, at, number in _latest_first(markers, by_observer=False)
    ]
    whens = [*named, *own, *anybodys]
    return Case(*whens, output_field=IntegerField()) if whens else Value(None, output_field=IntegerField())


def _latest_first(markers: list[Marker], *, by_observer: bool) -> Iterator[Marker]:
    """The markers that change something, the last first: of several for one step in a row the first."""
    at_step: dict[int, int] = {}
    changes = []
    for marker in markers:
        observer, _at, number = marker
        whose = observer if by_observer else 0
        if at_step.get(whose) != number:
            changes.append(marker)
        at_step[whose] = number
    yield from reversed(changes[:MOST_MARKERS])
