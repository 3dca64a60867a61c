"""Who really watched whom in a lesson, from when to when. Unwatched is missing, not zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Max
from django.utils import timezone

from cycles.models import GroupPlace, ResearchLesson
from observations.models import Observation, Watch
from observations.participation import Span, end_of, union
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
    """A lesson's watches. ``spans``: pupil id → observer id → when that observer watched that pupil."""

    stretches: list[Stretch]
    spans: dict[int, dict[int, list[Span]]]
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
    watches = list(
        Watch.objects.standing()
        .filter(session__lesson=lesson)
        .select_related("session__observer", "group", "student")
        .order_by("session__observer__name", "session__observer", "from_at", "pk")
    )
    if not watches:
        return Coverage([], {}, lesson.started_at, lesson.ended_at)
    ends = _end_of(lesson)
    seated = _seated({watch.group_id for watch in watches if watch.group_id})
    begins = lesson.started_at or min((watch.from_at for watch in watches), default=None)
    coverage = Coverage([], defaultdict(lambda: defaultdict(list)), begins, ends)
    for watch in watches:
        begin, end = _within(lesson, watch, ends)
        if begins is None or end <= begin:
            continue
        coverage.stretches.append(_stretch(watch, begin, end, begins, ends))
        for pupil in [watch.student_id] if watch.student_id else seated[watch.group_id or 0]:
            coverage.spans[pupil][watch.session.observer_id].append((begin, end))
    return coverage


def _end_of(lesson: ResearchLesson) -> datetime:
    """Where the lesson goes on, now."""
    seen = Observation.objects.standing().filter(lesson=lesson).aggregate(last=Max("happened_at"))["last"]
    if lesson.ended_at is None:
        return timezone.now()
    lesson.last_seen_at = seen  # type: ignore[attr-defined]
    return end_of(lesson)


def _within(lesson: ResearchLesson, watch: Watch, ends: datetime) -> Span:
    """The part of a watch that lies in the lesson; observers sign in before it."""
    until = ends if watch.to_at is None else min(watch.to_at, ends)
    return max(watch.from_at, lesson.started_at or watch.from_at), until


def _stretch(watch: Watch, begin: datetime, end: datetime, begins: datetime, ends: datetime) -> Stretch:
    whole = max((ends - begins).total_seconds(), 1)
    left = 100 * (begin - begins).total_seconds() / whole
    wide = max(100 * (end - begin).total_seconds() / whole, 0.5)
    return Stretch(watch, watch.session.observer, begin, end, round(left, 2), round(min(wide, 100 - left), 2))


def _seated(groups: Iterable[int]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for group, student in GroupPlace.objects.filter(group__in=groups).values_list("group", "student"):
        members[group].append(student)
    return members


def overlap(first: Iterable[Span], second: Iterable[Span]) -> list[Span]:
    """When both went on at once, in order; what touches or overlaps is one."""
    common = [
        (max(begin, other), min(end, until))
        for begin, end in first
        for other, until in second
        if max(begin, other) < min(end, until)
    ]
    joined: list[Span] = []
    for begin, end in sorted(common):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
