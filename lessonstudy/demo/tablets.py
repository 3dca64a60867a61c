"""What observers' tablets send: steps that began, answers, notes, taps, looks at a table, who watched whom.

Each person has one device, and its records are numbered in the order they were written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from cycles.models import PlanStep, ResearchLesson, StudentGroup
from cycles.selectors import latest_plan
from lessonstudy.demo import pieces
from lessonstudy.demo.staging import Cast
from lessonstudy.demo.voices import Moment
from observations import workflow as observing
from observations.codes import OFF_TASK, ON_TASK
from observations.models import ObservationSession
from observations.sync import CONFLICT, STORED, TEACHER, Batch
from schools.models import User

Seated = tuple[Moment, int]  # the table's number
Sent = dict[str, Any]
Written = tuple[float, Sent]  # the second of the lesson in which it was written, and the record
CORRECTED, TAKEN_BACK = 90, 15  # seconds after it was first written


@dataclass(frozen=True)
class Lesson:
    """A lesson that goes on, with what records in it name. ``answers``: step's number and text → id."""

    cast: Cast
    lesson: ResearchLesson
    told: pieces.Lesson
    steps: list[PlanStep]
    answers: dict[tuple[int, str], int]
    groups: list[StudentGroup]

    @classmethod
    def of(cls, cast: Cast, lesson: ResearchLesson, told: pieces.Lesson) -> Lesson:
        steps = list(latest_plan(lesson).steps.prefetch_related("responses"))
        answers = {
            (number, response.text): response.pk
            for number, step in enumerate(steps, start=1)
            for response in step.responses.all()
        }
        return cls(cast, lesson, told, steps, answers, list(lesson.groups.all()))

    def at(self, second: float) -> datetime:
        assert self.lesson.started_at is not None  # noqa: S101  (it goes on)
        return self.lesson.started_at + timedelta(seconds=second)

    def record(self, kind: str, second: int, **said: Any) -> Sent:
        """A record of this second of the lesson, as a tablet writes it."""
        moment = {"happened_at": self.at(second).isoformat(), "elapsed": second}
        return {"id": str(uuid4()), "lesson": self.lesson.pk, "kind": kind, **moment, **said}

    def pupil(self, code: str) -> int:
        return self.cast.pupils[code].pk

    def group(self, table: int) -> int:
        return self.groups[table - 1].pk

    def step(self, number: int) -> int:
        return self.steps[number - 1].pk

    def step_at(self, second: int, tablet: pieces.Tablet) -> int:
        """The step the observer was at: as they said that it began, or else as it was planned."""
        planned = [0, *accumulate(step.minutes or 0 for step in self.steps)][:-1]
        begins = [minute * 60 for minute in tablet.began or planned]
        return self.step(bisect_right(begins, second))


def send(scene: Lesson, observer: str, moments: Sequence[Seated]) -> None:
    """Send everything that this observer's tablet holds of the lesson. Raises RuntimeError for a refusal."""
    by = scene.cast.people[observer]
    tablet = scene.told.tablets.get(observer, pieces.Tablet())
    notes = [note for note in scene.told.notes if note.by == observer]
    session = ObservationSession.objects.get(lesson=scene.lesson, observer=by)
    clashing: list[Sent] = []
    written = [
        *_watches(scene, tablet, session),
        *_markers(scene, tablet),
        *_looks(scene, tablet),
        *_taps(scene, tablet, moments),
        *_notes(scene, notes, clashing),
    ]
    records = [record for _second, record in sorted(written, key=lambda pair: pair[0])]
    for number, record in enumerate(records, start=1):
        record["seq"] = number + (tablet.lost if number > len(records) / 2 else 0)
    _send(records, by=by, outcome=STORED)
    _send(clashing, by=by, outcome=CONFLICT)


def _send(records: Sequence[Sent], *, by: User, outcome: str) -> None:
    batch = Batch(uuid5(NAMESPACE_URL, f"mailto:{by.email}"), by.pk, None, records)
    for result in observing.receive(batch, by=by).results if records else []:
        if result.status != outcome:
            raise RuntimeError(f"{result.status} instead of {outcome}: {result.message}")


def _watches(scene: Lesson, tablet: pieces.Tablet, session: ObservationSession) -> Iterator[Written]:
    """When the observer was at which table, in place of what was noted at the beginning."""
    noted = dict(session.watches.values_list("group", "record")) if tablet.stays else {}
    for stay in tablet.stays:
        group, second = scene.group(stay.table), stay.begins * 60
        first = noted.pop(group, None)
        watch = scene.record("watch", second, group=group, replaces=first and str(first))
        if stay.ends is not None:
            watch["until"] = scene.at(stay.ends * 60).isoformat()
        yield (stay.ends or stay.begins) * 60, watch


def _markers(scene: Lesson, tablet: pieces.Tablet) -> Iterator[Written]:
    """Steps that began, and what was seen of what the plan expects, or does not."""
    for number, minute in enumerate(tablet.began, start=1):
        yield minute * 60, scene.record("marker", minute * 60, step=scene.step(number))
    for seen in tablet.seen:
        what = {"response": scene.answers[seen.step, seen.answer]} if seen.answer else {"fact": seen.fact}
        about = {"step": scene.step(seen.step), "student": scene.pupil(seen.pupil)}
        yield seen.minute * 60, scene.record("marker", seen.minute * 60, **about, **what)


def _looks(scene: Lesson, tablet: pieces.Tablet) -> Iterator[Written]:
    """Who is at work at a table at one moment, and who is not."""
    for look in tablet.looks:
        second, away = look.minute * 60, look.away.split()
        for code in scene.told.tables[look.table - 1].pupils.split():
            state = OFF_TASK if code in away else ON_TASK
            about = {"student": scene.pupil(code), "step": scene.step_at(second, tablet)}
            yield second, scene.record("sample", second, code=state, **about)


def _taps(scene: Lesson, tablet: pieces.Tablet, moments: Sequence[Seated]) -> Iterator[Written]:
    """Events, and those that were taken back at once."""
    for moment, table in moments:
        target = moment.target and (TEACHER if moment.target == TEACHER else scene.pupil(moment.target))
        about = {
            "student": scene.pupil(moment.pupil),
            "target": target or None,
            "group": scene.group(table),
            "step": scene.step_at(moment.second, tablet),
        }
        yield moment.second, scene.record("event", moment.second, code=moment.code, **about)
    for tap in tablet.mistakes:
        second = tap.minute * 60
        about = {"student": scene.pupil(tap.pupil), "step": scene.step_at(second, tablet)}
        mistake = scene.record("event", second, code=tap.code, **about)
        yield second, mistake
        later = second + TAKEN_BACK
        yield later, scene.record("void", later, replaces=mistake["id"])


def _notes(scene: Lesson, notes: Sequence[pieces.Note], clashing: list[Sent]) -> Iterator[Written]:
    """Notes, some of them corrected; what another page sent under an id of theirs goes into ``clashing``."""
    for note in notes:
        second = note.minute * 60
        about = {"student": scene.pupil(note.pupil), "step": scene.step(note.step)}
        words = {"fact": note.fact, "interpretation": note.thought, "flagged": note.flagged}
        record = scene.record("note", second, **about, **words)
        if note.at_first:
            first = scene.record("note", second, **about, **words | {"fact": note.at_first})
            record["replaces"] = first["id"]
            yield second, first
        yield second + (CORRECTED if note.at_first else 0), record
        if note.elsewhere:
            clashing.append(record | {"fact": note.elsewhere})
