"""The integrated record of a lesson: what everybody saw, on the lesson's clock, cut into the plan's steps.

Which step a thing belongs to is ``observations.steps``' question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber

from cycles.models import AnticipatedResponse, CasePrediction, PlanStep, ResearchLesson
from observations.models import EventCode, Observation, Tablet
from observations.selectors import record_of
from observations.steps import Course, as_lines
from observations.sync import count_missing
from schools.models import Student, User

Kind = Observation.Kind
NOTES_BESIDE = 3  # of a case pupil's notes at a step that stand beside the prediction
LOOK = timedelta(minutes=1)  # within which one goes round with a time sample
UNFORESEEN = 5  # answers nobody had foreseen that stand beside those the team had


def whole_record(lesson: ResearchLesson, reader: User, course: Course) -> QuerySet[Observation]:
    """Everything there is to read, step by step in the order it happened; what has no step comes last."""
    found = course.placed(as_lines(record_of(lesson, reader)))
    return found.order_by(F("at_step").asc(nulls_last=True), "happened_at", "seq", "pk")


@dataclass
class Look:
    """A time sample: one observer looks at several pupils within a minute. The first says when."""

    looks: list[Observation]

    @property
    def first(self) -> Observation:
        return self.looks[0]

    @property
    def by_state(self) -> list[tuple[EventCode | None, list[Observation]]]:
        """Each state with the pupils who were in it."""
        states: dict[EventCode | None, list[Observation]] = defaultdict(list)
        for seen in self.looks:
            states[seen.code].append(seen)
        return list(states.items())

    def takes_in(self, seen: Observation) -> bool:
        """Whether it belongs to the same look."""
        return (
            seen.kind == Kind.SAMPLE
            and seen.observer_id == self.first.observer_id
            and seen.voided_at is None
            and seen.happened_at - self.first.happened_at <= LOOK
        )


@dataclass
class Section:
    """A step of the plan with what was seen at it; without one where none was on."""

    number: int | None
    step: PlanStep | None
    seen: list[Observation | Look] = field(default_factory=list)


def in_sections(
    observations: Iterable[Observation], course: Course, *, singly: bool = False
) -> list[Section]:
    """A page of the record under the headings of its steps, the time samples of one look in one line.

    ``singly``: each sample by itself, to be taken back.
    """
    sections: list[Section] = []
    for seen in observations:
        number = seen.at_step  # type: ignore[attr-defined]
        if not sections or sections[-1].number != number:
            sections.append(Section(number, course.step(number)))
        lines = sections[-1].seen
        last = lines[-1] if lines else None
        if isinstance(last, Look) and last.takes_in(seen):
            last.looks.append(seen)
        elif seen.kind == Kind.SAMPLE and seen.voided_at is None and not singly:
            lines.append(Look([seen]))
        else:
            lines.append(seen)
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
        counts[tablet.observer] += count_missing(tablet.heard)
    return [Missing(observer, count) for observer, count in counts.items() if count]


# Planned beside seen


@dataclass(frozen=True)
class Answer:
    """What the team had foreseen, how many observers saw it, and how often."""

    kind = "answer"
    response: AnticipatedResponse
    observers: int
    times: int


@dataclass(frozen=True)
class Unforeseen:
    """Answers nobody had foreseen, the first of them."""

    kind = "unforeseen"
    seen: list[Observation]
    more: int


@dataclass(frozen=True)
class Expected:
    """What was expected of a case pupil at a step, and the first notes about that pupil there."""

    kind = "expected"
    student: Student
    prediction: str
    notes: list[Observation]
    more: int


@dataclass(frozen=True)
class Beside:
    """A step: what the team had foreseen beside what was seen."""

    number: int
    step: PlanStep
    lines: list[Answer | Unforeseen | Expected]


def planned_beside_seen(lesson: ResearchLesson, course: Course) -> list[Beside]:
    """Each step's expected answers and case pupils, with what observers saw of them; in six queries."""
    prefetch_related_objects(course.steps, "responses")
    times = _times_seen(lesson)
    unforeseen, more_unforeseen = _unforeseen(lesson, course)
    expected = _expected(lesson, course)
    return [
        Beside(
            number,
            step,
            [
                *(Answer(response, *times.get(response.pk, (0, 0))) for response in step.responses.all()),
                *([Unforeseen(unforeseen[number], more_unforeseen[number])] if unforeseen[number] else []),
                *expected[number],
            ],
        )
        for number, step in enumerate(course.steps, start=1)
    ]


def answers_seen(rows: Iterable[Beside]) -> tuple[int, int]:
    """How many of the answers the team had foreseen anybody saw, and how many there are."""
    answers = [line for row in rows for line in row.lines if isinstance(line, Answer)]
    return sum(answer.observers > 0 for answer in answers), len(answers)


def _standing(lesson: ResearchLesson) -> QuerySet[Observation]:
    return Observation.objects.standing().filter(lesson=lesson)


def _times_seen(lesson: ResearchLesson) -> dict[int, tuple[int, int]]:
    """Response id → by how many observers it was seen, and how often."""
    ticked = _standing(lesson).filter(kind=Kind.MARKER, response__isnull=False).order_by()
    counted = ticked.values_list("response").annotate(Count("observer", distinct=True), Count("pk"))
    return {response: (observers, times) for response, observers, times in counted}


def _unforeseen(
    lesson: ResearchLesson, course: Course
) -> tuple[dict[int, list[Observation]], dict[int, int]]:
    added = _standing(lesson).filter(kind=Kind.MARKER, response=None, step__isnull=False).exclude(fact="")
    added = added.select_related("student", "observer")
    return _first(course.placed(added), UNFORESEEN, "at_step")


def _expected(lesson: ResearchLesson, course: Course) -> dict[int, list[Expected]]:
    cases = list(
        lesson.cycle.case_pupils.filter(ended_at=None).select_related("student").order_by("order", "pk")
    )
    told = {
        (row.step_id, row.case_pupil_id): row.text
        for row in CasePrediction.objects.filter(step__in=course.steps, case_pupil__in=cases).exclude(text="")
    }
    notes = _standing(lesson).filter(kind=Kind.NOTE, student__in=[case.student_id for case in cases])
    found, more = _first(course.placed(notes.select_related("observer")), NOTES_BESIDE, "at_step", "student")
    expected: dict[int, list[Expected]] = defaultdict(list)
    for number, step in enumerate(course.steps, start=1):
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
    seen: Any  # an observation with what was annotated
    for seen in numbered.filter(rank__lte=most).order_by("happened_at", "pk"):
        keys = tuple(seen.student_id if part == "student" else seen.at_step for part in parts)
        key = keys if len(keys) > 1 else keys[0]
        found[key].append(seen)
        more[key] = max(0, seen.whole - most)
    return found, more
