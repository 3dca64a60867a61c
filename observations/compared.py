"""Where two observers watched one pupil at the same time: what both wrote down, and what only one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from cycles.models import ResearchLesson
from observations.agreement import Event, Moments, held_together, kappa
from observations.coverage import coverage_of
from observations.models import Observation
from observations.watches import Span, overlap, union
from schools.models import Student, User

MICROSECONDS = 1_000_000
Seen = tuple[datetime, str, str]  # when, the code's slug, the observation's id


@dataclass(frozen=True)
class Pair:
    """Two observers of one pupil, held against each other over the time in which both watched."""

    student: Student
    first: User
    second: User
    seconds: float
    moments: Moments
    ours: list[Seen]
    theirs: list[Seen]

    @property
    def key(self) -> str:
        """What the address calls it."""
        return f"{self.student.pk}-{self.first.pk}-{self.second.pk}"

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)

    @property
    def percent(self) -> int | None:
        share = self.moments.share
        return None if share is None else round(100 * share)

    @property
    def kappa(self) -> float | None:
        """Beyond chance, over the moments both saw; None where there are too few of them."""
        both = [*self.moments.alike, *self.moments.different]
        return kappa([(self.ours[one][1], self.theirs[other][1]) for one, other in both])


@dataclass(frozen=True)
class Moment:
    """A moment as both wrote it down, or only one of them; what was not written is None."""

    at: datetime
    first: Observation | None
    second: Observation | None

    @property
    def is_alike(self) -> bool:
        return bool(self.first and self.second and self.first.code_id == self.second.code_id)

    @property
    def is_different(self) -> bool:
        return bool(self.first and self.second and self.first.code_id != self.second.code_id)


def pairs_of(lesson: ResearchLesson, *, window: int) -> list[Pair]:
    """Every pupil and pair of observers whose watches overlap, by pupil; in five queries.

    ``window``: seconds that two records of one moment may lie apart. Events without a time of their own, as
    a paper tally has them, cannot be held against anything.
    """
    coverage = coverage_of(lesson)
    twice = {pupil: spans for pupil, spans in coverage.spans.items() if len(spans) > 1}
    pupils = Student.objects.in_bulk(list(twice))
    events = _events(lesson, list(twice))
    found = []
    for pupil in sorted(pupils.values(), key=lambda one: one.code):
        for (first, ours), (second, theirs) in combinations(twice[pupil.pk].items(), 2):
            if common := overlap(ours, theirs):
                left = list(_within(events[pupil.pk, first], common))
                right = list(_within(events[pupil.pk, second], common))
                moments = held_together(_timed(left), _timed(right), window * MICROSECONDS)
                people = coverage.observers[first], coverage.observers[second]
                found.append(Pair(pupil, *people, union(common), moments, left, right))
    return found


def _events(lesson: ResearchLesson, pupils: list[int]) -> Mapping[tuple[int, int], list[Seen]]:
    """(pupil, observer) → standing events with a time, in order."""
    events: dict[tuple[int, int], list[Seen]] = defaultdict(list)
    found = Observation.objects.standing().filter(
        lesson=lesson, kind=Observation.Kind.EVENT, student__in=pupils, elapsed__isnull=False
    )
    rows = found.order_by("happened_at", "seq", "pk").values_list(
        "student", "observer", "happened_at", "code__slug", "pk"
    )
    for student, observer, at, slug, pk in rows:
        events[student, observer].append((at, slug, str(pk)))
    return events


def _within(seen: list[Seen], spans: list[Span]) -> Iterator[Seen]:
    return (one for one in seen if any(begin <= one[0] <= end for begin, end in spans))


def _timed(seen: list[Seen]) -> list[Event]:
    return [(round(at.timestamp() * MICROSECONDS), slug) for at, slug, _pk in seen]


class InOrder:
    """A pair's moments in the order of time; as many observations are fetched as are asked for."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        moments = pair.moments
        both = [*moments.alike, *moments.different]
        places = [
            *both,
            *((one, None) for one in moments.only_first),
            *((None, other) for other in moments.only_second),
        ]
        self.places = sorted(places, key=self._at)

    def _at(self, place: tuple[int | None, int | None]) -> datetime:
        one, other = place
        if one is not None:
            return self.pair.ours[one][0]
        assert other is not None  # noqa: S101  (one of both is there)
        return self.pair.theirs[other][0]

    def count(self) -> int:
        return len(self.places)

    def __getitem__(self, part: slice) -> list[Moment]:
        wanted = self.places[part]
        ids = [self.pair.ours[one][2] for one, _other in wanted if one is not None]
        ids += [self.pair.theirs[other][2] for _one, other in wanted if other is not None]
        found = {
            str(seen.pk): seen
            for seen in Observation.objects.filter(pk__in=ids).select_related("code", "target", "student")
        }
        return [
            Moment(
                self._at((one, other)),
                found.get(self.pair.ours[one][2]) if one is not None else None,
                found.get(self.pair.theirs[other][2]) if other is not None else None,
            )
            for one, other in wanted
        ]
