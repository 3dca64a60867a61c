"""Finds the groups: annealing of exchanges, many partitions side by side, then descent until no swap helps.

All partitions are annealed at once, as rows of arrays. In a round each free pupil meets one other at random;
where they sit in different groups their exchange is weighed in every partition, and taken with the
probability of Metropolis (N. Metropolis et al., *Journal of Chemical Physics* 21, 1953). Exchanges of one
round that would touch the same group of a partition wait. Blocks of pupils who stay together move whole,
against as many others.

The same seed and effort give the same groups on every machine: costs are whole numbers, and work is bounded
by rounds, never by a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cycles.grouping.chance import Chance, Floats, Ints
from cycles.grouping.costs import Costs
from cycles.grouping.objective import judge
from cycles.grouping.problem import Problem
from cycles.grouping.wishes import Wishes, place, wishes_of

ALGORITHM = "annealing-1"

CLASS = 60  # pupils; above that it is a grade, which takes longer
TUNED = 30  # pupils of the classes that the next three were tuned on; larger ones are cooled further
HOT, COLD = 0.012, 0.0012  # temperatures, in J
RULE_FIRST, RULE_LAST = 0.1, 1.0  # what a broken rule costs while annealing, in J: low enough to pass through
SETTLING = 50  # tournaments at most until nothing moves; a handful is usual


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried: partitions side by side, and rounds of each."""

    partitions: int
    rounds: int


def effort_for(pupils: int, seconds: float | None = None) -> Effort:
    """The effort that takes about half of ``seconds`` on one core of an ordinary machine; unless told, a
    second is given to a class and five to a grade.

    Chosen by counting, so that the machine's speed decides when the groups are there, not which they are.
    """
    seconds = (1.0 if pupils <= CLASS else 5.0) if seconds is None else seconds
    partitions = max(4, min(64, round((1920 if pupils <= CLASS else 1200) / pupils)))
    microseconds = 120 + 0.17 * partitions * pupils
    return Effort(partitions, max(100, round(seconds * 0.33e6 / microseconds)))


def form_groups(problem: Problem, *, seed: int, effort: Effort | None = None) -> list[list[str]]:
    """Groups of pupil ids in the order of ``problem.sizes``: every wish holds, then as few rules are broken
    as can be, then J is as low as can be.

    Wishes must be feasible (``infeasibilities``); ValueError where they are not, NotDecided where that
    cannot be told in time.
    """
    start = place(Wishes(wishes_of(problem), problem))
    if start is None:
        raise ValueError("the wishes cannot all be met")
    if len(problem.sizes) == 1:
        return [sorted(problem.ids)]
    annealing = _Annealing(Costs(problem), seed, effort or effort_for(len(problem.pupils)))
    annealing.run()
    found = [_named(problem, one) for one in annealing.best_few()]
    return min(found, key=lambda groups: _key(problem, groups))


def _named(problem: Problem, places: Ints) -> list[list[str]]:
    ids = problem.ids
    return [sorted(ids[n] for n in np.flatnonzero(places == group)) for group in range(len(problem.sizes))]


def _key(problem: Problem, groups: Sequence[Sequence[str]]) -> tuple[int, int, float]:
    """What decides in the end, measured afresh and by other code than the search's."""
    broken, violations, objective = judge(problem, groups)
    return len(broken), sum(violation.times for violation in violations), objective


def _between(first: float, last: float, done: float) -> float:
    """Geometric steps from first to last, rounded so that no machine's powers decide."""
    return round(first * (last / first) ** done * 2**30) / 2**30


def _tournament(pupils: Ints) -> list[tuple[Ints, Ints]]:
    """Rounds in which everybody meets everybody once (the circle method)."""
    circle = [*pupils.tolist(), -1] if len(pupils) % 2 else pupils.tolist()
    half = len(circle) // 2
    rounds = []
    for _ in range(len(circle) - 1):
        pairs = zip(circle[:half], circle[: half - 1 : -1], strict=True)
        met = np.array([pair for pair in pairs if -1 not in pair], dtype=np.intp).reshape(-1, 2)
        rounds.append((met[:, 0], met[:, 1]))
        circle.insert(1, circle.pop())
    return rounds


class _Annealing:
    """Partitions as rows of ``places``; ``pull`` [partition, group, pupil] is what a pupil's sitting there
    adds to the cost, but for their own part; ``counts`` [partition, rule, group] is who a rule is about.
    """

    def __init__(self, model: Costs, seed: int, effort: Effort) -> None:
        self.model, self.effort = model, effort
        self.chance = Chance(seed)
        self._begin(np.stack([model.start(self.chance) for _ in range(effort.partitions)]))

    def _begin(self, places: Ints) -> None:
        """Take these partitions up, counted afresh; each is the best of its row so far."""
        model = self.model
        self.places, self.best_places = places, places.copy()
        self.row: Ints = np.arange(len(places))
        self.best: Floats = np.full(len(places), np.inf)
        seated = (places[:, :, None] == np.arange(len(model.sizes))).astype(float)
        self.pull: Floats = np.empty((len(places), len(model.sizes), model.size))
        for kind, pull in enumerate(model.pull):
            mine = np.flatnonzero(model.kind_of == kind)
            self.pull[:, mine] = np.ascontiguousarray(seated[:, :, mine].transpose(0, 2, 1)) @ pull
        self.counts: Ints = model.has @ seated.astype(np.intp)
        self.cost: Floats = np.array([model.of(one) for one in places])
        self.broken: Floats = np.array([float(model.broken(one)) for one in places])
        # Flat positions, so that one gather finds a number: the row's beginning in each array.
        groups, rules = len(model.sizes), len(model.has)
        self.at_pull: Ints = self.row[:, None] * groups * model.size
        self.at_counts: Ints = (self.row[:, None] * rules + np.arange(rules))[:, :, None] * groups
        self.at_breaks: Ints = np.arange(rules)[None, :, None] * model.breaks.shape[1]

    def run(self) -> None:
        """Cool down; then take only what does not worsen, with rules at their full weight."""
        model, rounds = self.model, self.effort.rounds
        small = min(1.0, TUNED / model.size)
        every = 2 if model.size <= CLASS else 6
        for n in range(rounds):
            done = n / rounds
            heat = _between(HOT * small, COLD * small**1.5, done) * model.unit
            rule = _between(RULE_FIRST * small, RULE_LAST, done) * model.unit
            self._round(n, heat, rule)
            if model.blocks and n % every == 0:
                self._move_block(model.blocks[n // every % len(model.blocks)], heat, rule)
            if 2 * n > rounds:
                self._keep_best()
        self._settle()
        self._keep_best()
        self._begin(np.stack(self.best_few()))  # some were better on the way than where they ended
        self._settle()
        self._keep_best()

    def _settle(self) -> None:
        """Let every two free pupils meet once, as in a tournament, again and again until no exchange helps
        in any partition: each is then a local optimum, rules first. A grade stops when its effort is spent.
        """
        rule = self.model.rule * self.model.unit
        meetings = _tournament(self.model.free)
        most = SETTLING if self.model.size <= CLASS else 1 + self.effort.rounds // (2 * self.model.size)
        for _ in range(most):
            if not sum(self._exchange(first, second, 0.0, rule) for first, second in meetings):
                return

    def best_few(self, most: int = 6) -> list[Ints]:
        """The best partitions of all rows, best first."""
        ranked = np.argsort(self.best, kind="stable")[:most]
        return [self.best_places[n] for n in ranked]

    def _keep_best(self) -> None:
        key = self.cost + self.broken * (self.model.rule * self.model.unit)
        better = key < self.best
        if better.any():
            self.best[better] = key[better]
            self.best_places[better] = self.places[better]

    def _round(self, n: int, heat: float, rule: float) -> None:
        free = self.model.free
        if len(free) < 2:
            return
        if n % 256 == 0:
            self.meetings = free[self.chance.orders(256, len(free))]
        half = len(free) // 2
        met = self.meetings[n % 256]
        self._exchange(met[:half], met[half : 2 * half], heat, rule)

    def _exchange(self, first: Ints, second: Ints, heat: float, rule: float) -> int:
        """Weigh the exchange of each pair in every partition, and take those that chance allows; how many."""
        a, b = self.places[:, first], self.places[:, second]
        worse = self._worsening(first, second, a, b)
        more = self._more_breaks(first, second, a, b) if len(self.model.has) else None
        total = worse if more is None else worse + rule * more
        taken = (total <= np.rint(heat * self.chance.thresholds(total.shape))) & (a != b)
        if heat == 0:
            taken &= total < 0
        rows, columns = np.nonzero(taken)
        alone = self._alone(rows, a[rows, columns], b[rows, columns])
        rows, columns = rows[alone], columns[alone]
        if len(rows):
            self.cost += np.bincount(rows, worse[rows, columns], len(self.row))
            if more is not None:
                self.broken += np.bincount(rows, more[rows, columns], len(self.row))
            self._swap(rows, first[columns], second[columns])
        return len(rows)

    def _worsening(self, first: Ints, second: Ints, a: Ints, b: Ints) -> Floats:
        """What each exchange adds to the cost of each partition, where they sit in groups ``a`` and ``b``."""
        model, pull = self.model, self.pull.ravel()
        row_a, row_b = self.at_pull + a * model.size, self.at_pull + b * model.size
        worse = pull[row_a + second] - pull[row_a + first] + pull[row_b + first] - pull[row_b + second]
        own = model.distance[first, second]
        worse += (model.per_group[a] + model.per_group[b]) * own - 2 * model.meet[first, second]
        return worse

    def _more_breaks(self, first: Ints, second: Ints, a: Ints, b: Ints) -> Floats:
        """How many more rules each exchange breaks. Wrong for a pair in one group, which is not taken."""
        model = self.model
        step = (model.has[:, second] - model.has[:, first])[None, :, :]
        counts, breaks = self.counts.ravel(), model.breaks.ravel()
        in_a, in_b = counts[self.at_counts + a[:, None]], counts[self.at_counts + b[:, None]]
        in_a += self.at_breaks
        in_b += self.at_breaks
        last = len(breaks) - 1  # a pair in one group could look beyond the table
        after_a = np.minimum(np.maximum(in_a + step, 0), last)  # np.clip is several times dearer here
        after_b = np.minimum(np.maximum(in_b - step, 0), last)
        return (breaks[after_a] + breaks[after_b] - breaks[in_a] - breaks[in_b]).sum(1)

    def _alone(self, rows: Ints, a: Ints, b: Ints) -> NDArray[np.bool_]:
        """Of exchanges between groups ``a`` and ``b`` of partitions, the first to touch each of them."""
        groups = len(self.model.sizes)
        from_a, from_b = rows * groups + a, rows * groups + b
        order = np.arange(len(rows))
        owner: Ints = np.empty(len(self.row) * groups, dtype=np.intp)
        owner[np.concatenate([from_a[::-1], from_b[::-1]])] = np.concatenate([order[::-1], order[::-1]])
        return (owner[from_a] == order) & (owner[from_b] == order)

    def _swap(self, rows: Ints, first: Ints, second: Ints) -> None:
        """Exchange two pupils in each of these partitions; a group of a partition occurs once at most."""
        model = self.model
        a, b = self.places[rows, first], self.places[rows, second]
        self.places[rows, first], self.places[rows, second] = b, a
        kind_a, kind_b = model.kind_of[a], model.kind_of[b]
        self.pull[rows, a] += model.pull[kind_a, second] - model.pull[kind_a, first]
        self.pull[rows, b] += model.pull[kind_b, first] - model.pull[kind_b, second]
        if len(model.has):
            step = (model.has[:, second] - model.has[:, first]).T
            self.counts[rows, :, a] += step
            self.counts[rows, :, b] -= step

    def _move_block(self, block: Ints, heat: float, rule: float) -> None:
        """Exchange pupils who stay together against as many others, in every partition."""
        others = [one for one in self.model.blocks if len(one) == len(block) and one[0] != block[0]]
        singles = len(self.model.free) >= len(block)
        if others and (not singles or self.chance.below(4) == 0):
            other = others[self.chance.below(len(others))]
            partners = np.broadcast_to(other, (len(self.row), 1, len(other)))
            self._offer(block, partners, self.places[:, other[:1]], heat, rule)
        elif singles:
            partners, groups = self._partners(len(block))
            self._offer(block, partners, groups, heat, rule)

    def _partners(self, size: int) -> tuple[Ints, Ints]:
        """For each partition and group ``size`` of its free pupils by lot, and the group: −1 if it has
        fewer.
        """
        groups = np.arange(len(self.model.sizes))
        drawn = self.model.free[self.chance.order(len(self.model.free))]
        seats = self.places[:, drawn]
        by_group = np.argsort(seats, axis=1, kind="stable")
        count = (seats[:, :, None] == groups).sum(1)
        begin = count.cumsum(1) - count
        chosen = np.minimum(begin[:, :, None] + np.arange(size), len(drawn) - 1)
        partners: Ints = drawn[by_group[self.row[:, None, None], chosen]]
        return partners, np.where(count >= size, groups, -1)

    def _offer(self, block: Ints, partners: Ints, b: Ints, heat: float, rule: float) -> None:
        """Weigh exchanging a block with each offer [partition, offer, pupil] in group ``b`` [partition,
        offer]; of those that chance allows take any.
        """
        a = self.places[:, block[:1]]
        worse = self._worsening_of_block(block, partners, a, b)
        more = self._more_breaks_of_block(block, partners, a, b)
        allowed = worse + rule * more <= np.rint(heat * self.chance.thresholds(worse.shape))
        allowed &= (b != a) & (b >= 0)
        rows = np.flatnonzero(allowed.any(1))
        order = self.chance.order(allowed.shape[1])
        offer = order[allowed[rows][:, order].argmax(1)]
        self.cost[rows] += worse[rows, offer]
        self.broken[rows] += more[rows, offer]
        for n, one in enumerate(block):
            self._swap(rows, np.full(len(rows), one), partners[rows, offer, n])

    def _worsening_of_block(self, block: Ints, partners: Ints, a: Ints, b: Ints) -> Floats:
        model, row = self.model, self.row[:, None, None]
        in_a, in_b = a[:, :, None], b[:, :, None]
        there = self.pull[row, in_b, block] - self.pull[row, in_a, block]
        here = self.pull[row, in_a, partners] - self.pull[row, in_b, partners]
        inside = np.ix_(block, block)
        each = [partners[:, :, n] for n in range(len(block))]

        def own(of: Floats) -> Floats:
            alone = (of.diagonal() - 2 * of[block].sum(0))[partners].sum(2)
            for first, second in combinations(each, 2):
                alone += 2 * of[first, second]
            return of[inside].sum() + alone

        worse: Floats = (there + here).sum(2) + own(model.meet)
        worse += (model.per_group[a] + model.per_group[b]) * own(model.alike)
        return worse

    def _more_breaks_of_block(self, block: Ints, partners: Ints, a: Ints, b: Ints) -> Floats:
        row = self.row[:, None]
        more: Floats = np.zeros(b.shape)
        for n, breaks in enumerate(self.model.breaks):
            has, last = self.model.has[n], len(breaks) - 1
            step = sum(has[partners[:, :, place]] for place in range(len(block))) - has[block].sum()
            in_a, in_b = self.counts[row, n, a], self.counts[row, n, b]
            # An offer that cannot be taken comes out wrong here; keep its look-up inside the table.
            more += breaks[np.minimum(np.maximum(in_a + step, 0), last)]
            more += breaks[np.minimum(np.maximum(in_b - step, 0), last)]
            more -= breaks[in_a] + breaks[in_b]
        return more
