"""Who was watched in a lesson, by whom, and when: what the report, the record and the rates all go by.

Unwatched is missing, not zero. A watch counts as far as it lies in its lesson: observers sign in before it,
leave their tablets on after it, and what one that was away sends later opens a watch of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from cycles.models import GroupPlace, ResearchLesson
from observations.models import Observation, Watch

Span = tuple[datetime, datetime]
Spans = dict[int, dict[int, list[Span]]]
"""Pupil id → observer id → when that observer watched that pupil."""


@dataclass(frozen=True)
class Watched:
    """A watch as far as it lies in its lesson, and the pupils it takes in."""

    watch: Watch
    begins: datetime
    ends: datetime
    pupils: list[int]


@dataclass(frozen=True)
class Watching:
    """A lesson's watches, by observer. ``ends``: when the lesson was over, or now."""

    ends: datetime
    watches: list[Watched]

    @property
    def pupils(self) -> set[int]:
        return {pupil for one in self.watches for pupil in one.pupils}

    @property
    def spans(self) -> Spans:
        spans: Spans = {}
        for one in self.watches:
            for pupil in one.pupils:
                by = spans.setdefault(pupil, {})
                by.setdefault(one.watch.session.observer_id, []).append((one.begins, one.ends))
        return spans


def watched_in(lessons: Iterable[ResearchLesson], *, along: Sequence[str] = ()) -> dict[int, Watching]:
    """Lesson id → who watched whom in it; a lesson during which nobody was watched is left out.

    ``along``: what to fetch with the watches. In three queries at most, however many lessons.
    """
    by_id = {lesson.pk: lesson for lesson in lessons}
    watches = list(
        Watch.objects.standing()
        .filter(session__lesson__in=by_id)
        .select_related("session", *along)
        .order_by("session__observer__name", "session__observer", "from_at", "pk")
    )
    if not watches:
        return {}
    ends = _ends_of([by_id[pk] for pk in {watch.session.lesson_id for watch in watches}])
    seated = _seated({watch.group_id for watch in watches if watch.group_id})
    found: dict[int, Watching] = {}
    for watch in watches:
        lesson = by_id[watch.session.lesson_id]
        if span := _within(lesson, watch, ends[lesson.pk]):
            pupils = [watch.student_id] if watch.student_id else seated[watch.group_id or 0]
            here = found.setdefault(lesson.pk, Watching(ends[lesson.pk], []))
            here.watches.append(Watched(watch, *span, pupils))
    return found


def _within(lesson: ResearchLesson, watch: Watch, ends: datetime) -> Span | None:
    """The part of a watch that lies in the lesson; None for none. Where no clock ran, there is no outside."""
    until = ends if watch.to_at is None else min(watch.to_at, ends)
    if lesson.started_at is None:
        return watch.from_at, max(watch.from_at, until)
    begin = max(watch.from_at, lesson.started_at)
    return (begin, until) if begin < until else None


def _ends_of(lessons: Sequence[ResearchLesson]) -> Mapping[int, datetime]:
    """When each lesson was over, or now. That it is over is often said hours later: nobody watched after the
    planned time was up and the last thing had been seen.
    """
    now = timezone.now()
    ends = {lesson.pk: lesson.ended_at or now for lesson in lessons}
    late = {
        lesson.pk: planned
        for lesson in lessons
        if lesson.started_at
        and lesson.ended_at
        and (planned := lesson.started_at + timedelta(minutes=lesson.minutes)) < lesson.ended_at
    }
    if late:
        seen = Observation.objects.standing().filter(lesson__in=late, happened_at__gt=min(late.values()))
        last = dict(seen.order_by().values_list("lesson").annotate(Max("happened_at")))
        ends |= {pk: min(ends[pk], max(planned, last.get(pk, planned))) for pk, planned in late.items()}
    return ends


def _seated(groups: Iterable[int]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    places = GroupPlace.objects.filter(group__in=groups).order_by("group", "student")
    for group, student in places.values_list("group", "student"):
        members[group].append(student)
    return members


# Arithmetic on spans


def union(spans: Iterable[Span]) -> float:
    """Seconds that lie in any of these spans, each counted once. What ends before it begins is none."""
    return sum((end - begin).total_seconds() for begin, end in joined(spans))


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, what touches or overlaps as one. What ends before it begins is left out."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if end <= begin:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def overlap(first: Iterable[Span], second: Iterable[Span]) -> list[Span]:
    """When both went on at once, in order, once each; in as many steps as there are spans."""
    ours, theirs = joined(first), joined(second)
    common: list[Span] = []
    one = other = 0
    while one < len(ours) and other < len(theirs):
        begin, end = max(ours[one][0], theirs[other][0]), min(ours[one][1], theirs[other][1])
        if begin < end:
            common.append((begin, end))
        if ours[one][1] <= theirs[other][1]:
            one += 1
        else:
            other += 1
    return common
