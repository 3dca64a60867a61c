"""The integrated record of a lesson: what everybody saw, on the lesson's clock, cut into the plan's steps.

Which step a thing belongs to is ``observations.steps``' question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from cycles.models import AnticipatedResponse, CasePrediction, PlanStep, ResearchLesson
from observations.models import Observation, Tablet
from observations.selectors import record_of, steps_of
from observations.steps import placed
from schools.models import Student, User

Kind = Observation.Kind
NOTES_BESIDE = 3  # of a case pupil's notes at a step that stand beside the prediction
UNFORESEEN = 5  # answers nobody had foreseen that stand beside those the team had


def steps_with_answers(lesson: ResearchLesson) -> list[PlanStep]:
    """The steps of the plan being taught, each with what pupils might answer; in two queries."""
    return list(steps_of(lesson).prefetch_related("responses"))


def whole_record(lesson: ResearchLesson, reader: User, steps: list[PlanStep]) -> QuerySet[Observation]:
    """Everything there is to read, step by step in the order it happened; what has no step comes last."""
    found = record_of(lesson, reader).select_related("response", "group")
    return placed(found, lesson, steps).order_by(
        F("at_step").asc(nulls_last=True), "happened_at", "seq", "pk"
    )


@dataclass
class Section:
    """A step of the plan with what was seen at it; without one where none was on."""

    number: int | None
    step: PlanStep | None
    seen: list[Observation] = field(default_factory=list)


def in_sections(observations: Iterable[Observation], steps: Sequence[PlanStep]) -> list[Section]:
    """A page of the record under the headings of its steps."""
    sections: list[Section] = []
    for seen in observations:
        number = seen.at_step  # type: ignore[attr-defined]
        if not sections or sections[-1].number != number:
            sections.append(Section(number, steps[number - 1] if number else None))
        sections[-1].seen.append(seen)
    return sections


@dataclass(frozen=True)
class Missing:
    """Records that an observer's tablet numbered and that never arrived."""

    observer: User
    count: int


def not_received(lesson: ResearchLesson) -> list[Missing]:
    """Whose tablets still hold something of this lesson, and how much of it."""
    counts: dict[User, int] = defaultdict(int)
    for tablet in Tablet.objects.filter(lesson=lesson).select_related("observer").order_by("observer__name"):
        counts[tablet.observer] += gaps(tablet.heard)
    return [Missing(observer, count) for observer, count in counts.items() if count]


def gaps(heard: Sequence[Sequence[int]]) -> int:
    """How many numbers from 1 to the highest are in none of the ranges."""
    missing, reached = 0, 0
    for first, last in sorted(map(tuple, heard)):
        missing += max(0, first - reached - 1)
        reached = max(reached, last)
    return missing


# Planned beside seen


@dataclass(frozen=True)
class Answer:
    """What the team had foreseen, how many observers saw it, and how often."""

    response: AnticipatedResponse
    observers: int
    times: int


@dataclass(frozen=True)
class Expected:
    """What was expected of a case pupil at a step, and the first notes about that pupil there."""

    student: Student
    prediction: str
    notes: list[Observation]
    more: int


@dataclass(frozen=True)
class Beside:
    """A step: what the team had foreseen beside what was seen."""

    number: int
    step: PlanStep
    answers: list[Answer]
    unforeseen: list[Observation]
    more_unforeseen: int
    expected: list[Expected]

    @property
    def rows(self) -> int:
        """Rows of the table it takes."""
        return 1 + len(self.expected)


def planned_beside_seen(lesson: ResearchLesson, steps: list[PlanStep]) -> list[Beside]:
    """Each step's expected answers and case pupils, with what observers saw of them; in five queries."""
    times = _times_seen(lesson)
    unforeseen, more_unforeseen = _unforeseen(lesson, steps)
    expected = _expected(lesson, steps)
    return [
        Beside(
            number,
            step,
            [Answer(response, *times.get(response.pk, (0, 0))) for response in step.responses.all()],
            unforeseen[number],
            more_unforeseen[number],
            expected[number],
        )
        for number, step in enumerate(steps, start=1)
    ]


def _standing(lesson: ResearchLesson) -> QuerySet[Observation]:
    return Observation.objects.standing().filter(lesson=lesson)


def _times_seen(lesson: ResearchLesson) -> dict[int, tuple[int, int]]:
    """Response id → by how many observers it was seen, and how often."""
    ticked = _standing(lesson).filter(kind=Kind.MARKER, response__isnull=False).order_by()
    counted = ticked.values_list("response").annotate(Count("observer", distinct=True), Count("pk"))
    return {response: (observers, times) for response, observers, times in counted}


def _unforeseen(
    lesson: ResearchLesson, steps: list[PlanStep]
) -> tuple[dict[int, list[Observation]], dict[int, int]]:
    added = _standing(lesson).filter(kind=Kind.MARKER, response=None, step__isnull=False).exclude(fact="")
    added = added.select_related("student", "observer")
    return _first(placed(added, lesson, steps), UNFORESEEN, "at_step")


def _expected(lesson: ResearchLesson, steps: list[PlanStep]) -> dict[int, list[Expected]]:
    cases = list(
        lesson.cycle.case_pupils.filter(ended_at=None).select_related("student").order_by("order", "pk")
    )
    told = {
        (row.step_id, row.case_pupil_id): row.text
        for row in CasePrediction.objects.filter(step__in=steps, case_pupil__in=cases).exclude(text="")
    }
    notes = _standing(lesson).filter(kind=Kind.NOTE, student__in=[case.student_id for case in cases])
    found, more = _first(
        placed(notes.select_related("observer"), lesson, steps), NOTES_BESIDE, "at_step", "student"
    )
    expected: dict[int, list[Expected]] = defaultdict(list)
    for number, step in enumerate(steps, start=1):
        for case in cases:
            place = (number, case.student_id)
            prediction = told.get((step.pk, case.pk), "")
            if prediction or found[place]:
                expected[number].append(Expected(case.student, prediction, found[place], more[place]))
    return expected


def _first(
    observations: QuerySet[Observation], most: int, *parts: str
) -> tuple[dict[Any, list[Observation]], dict[Any, int]]:
    """The first few observations of each part, and how many more there are; parts by their values."""
    numbered = observations.annotate(
        rank=Window(RowNumber(), partition_by=[F(part) for part in parts], order_by=["happened_at", "pk"]),
        whole=Window(Count("pk"), partition_by=[F(part) for part in parts]),
    )
    found: dict[Any, list[Observation]] = defaultdict(list)
    more: dict[Any, int] = defaultdict(int)
    for seen in numbered.filter(rank__lte=most).order_by("happened_at", "pk"):
        keys = tuple(seen.student_id if part == "student" else seen.at_step for part in parts)
        key = keys if len(keys) > 1 else keys[0]
        found[key].append(seen)
        more[key] = max(0, seen.whole - most)  # type: ignore[attr-defined]
    return found, more
