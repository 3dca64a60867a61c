"""Two people's events of one pupil held against each other: which of them are the same moment.

Pure arithmetic on times and codes. It tells what two people wrote down alike, not who of them was right.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

LEAVE_FIRST, LEAVE_SECOND, PAIR = range(3)

ENOUGH = 20
"""Moments both saw, below which no kappa is told: with rare codes it is noise."""

Event = tuple[int, str]
"""When (in any unit, the window's own) and which code."""


@dataclass
class Moments:
    """Places in the two lists: seen alike, seen by both but called differently, seen by one alone."""

    alike: list[tuple[int, int]] = field(default_factory=list)
    different: list[tuple[int, int]] = field(default_factory=list)
    only_first: list[int] = field(default_factory=list)
    only_second: list[int] = field(default_factory=list)

    @property
    def shared(self) -> int:
        return len(self.alike) + len(self.different)

    @property
    def total(self) -> int:
        return self.shared + len(self.only_first) + len(self.only_second)

    @property
    def share(self) -> float | None:
        """Moments that both wrote down under the same code, of all; None where there are none."""
        return len(self.alike) / self.total if self.total else None


def held_together(first: Sequence[Event], second: Sequence[Event], window: int) -> Moments:
    """Pair the events of two people, each at most once, those of one code first.

    What is left over is paired whatever its code: both saw something at that moment and called it
    differently. Both lists are in the order of time.
    """
    found = Moments()
    left, right = _by_code(first), _by_code(second)
    for code in left.keys() & right.keys():
        ours, theirs = left[code], right[code]
        pairs = matches([first[one][0] for one in ours], [second[one][0] for one in theirs], window)
        found.alike += [(ours[one], theirs[other]) for one, other in pairs]
    found.alike.sort()
    ours = _without(range(len(first)), {one for one, _other in found.alike})
    theirs = _without(range(len(second)), {other for _one, other in found.alike})
    pairs = matches([first[one][0] for one in ours], [second[one][0] for one in theirs], window)
    found.different = [(ours[one], theirs[other]) for one, other in pairs]
    found.only_first = _without(ours, {one for one, _other in found.different})
    found.only_second = _without(theirs, {other for _one, other in found.different})
    return found


def _by_code(events: Sequence[Event]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, (_time, code) in enumerate(events):
        places[code].append(place)
    return places


def _without(places: Sequence[int], gone: set[int]) -> list[int]:
    return [place for place in places if place not in gone]


def matches(first: Sequence[int], second: Sequence[int], window: int) -> list[tuple[int, int]]:
    """Pair times that lie at most ``window`` apart, each once: as many pairs as can be, and of all ways to
    make that many one whose distances add up to the least. Both sequences are sorted; places are returned.

    Taking the nearest first is not enough: of 10, 14 and 13, 18 with a window of 4 it pairs 14 with 13 and
    leaves 10 and 18 alone, where two pairs can be had.

    On a line crossed pairs can be uncrossed at no cost: for a ≤ a′ and b ≤ b′ neither |a − b| nor |a′ − b′|
    exceeds the larger of |a − b′| and |a′ − b|, nor their sum that of the two. So an alignment in order (S.
    B. Needleman, C. D. Wunsch, *Journal of Molecular Biology* 48, 1970) finds the best: row by row the best
    (pairs, −distance) among the first j of ``second``. Only those within the window of the row's own time can
    change: before them it is the row above, after them the last of these. Steps: pairs within the window.
    """
    best: list[tuple[int, int]] = [(0, 0)]
    rows: list[tuple[int, bytearray]] = []
    for time in first:
        low, high = bisect_left(second, time - window), bisect_right(second, time + window)
        best += [best[-1]] * (high + 1 - len(best))
        rows.append((low, _row(best, second, time, low, high)))
    return list(_traced(rows, len(second)))[::-1]


def _row(best: list[tuple[int, int]], second: Sequence[int], time: int, low: int, high: int) -> bytearray:
    """Take one more time of the first sequence into ``best``; what was chosen at each place."""
    chosen = bytearray()
    before = best[low]  # of the row above, one place to the left
    for place in range(low, high):
        pairs, nearness = before
        ways = (best[place + 1], best[place], (pairs + 1, nearness - abs(second[place] - time)))
        before = best[place + 1]
        best[place + 1] = max(ways)
        chosen.append(ways.index(best[place + 1]))
    return chosen


def _traced(rows: list[tuple[int, bytearray]], at: int) -> Iterator[tuple[int, int]]:
    """The pairs, the last first."""
    for one in reversed(range(len(rows))):
        low, chosen = rows[one]
        at = min(at, low + len(chosen))
        while at > low and chosen[at - low - 1] == LEAVE_SECOND:
            at -= 1
        if at > low and chosen[at - low - 1] == PAIR:
            at -= 1
            yield one, at


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Agreement on codes beyond chance over moments both saw: (po − pe) / (1 − pe).

    J. Cohen, "A coefficient of agreement for nominal scales", *Educational and Psychological Measurement* 20,
    1960. None below ``ENOUGH`` moments, and where both used one code throughout: nothing can be said then.
    """
    n = len(pairs)
    if n < ENOUGH:
        return None
    ours, theirs = Counter(one for one, _other in pairs), Counter(other for _one, other in pairs)
    by_chance = sum(count * theirs[code] for code, count in ours.items()) / n**2
    seen = sum(one == other for one, other in pairs) / n
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)
