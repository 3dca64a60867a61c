"""Who really watched whom in a lesson, from when to when. Unwatched is missing, not zero."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cycles.models import ResearchLesson
from observations.models import Watch
from observations.watches import Spans, Watched, union, watched_in
from schools.models import Student, User


@dataclass(frozen=True)
class Stretch:
    """A group or a pupil watched by somebody without a break, within the lesson.

    ``left`` and ``wide`` place it on the lesson's length, in hundredths.
    """

    watch: Watch
    observer: User
    begins: datetime
    ends: datetime
    left: float
    wide: float

    @property
    def whom(self) -> str | None:
        """The group's name; None where a pupil was watched, who is called as the reader may call them."""
        return self.watch.group.name if self.watch.group else None

    @property
    def student(self) -> Student | None:
        return self.watch.student


@dataclass
class Coverage:
    """A lesson's watches."""

    stretches: list[Stretch]
    spans: Spans
    begins: datetime | None
    ends: datetime | None

    @cached_property
    def observers(self) -> dict[int, User]:
        return {stretch.observer.pk: stretch.observer for stretch in self.stretches}

    def minutes(self, pupil: int) -> int:
        """Minutes in which anybody watched the pupil, each counted once."""
        return round(self.seconds(pupil) / 60)

    def seconds(self, pupil: int) -> float:
        return union(span for spans in self.spans.get(pupil, {}).values() for span in spans)

    def watchers(self, pupil: int) -> list[tuple[User, int]]:
        """Who watched the pupil, and for how many minutes each."""
        return [
            (self.observers[observer], round(union(spans) / 60))
            for observer, spans in self.spans.get(pupil, {}).items()
        ]

    def share(self, pupils: Collection[int]) -> float | None:
        """Minutes watched of all that there were: Σ mᵢ / (N × minutes); None where there were none."""
        if not pupils or self.begins is None or self.ends is None or self.ends <= self.begins:
            return None
        whole = (self.ends - self.begins).total_seconds() * len(pupils)
        return min(1.0, sum(map(self.seconds, pupils)) / whole)


def coverage_of(lesson: ResearchLesson) -> Coverage:
    """Who watched whom in the lesson, in three queries at most."""
    watching = watched_in([lesson], along=["session__observer", "group", "student"]).get(lesson.pk)
    if watching is None:
        return Coverage([], {}, lesson.started_at, lesson.ended_at)
    begins = lesson.started_at or min(one.begins for one in watching.watches)
    stretches = [_stretch(one, begins, watching.ends) for one in watching.watches]
    return Coverage(stretches, watching.spans, begins, watching.ends)


def _stretch(watched: Watched, begins: datetime, ends: datetime) -> Stretch:
    whole = max((ends - begins).total_seconds(), 1)
    left = 100 * (watched.begins - begins).total_seconds() / whole
    wide = max(100 * (watched.ends - watched.begins).total_seconds() / whole, 0.5)
    return Stretch(
        watched.watch,
        watched.watch.session.observer,
        watched.begins,
        watched.ends,
        round(left, 2),
        round(min(wide, 100 - left), 2),
    )
