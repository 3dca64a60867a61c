"""What cannot be: wishes that no grouping keeps, named before anything is searched.

Cheap and clear reasons are looked for first: chains, locks, cliques. What they do not explain is decided by
an exact search for a place for every block of pupils who stay together; where none exists, wishes are left
out one by one until what remains is a smallest core, each wish of which is needed for the contradiction.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from cycles.grouping.problem import Problem
from cycles.grouping.wishes import NODES, NotDecided, Wish, Wishes, bounded, place, spend, wishes_of

MOST_DROPPED = 4  # wishes of a smallest set looked for; beyond it any minimal set is named
TRIES = 400  # sets of wishes tried for being the smallest to drop
SHORT = 2_000  # nodes for each wish that a core might do without


class Reason(StrEnum):
    TOGETHER_TOO_LARGE = "together_too_large"
    TOGETHER_AND_APART = "together_and_apart"
    LOCK_CONFLICT = "lock_conflict"
    GROUP_OVERFULL = "group_overfull"
    APART_CLIQUE = "apart_clique"
    BLOCKS_DO_NOT_PACK = "blocks_do_not_pack"
    APART_UNCOLOURABLE = "apart_uncolourable"


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why wishes cannot be met: the ``pupils`` concerned and the smallest set of wishes to ``drop``.

    ``pupils`` of a chain stand in its order. ``group`` is the one a lock is about, if any.
    """

    reason: Reason
    pupils: tuple[str, ...]
    drop: tuple[Wish, ...]
    group: int | None = None


def infeasibilities(problem: Problem) -> list[Infeasible]:
    """Every contradiction among the wishes, each with the fewest wishes to drop; [] where all can be met.

    After one is found its ``drop`` is left out and the rest looked at again, so that independent
    contradictions are all named at once. Raises NotDecided where the exact search has to give up before one
    is found.
    """
    wishes = wishes_of(problem)
    found: list[Infeasible] = []
    try:
        with bounded():
            while core := find_core(wishes, problem):
                drop = smallest_drop(core, wishes, problem)
                found.append(Infeasible(core.reason, core.pupils, drop, core.group))
                wishes = [wish for wish in wishes if wish not in drop]
    except NotDecided:
        if not found:
            raise
    return found


@dataclass(frozen=True, slots=True)
class Core:
    """Wishes that contradict each other."""

    reason: Reason
    pupils: tuple[str, ...]
    wishes: tuple[Wish, ...]
    group: int | None = None

    def is_like(self, other: Core) -> bool:
        """Whether it is about the same wishes, or about the same group that is too small."""
        overfull = self.reason is other.reason is Reason.GROUP_OVERFULL and self.group == other.group
        return overfull or bool(set(self.wishes) & set(other.wishes))


def find_core(wishes: Sequence[Wish], problem: Problem) -> Core | None:
    """A contradiction among these wishes, by the clearest reason there is; None where they can be met."""
    spend(len(wishes))
    known = Wishes(wishes, problem)
    for look in (_too_large, _together_and_apart, _lock_conflict, _overfull, _clique):
        if core := look(known):
            return core
    if place(known) is not None:
        return None
    without_apart = [wish for wish in wishes if wish.kind != "apart"]
    if _can_be_met(without_apart, problem) is False:
        return _smallest(without_apart, problem)
    return _smallest(wishes, problem)


def _too_large(known: Wishes) -> Core | None:
    most = max(known.problem.sizes)
    for block in known.blocks:
        if len(block) > most:
            near = block[: most + 1]  # nearest first: these alone are too many already
            ties = known.ties(near)
            needed = tuple(wish for wish in ties if set(wish.pupils) & set(near))
            return Core(Reason.TOGETHER_TOO_LARGE, _chain(near, block, known), needed)
    return None


def _chain(near: tuple[str, ...], block: tuple[str, ...], known: Wishes) -> tuple[str, ...]:
    """The pupils of the chain in the order of the class: the whole of it where it is one short chain."""
    chain = block if len(block) <= len(near) + 3 else near
    return known.in_order(chain)


def _together_and_apart(known: Wishes) -> Core | None:
    for wish in known.wishes:
        if wish.kind == "apart" and known.block_of[wish.pupils[0]] == known.block_of[wish.pupils[1]]:
            pupils, ties = known.path(*wish.pupils)
            return Core(Reason.TOGETHER_AND_APART, pupils, (wish, *ties))
    return None


def _lock_conflict(known: Wishes) -> Core | None:
    return _tied_and_locked_apart(known) or _apart_and_locked_alike(known)


def _tied_and_locked_apart(known: Wishes) -> Core | None:
    """Pupils who stay together, locked to different groups."""
    for block in known.blocks:
        locked = [one for one in block if one in known.locks]
        for first, second in combinations(locked, 2):
            if known.locks[first].group != known.locks[second].group:
                pupils, ties = known.path(first, second)
                return Core(Reason.LOCK_CONFLICT, pupils, (known.locks[first], known.locks[second], *ties))
    return None


def _apart_and_locked_alike(known: Wishes) -> Core | None:
    """Pupils who keep apart, locked to the same group."""
    for wish in known.wishes:
        if wish.kind != "apart":
            continue
        first, second = (known.block_of[one] for one in wish.pupils)
        group = known.lock_of.get(first)
        if group is None or group != known.lock_of.get(second):
            continue
        pupils: list[str] = []
        used = [wish]
        for one in wish.pupils:
            held = next(other for other in known.reached(one) if other in known.locks)
            path, ties = known.path(one, held)
            pupils += path
            used += [known.locks[held], *ties]
        return Core(Reason.LOCK_CONFLICT, tuple(dict.fromkeys(pupils)), tuple(used), group)
    return None


def _overfull(known: Wishes) -> Core | None:
    for group, size in enumerate(known.problem.sizes):
        held = [n for n, at in known.lock_of.items() if at == group]
        held.sort(key=lambda n: -len(known.blocks[n]))
        pupils: list[str] = []
        used: list[Wish] = []
        for n in held:
            block = known.blocks[n]
            pupils += block
            used += [known.locks[one] for one in block if one in known.locks]
            used += known.ties(block)
            if len(pupils) > size:
                ordered = known.in_order(pupils)
                return Core(Reason.GROUP_OVERFULL, ordered, tuple(dict.fromkeys(used)), group)
    return None


def _clique(known: Wishes) -> Core | None:
    """More blocks, each apart from every other, than there are groups."""
    groups = len(known.problem.sizes)
    clique = _clique_of(groups + 1, {n: set(others) for n, others in known.apart.items()})
    if clique is None:
        return None
    used: list[Wish] = []
    pupils: list[str] = []
    for first, second in combinations(sorted(clique), 2):
        wish = known.apart[first][second]
        used.append(wish)
        pupils += wish.pupils
    for n in clique:
        inside = [one for one in known.blocks[n] if one in set(pupils)]
        for one in inside[1:]:
            path, ties = known.path(inside[0], one)
            pupils += path
            used += ties
    return Core(Reason.APART_CLIQUE, known.in_order(pupils), tuple(dict.fromkeys(used)))


def _clique_of(size: int, edges: Mapping[int, set[int]]) -> list[int] | None:
    """A set of this many vertices that all know each other, by branch and bound; None where there is none."""
    budget = NODES

    def grow(chosen: list[int], left: list[int]) -> list[int] | None:
        nonlocal budget
        if len(chosen) == size:
            return chosen
        while len(chosen) + len(left) >= size:
            budget -= 1
            spend(1)
            if budget < 0:
                return None  # the exact search will decide
            vertex = left.pop(0)
            if found := grow([*chosen, vertex], [one for one in left if one in edges[vertex]]):
                return found
        return None

    likely = [n for n in sorted(edges, key=lambda n: (-len(edges[n]), n)) if len(edges[n]) >= size - 1]
    return grow([], likely)


def _smallest(wishes: Sequence[Wish], problem: Problem) -> Core:
    """Leave out what is not needed, from several sides, and keep the core that concerns the fewest pupils."""
    cores = []
    for order in (list(wishes), list(reversed(wishes)), sorted(wishes, key=lambda wish: len(wish.pupils))):
        kept = list(order)
        for wish in order:
            fewer = [one for one in kept if one != wish]
            if _can_be_met(fewer, problem) is False:
                kept = fewer
        cores.append(kept)
    core = min(cores, key=lambda kept: (len({one for wish in kept for one in wish.pupils}), len(kept)))
    apart = any(wish.kind == "apart" for wish in core)
    reason = Reason.APART_UNCOLOURABLE if apart else Reason.BLOCKS_DO_NOT_PACK
    pupils = Wishes(core, problem).in_order(one for wish in core for one in wish.pupils)
    return Core(reason, pupils, tuple(core))


def smallest_drop(core: Core, wishes: Sequence[Wish], problem: Problem) -> tuple[Wish, ...]:
    """The fewest wishes without which a contradiction is gone: one of each core that is left, branching.

    What else is wrong among the ``wishes`` is named by itself and does not count here.
    """
    inside = {one for wish in core.wishes for one in wish.pupils}
    held = {wish.group for wish in core.wishes} - {None}
    near = [wish for wish in wishes if inside.intersection(wish.pupils) or wish.group in held]
    tries = max(40, TRIES * 60 // max(60, len(near)))
    queue: deque[tuple[tuple[Wish, ...], Sequence[Wish]]] = deque([((), core.wishes)])
    first: tuple[Wish, ...] = ()
    while queue and tries > 0:
        dropped, needed = queue.popleft()
        likely = sorted(needed, key=lambda wish: (wish.kind == "together", -_contradictions(wish, near)))
        for wish in likely:
            gone = (*dropped, wish)
            tries -= 1
            try:
                other = find_core([one for one in near if one not in gone], problem)
            except NotDecided:
                continue
            if other is None or not core.is_like(other):
                return gone
            if len(gone) < MOST_DROPPED:
                queue.append((gone, other.wishes))
            first = gone if len(gone) > len(first) else first
    return _any_drop(first, near, problem)


def _any_drop(dropped: tuple[Wish, ...], wishes: Sequence[Wish], problem: Problem) -> tuple[Wish, ...]:
    """Go on dropping until the rest can be met, then take back what need not go."""
    gone = list(dropped)
    while core := find_core([wish for wish in wishes if wish not in gone], problem):
        gone.append(core.wishes[0])
    for wish in list(gone):
        rest = [one for one in gone if one != wish]
        if _can_be_met([one for one in wishes if one not in rest], problem):
            gone = rest
    return tuple(gone)


def _contradictions(wish: Wish, wishes: Sequence[Wish]) -> int:
    """How many wishes share a pupil with this one: the more, the likelier its end ends the contradiction."""
    return sum(1 for other in wishes if set(other.pupils) & set(wish.pupils))


def _can_be_met(wishes: Sequence[Wish], problem: Problem) -> bool | None:
    """None where that could not be told in a short time."""
    known = Wishes(wishes, problem)
    if any(look(known) for look in (_too_large, _together_and_apart, _lock_conflict, _overfull)):
        return False
    try:
        return place(known, nodes=SHORT) is not None
    except NotDecided:
        return None
