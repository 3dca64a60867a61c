"""What must hold: blocks of pupils who stay together, who keeps apart, who is locked where; and a place for
every block, if there is one.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cycles.grouping.problem import Problem

NODES = 50_000  # of the search for a place; beyond it the answer is «not decided», never «impossible»
CELLS = 50_000_000  # weighed in that search at most: a node of a grade weighs more than one of a class


BUDGET = 400_000  # of everything that is done to explain why wishes cannot be met: a few seconds
_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """Within it all work on wishes together has one budget; NotDecided where it is spent."""
    token = _left.set([BUDGET])
    try:
        yield
    finally:
        _left.reset(token)


def spend(work: int) -> None:
    """Take from the budget. Raises NotDecided where there is one and it is used up."""
    left = _left.get()
    if left is not None:
        left[0] -= work
        if left[0] < 0:
            raise NotDecided


class NotDecided(Exception):
    """The exact search gave up: the wishes may or may not be met."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish of the teacher's; ``group`` where it is a lock."""

    kind: str  # together, apart or locked
    pupils: tuple[str, ...]
    group: int | None = None


def wishes_of(problem: Problem) -> list[Wish]:
    """The wishes, each once however often and in whatever order it names its pupils."""
    wishes = [
        *(Wish("together", tuple(dict.fromkeys(wish))) for wish in problem.together if len(set(wish)) > 1),
        *(Wish("apart", pair) for pair in problem.apart),
        *(Wish("locked", (pupil,), group) for pupil, group in problem.locked.items()),
    ]
    first: dict[tuple[str, frozenset[str]], Wish] = {}
    for wish in wishes:
        first.setdefault((wish.kind, frozenset(wish.pupils)), wish)
    return list(first.values())


class Wishes:
    """Wishes as blocks of pupils who stay together, who is apart from whom, and who is locked where."""

    def __init__(self, wishes: Sequence[Wish], problem: Problem) -> None:
        self.problem = problem
        self.wishes = list(wishes)
        self.links: dict[str, list[tuple[str, Wish]]] = {}
        for wish in wishes:
            if wish.kind == "together":
                for first, second in zip(wish.pupils, wish.pupils[1:], strict=False):
                    self.links.setdefault(first, []).append((second, wish))
                    self.links.setdefault(second, []).append((first, wish))
        self.locks = {wish.pupils[0]: wish for wish in wishes if wish.kind == "locked"}

    @cached_property
    def blocks(self) -> list[tuple[str, ...]]:
        """Pupils who stay together, everybody in one block, in the order of the class."""
        seen: set[str] = set()
        blocks = []
        for one in self.problem.ids:
            if one not in seen:
                block = tuple(self.reached(one))
                seen.update(block)
                blocks.append(block)
        return blocks

    @cached_property
    def block_of(self) -> dict[str, int]:
        return {one: n for n, block in enumerate(self.blocks) for one in block}

    @cached_property
    def apart(self) -> dict[int, dict[int, Wish]]:
        """Block → blocks it must not sit with, and the wish that says so."""
        apart: dict[int, dict[int, Wish]] = {n: {} for n in range(len(self.blocks))}
        for wish in self.wishes:
            if wish.kind == "apart":
                first, second = (self.block_of[one] for one in wish.pupils)
                apart[first].setdefault(second, wish)
                apart[second].setdefault(first, wish)
        return apart

    @cached_property
    def lock_of(self) -> dict[int, int]:
        """Block → the group it is locked to."""
        return {self.block_of[one]: wish.group for one, wish in self.locks.items() if wish.group is not None}

    def reached(self, start: str) -> Iterator[str]:
        """Everybody tied to a pupil, nearest first."""
        seen, queue = {start}, deque([start])
        while queue:
            yield (one := queue.popleft())
            for other, _wish in self.links.get(one, []):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)

    def path(self, start: str, end: str) -> tuple[tuple[str, ...], tuple[Wish, ...]]:
        """The shortest chain that ties two pupils together, and the wishes it consists of."""
        before: dict[str, tuple[str, Wish] | None] = {start: None}
        queue = deque([start])
        while queue:
            one = queue.popleft()
            for other, wish in self.links.get(one, []):
                if other not in before:
                    before[other] = (one, wish)
                    queue.append(other)
        pupils, used, at = [end], [], before[end]
        while at is not None:
            pupils.append(at[0])
            used.append(at[1])
            at = before[at[0]]
        return tuple(reversed(pupils)), tuple(dict.fromkeys(reversed(used)))

    def ties(self, block: Iterable[str]) -> tuple[Wish, ...]:
        """The wishes that tie a block together."""
        return tuple(dict.fromkeys(wish for one in block for _other, wish in self.links.get(one, [])))

    def in_order(self, pupils: Iterable[str]) -> tuple[str, ...]:
        """These pupils in the order of the class."""
        wanted = set(pupils)
        return tuple(one for one in self.problem.ids if one in wanted)


def place(known: Wishes, order: Sequence[int] = (), *, nodes: int = NODES) -> dict[int, int] | None:
    """Block → group so that every wish holds, or None where there is no way. Raises NotDecided.

    ``order`` ranks groups among equals, for starts that differ.
    """
    return _Placing(known, order, nodes).all()


class _Placing:
    """Depth first, the block with the fewest groups left next, largest first; groups of equal size that are
    still empty are alike and tried once. ``taken`` [block, group] counts those in it who keep apart.
    """

    def __init__(self, known: Wishes, order: Sequence[int], nodes: int) -> None:
        sizes, blocks = known.problem.sizes, known.blocks
        self.sizes = sizes
        self.rank = {group: n for n, group in enumerate(order)} or dict(enumerate(range(len(sizes))))
        self.wanted = set(known.lock_of.values())
        self.heavy = [n for n in range(len(blocks)) if len(blocks[n]) > 1 or known.apart[n]]
        self.heavy += [n for n in known.lock_of if n not in set(self.heavy)]
        heavy = set(self.heavy)
        self.light = [n for n in range(len(blocks)) if n not in heavy]
        row = {n: at for at, n in enumerate(self.heavy)}
        self.need = np.array([len(blocks[n]) for n in self.heavy], dtype=np.intp)
        self.edges = [np.array([row[m] for m in known.apart[n]], dtype=np.intp) for n in self.heavy]
        # Among blocks with as few groups left: the largest, then the one with most to keep apart from.
        keys = [(-len(blocks[n]), -len(known.apart[n]), n) for n in self.heavy]
        self.first: NDArray[np.intp] = np.empty(len(keys), dtype=np.intp)
        self.first[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        self.taken: NDArray[np.intp] = np.zeros((len(keys), len(sizes)), dtype=np.intp)
        for n, group in known.lock_of.items():
            self.taken[row[n], [other for other in range(len(sizes)) if other != group]] += 1
        self.room = np.array(sizes, dtype=np.intp)
        self.inside = [0] * len(sizes)
        self.at: dict[int, int] = {}
        self.left = np.ones(len(keys), dtype=bool)
        self.budget = min(nodes, 4 * len(keys) + CELLS // (len(keys) * len(sizes) + 1000))

    def all(self) -> dict[int, int] | None:
        if not self._place_heavy():
            return None
        found = {self.heavy[row]: group for row, group in self.at.items()}
        rooms = [(-int(room), self.rank[group], group) for group, room in enumerate(self.room)]
        heapq.heapify(rooms)
        for n in self.light:  # single pupils without a wish fit wherever there is room
            room, rank, found[n] = rooms[0]
            heapq.heapreplace(rooms, (room + 1, rank, found[n]))
        return found

    def _place_heavy(self) -> bool:
        """Try, and where nothing is left to try go back: a stack of (block, groups still to be tried)."""
        stack: list[tuple[int, list[int]]] = []
        while True:
            self.budget -= 1
            spend(1)
            if self.budget < 0:
                raise NotDecided
            if not self.left.any():
                return True
            stack.append(self._next())
            while not stack[-1][1]:
                stack.pop()
                if not stack:
                    return False
                self._set(stack[-1][0], self.at.pop(stack[-1][0]), -1)
            row, groups = stack[-1]
            self.at[row] = groups.pop(0)
            self._set(row, self.at[row], 1)

    def _next(self) -> tuple[int, list[int]]:
        """The block to place next and the groups to try."""
        free = (self.taken == 0) & (self.room >= self.need[:, None])
        choices = np.where(self.left, free.sum(1), len(self.sizes) + 1)
        row = int(np.argmin(choices * len(self.first) + self.first))
        groups = sorted(map(int, np.flatnonzero(free[row])), key=lambda group: self.rank[group])
        alike = {self.sizes[n]: n for n in reversed(groups) if not self.inside[n] and n not in self.wanted}
        return row, [
            n for n in groups if alike.get(self.sizes[n], n) == n or n in self.wanted or self.inside[n]
        ]

    def _set(self, row: int, group: int, sign: int) -> None:
        """Put a block into a group, or take it out again."""
        self.left[row] = sign < 0
        self.room[group] -= sign * self.need[row]
        self.inside[group] += sign
        self.taken[self.edges[row], group] += sign
