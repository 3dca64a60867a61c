"""Every group that is allowed, one column each: what a proof chooses from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, islice

import numpy as np
from numpy.typing import NDArray

from cycles.grouping.chance import Floats, Ints
from cycles.grouping.objective import terms_of
from cycles.grouping.problem import Problem
from cycles.grouping.wishes import Wishes, wishes_of

MOST_COLUMNS = 6_000_000
"""Groups listed at most: 40 pupils in sixes are 3.8 million."""
CHUNK = 100_000


class TooLarge(Exception):
    """More groups are possible than can be listed."""


class Columns:
    """Every allowed group: ``members`` (pupils by number, padded with −1), ``cost`` (its part of J),
    ``breaks`` (rules it breaks) and ``kind``: one for each size without locks, one for each group with
    locked pupils.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.known = Wishes(wishes_of(problem), problem)
        self.position = {one: n for n, one in enumerate(problem.ids)}
        held: dict[int, set[int]] = {}
        for n, group in self.known.lock_of.items():
            held.setdefault(group, set()).add(n)
        by_size: dict[int, list[int]] = {}
        for group, size in enumerate(problem.sizes):
            if group not in held:
                by_size.setdefault(size, []).append(group)
        self.kinds = [(problem.sizes[group], [group]) for group in sorted(held)] + sorted(by_size.items())
        starts = [held[group] for group in sorted(held)] + [set() for _ in by_size]
        free = [n for n in range(len(self.known.blocks)) if n not in self.known.lock_of]
        self._check(free, starts)
        width = max(problem.sizes)
        parts = [
            (kind, self._padded(rows, width))
            for kind, ((size, _groups), start) in enumerate(zip(self.kinds, starts, strict=True))
            for rows in self._listed(size, start, free)
        ]
        self.members = np.concatenate([rows for _kind, rows in parts])
        self.kind = np.concatenate([np.full(len(rows), kind, dtype=np.int16) for kind, rows in parts])
        self.cost, self.breaks = self._weigh()

    def _check(self, free: list[int], starts: list[set[int]]) -> None:
        sizes = [len(self.known.blocks[n]) for n in free]
        total = 0
        for (size, _groups), start in zip(self.kinds, starts, strict=True):
            total += _ways(sizes, size - sum(len(self.known.blocks[n]) for n in start))
        if total > MOST_COLUMNS:
            raise TooLarge

    def _listed(self, size: int, start: set[int], free: list[int]) -> Iterator[list[tuple[int, ...]]]:
        """Groups of this size that hold the blocks of ``start`` and keep apart who must be, in chunks."""
        found = self._grown(size, start, free)
        while rows := list(islice(found, CHUNK)):
            yield rows

    def _grown(self, size: int, start: set[int], free: list[int]) -> Iterator[tuple[int, ...]]:
        blocks, apart = self.known.blocks, self.known.apart
        numbers = [tuple(self.position[one] for one in block) for block in blocks]
        first = tuple(number for n in sorted(start) for number in numbers[n])
        heavy = [n for n in free if len(blocks[n]) > 1 or apart[n]]
        light = [numbers[n][0] for n in free if len(blocks[n]) == 1 and not apart[n]]

        def grow(chosen: tuple[int, ...], taken: set[int], at: int) -> Iterator[tuple[int, ...]]:
            yield from (chosen + rest for rest in combinations(light, size - len(chosen)))
            for place, n in enumerate(heavy[at:], start=at + 1):
                if len(chosen) + len(numbers[n]) <= size and not taken & apart[n].keys():
                    yield from grow(chosen + numbers[n], taken | {n}, place)

        if len(first) <= size:
            yield from grow(first, set(start), 0)

    @staticmethod
    def _padded(rows: list[tuple[int, ...]], width: int) -> NDArray[np.int16]:
        found = np.full((len(rows), width), -1, dtype=np.int16)
        found[:, : len(rows[0])] = rows
        return found

    def _weigh(self) -> tuple[Floats, NDArray[np.int16]]:
        """What each group adds to J, and how many rules it breaks."""
        cost: Floats = np.empty(len(self.members))
        breaks: NDArray[np.int16] = np.zeros(len(self.members), dtype=np.int16)
        terms, meet = self._terms(), self._meetings()
        rules = [(rule, self.problem.holders(rule)) for rule in self.problem.rules]
        has = [np.array([*(one in holders for one in self.problem.ids), False]) for _rule, holders in rules]
        counts = range(self.members.shape[1] + 1)
        table = [np.array([rule.breaks(n) for n in counts], dtype=np.int16) for rule, _holders in rules]
        for begin in range(0, len(self.members), CHUNK):
            part = self.members[begin : begin + CHUNK]
            found = np.zeros(len(part))
            for row in terms:
                found += row[part].sum(1) ** 2
            found /= (part >= 0).sum(1)
            for n, m in combinations(range(part.shape[1]), 2):
                found += meet[part[:, n], part[:, m]]
            cost[begin : begin + CHUNK] = found
            for mine, often in zip(has, table, strict=True):
                breaks[begin : begin + CHUNK] += often[mine[part].sum(1)]
        return cost, breaks

    def _terms(self) -> list[Floats]:
        """The columns of J by pupil; at the end a 0 for the padding."""
        terms = terms_of(self.problem)
        return [
            np.array([*(value * math.sqrt(term.weight * part / terms.lots) for value in column), 0.0])
            for term in terms.attributes
            for part, column in term.columns
        ]

    def _meetings(self) -> Floats:
        terms, size = terms_of(self.problem), len(self.problem.pupils)
        meet: Floats = np.zeros((size + 1, size + 1))
        for first, second, times in self.problem.met:
            n, m = self.position[first], self.position[second]
            meet[n, m] += times * terms.met_weight / (terms.met_expected or 1.0)
            meet[m, n] = meet[n, m]
        return meet

    def groups(self, chosen: Ints) -> list[list[str]]:
        """The groups of these columns in the order of the problem's sizes."""
        ids = self.problem.ids
        found: list[list[str]] = [[] for _ in self.problem.sizes]
        left = {kind: list(groups) for kind, (_size, groups) in enumerate(self.kinds)}
        for column in sorted(chosen, key=lambda n: tuple(self.members[n])):
            group = left[int(self.kind[column])].pop(0)
            found[group] = sorted(ids[n] for n in self.members[column] if n >= 0)
        return found


def _ways(sizes: Sequence[int], room: int) -> int:
    """In how many ways blocks of these sizes fill a room exactly, whoever they keep apart from."""
    ways = [1] + [0] * max(0, room)
    for size in sizes:
        for n in range(len(ways) - 1, size - 1, -1):
            ways[n] += ways[n - size]
    return ways[room] if room >= 0 else 0
