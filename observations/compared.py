"""Where two observers watched one pupil at the same time: what both wrote down, and what only one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations

from django.db.models import QuerySet

from cycles.models import ResearchLesson
from observations.agreement import Event, Moments, held_together, kappa
from observations.coverage import coverage_of
from observations.models import Observation
from observations.watches import Span, joined, overlap, union
from schools.models import Student, User

MICROSECONDS = 1_000_000
Seen = tuple[datetime, str, str]  # when, the code's slug, the observation's id


@dataclass(frozen=True)
class Pair:
    """Two observers, and when both watched one pupil: pupil id → spans."""

    first: User
    second: User
    together: Mapping[int, list[Span]]

    @property
    def key(self) -> str:
        """What the address calls it."""
        return f"{self.first.pk}-{self.second.pk}"

    @property
    def pupils(self) -> int:
        return len(self.together)

    @cached_property
    def minutes(self) -> int:
        """Minutes in which both watched one pupil, each counted once, whomever they watched."""
        return _minutes(union(span for spans in self.together.values() for span in spans))


@dataclass(frozen=True)
class Compared:
    """What two observers of one pupil wrote down, over the time in which both watched."""

    student: Student
    seconds: float
    moments: Moments
    ours: list[Seen]
    theirs: list[Seen]

    @property
    def minutes(self) -> int:
        return _minutes(self.seconds)

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


def pairs_of(lesson: ResearchLesson) -> list[Pair]:
    """Every two observers who watched one pupil at the same time, by name; in three queries.

    Nothing they wrote down is looked at: where everybody watches everybody there are hundreds of pairs. The
    pupils of one group are mostly watched by the same people at the same time: that is worked out once.
    """
    coverage = coverage_of(lesson)
    alike: dict[tuple[tuple[int, tuple[Span, ...]], ...], list[int]] = defaultdict(list)
    for pupil, by in coverage.spans.items():
        alike[tuple((observer, tuple(joined(spans))) for observer, spans in by.items())].append(pupil)
    together: dict[tuple[int, int], dict[int, list[Span]]] = defaultdict(dict)
    for watched, pupils in alike.items():
        for (first, ours), (second, theirs) in combinations(watched, 2):
            if common := overlap(ours, theirs):
                together[first, second] |= dict.fromkeys(pupils, common)
    order = {observer: place for place, observer in enumerate(coverage.observers)}
    people = sorted(together, key=lambda pair: (order[pair[0]], order[pair[1]]))
    return [
        Pair(coverage.observers[first], coverage.observers[second], together[first, second])
        for first, second in people
    ]


def pupils_of_pair(pair: Pair) -> QuerySet[Student]:
    """The pupils whom both watched at the same time."""
    return Student.objects.filter(pk__in=pair.together).order_by("code", "pk")


def compare(lesson: ResearchLesson, pair: Pair, pupils: Iterable[Student], *, window: int) -> list[Compared]:
    """What both wrote down of each of these pupils of theirs; in one query.

    ``window``: seconds that two records of one moment may lie apart. Events without a time of their own, as
    a paper tally has them, cannot be held against anything.
    """
    pupils = list(pupils)
    events = _events(lesson, pair, pupils)
    found = []
    for pupil in pupils:
        common = pair.together[pupil.pk]
        ours = list(_within(events[pupil.pk, pair.first.pk], common))
        theirs = list(_within(events[pupil.pk, pair.second.pk], common))
        moments = held_together(_timed(ours), _timed(theirs), window * MICROSECONDS)
        found.append(Compared(pupil, union(common), moments, ours, theirs))
    return found


def _minutes(seconds: float) -> int:
    return round(seconds / 60)


def _events(
    lesson: ResearchLesson, pair: Pair, pupils: Sequence[Student]
) -> Mapping[tuple[int, int], list[Seen]]:
    """(pupil, observer) → standing events with a time, in order."""
    events: dict[tuple[int, int], list[Seen]] = defaultdict(list)
    found = Observation.objects.standing().filter(
        lesson=lesson,
        kind=Observation.Kind.EVENT,
        student__in=pupils,
        observer__in=[pair.first, pair.second],
        elapsed__isnull=False,
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
    """Moments in the order of time; as many observations are fetched as are asked for."""

    def __init__(self, compared: Compared) -> None:
        self.compared = compared
        moments = compared.moments
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
            return self.compared.ours[one][0]
        assert other is not None  # noqa: S101  (one of both is there)
        return self.compared.theirs[other][0]

    def count(self) -> int:
        return len(self.places)

    def __getitem__(self, part: slice) -> list[Moment]:
        wanted = self.places[part]
        ids = [self.compared.ours[one][2] for one, _other in wanted if one is not None]
        ids += [self.compared.theirs[other][2] for _one, other in wanted if other is not None]
        found = {
            str(seen.pk): seen
            for seen in Observation.objects.filter(pk__in=ids).select_related("code", "target", "student")
        }
        return [
            Moment(
                self._at((one, other)),
                found.get(self.compared.ours[one][2]) if one is not None else None,
                found.get(self.compared.theirs[other][2]) if other is not None else None,
            )
            for one, other in wanted
        ]
