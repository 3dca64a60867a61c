"""The problem as whole numbers kept in floats, below 2⁵³, so that no sum depends on its order."""

from __future__ import annotations

import math

import numpy as np

from cycles.grouping.chance import Chance, Floats, Ints
from cycles.grouping.objective import Terms, terms_of
from cycles.grouping.problem import Problem
from cycles.grouping.wishes import Wishes, place, wishes_of

RULE = 10.0  # what a broken rule costs in the end, in J: no exchange gains as much
APART = 50.0  # pupils who must not meet are never exchanged into one group
BITS = 53  # of a whole number that a float keeps
FINEST = 20  # bits of a pupil's column after the point
MOST_WHOLE = 1 << 16


class Costs:
    """What pupils share (``alike``), whom they should not meet (``meet``), the rules, and who may move.

    ``pull`` [kind of group, pupil, pupil] is what a second pupil adds for a first who sits there; groups of
    equal size are of one kind. ``has`` [rule, pupil] says whom a rule is about, ``breaks`` [rule, count] how
    often it is broken. ``unit`` is one J, ``rule`` the cost of a broken rule in J.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.size = problem, len(problem.pupils)
        self.known = Wishes(wishes_of(problem), problem)
        self.position = {one: n for n, one in enumerate(problem.ids)}
        self.sizes = np.array(problem.sizes)
        terms = terms_of(problem)
        meet, vectors = self._meetings(terms), self._vectors(terms)
        self._scale(problem, swing=self._swing(meet, vectors))
        fine = math.sqrt(self.unit / self.whole)
        rows = np.rint(vectors * fine)
        self.alike: Floats = rows @ rows.T
        for first, second in problem.apart:
            n, m = self.position[first], self.position[second]
            meet[n, m] = meet[m, n] = meet[n, m] + self.apart
        self.meet: Floats = np.rint(meet * fine * fine) * self.whole
        self._by_kind(problem)
        self._rules(problem)
        self._movers()

    def _vectors(self, terms: Terms) -> Floats:
        """A row a pupil: J of the attributes is Σ_g ‖Σ rows‖²/n_g."""
        columns = [
            [value * math.sqrt(term.weight * part / terms.lots) for value in column]
            for term in terms.attributes
            for part, column in term.columns
        ]
        return np.array(columns or [[0.0] * self.size]).T

    def _meetings(self, terms: Terms) -> Floats:
        """What pairs who met before cost when they meet again, in J."""
        meet: Floats = np.zeros((self.size, self.size))
        for first, second, times in self.problem.met:
            n, m = self.position[first], self.position[second]
            cost = times * terms.met_weight / (terms.met_expected or 1.0)
            meet[n, m] += cost
            meet[m, n] += cost
        return meet

    def _swing(self, meet: Floats, vectors: Floats) -> float:
        """More than any exchange of two pupils gains, in J: no group's sum is longer than n of the longest
        row, and two of them change by two rows.
        """
        mates = np.sort(meet, axis=1)[:, -max(self.problem.sizes) :]
        return 16.0 * float((vectors**2).sum(1).max()) + 2.0 * float(mates.sum(1).max())

    def _scale(self, problem: Problem, *, swing: float) -> None:
        """As fine as sums stay exact: rules before the mix, wishes before rules."""
        self.whole = min(math.lcm(*problem.sizes), MOST_WHOLE)
        self.rule = max(RULE, swing)
        self.apart = max(APART, (2 * len(problem.rules) + 1) * self.rule)
        most = math.ceil(self.apart * max(problem.sizes)).bit_length() + self.whole.bit_length() + 1
        self.unit = 4.0 ** min(FINEST, (BITS - most) // 2) * self.whole

    def _by_kind(self, problem: Problem) -> None:
        per_group = np.rint(self.whole / self.sizes)
        kinds = sorted(set(problem.sizes))
        self.kind_of: Ints = np.array([kinds.index(n) for n in problem.sizes])
        self.per_group: Floats = per_group
        each = [per_group[problem.sizes.index(n)] for n in kinds]
        self.pull: Floats = np.stack([2 * one * self.alike + self.meet for one in each])
        diagonal = np.diag(self.alike)
        self.distance: Floats = diagonal[:, None] + diagonal[None, :] - 2 * self.alike

    def _rules(self, problem: Problem) -> None:
        rules = [(rule, holders) for rule in problem.rules if (holders := problem.holders(rule))]
        has = [[one in holders for one in problem.ids] for _rule, holders in rules]
        self.has: Ints = np.array(has, dtype=np.intp).reshape(len(rules), self.size)
        counts = range(max(problem.sizes) + 1)
        breaks = [[float(rule.breaks(n)) for n in counts] for rule, _holders in rules]
        self.breaks: Floats = np.array(breaks).reshape(len(rules), len(counts))

    def _movers(self) -> None:
        blocks = [
            np.array([self.position[one] for one in block], dtype=np.intp)
            for n, block in enumerate(self.known.blocks)
            if n not in self.known.lock_of
        ]
        self.free: Ints = np.array([block[0] for block in blocks if len(block) == 1], dtype=np.intp)
        self.blocks = [block for block in blocks if len(block) > 1]

    def of(self, places: Ints) -> float:
        """J in units, and ``apart`` for each pair that must not meet."""
        same = places[:, None] == places[None, :]
        inside = (self.alike * same).sum(1) * self.per_group[places]
        return float(inside.sum() + (self.meet * same).sum() / 2)

    def broken(self, places: Ints) -> int:
        """How often rules are broken."""
        groups = np.arange(len(self.sizes))
        counts = self.has @ (places[:, None] == groups[None, :]).astype(np.intp)
        return int(np.take_along_axis(self.breaks, counts, 1).sum())

    def start(self, chance: Chance) -> Ints:
        """A partition that keeps every wish, otherwise drawn by lot."""
        at = place(self.known, order=[int(n) for n in chance.order(len(self.sizes))]) or {}
        places: Ints = np.empty(self.size, dtype=np.intp)
        for block, group in at.items():
            places[[self.position[one] for one in self.known.blocks[block]]] = group
        drawn = self.free[chance.order(len(self.free))]
        by_lot = places.copy()
        by_lot[self.free] = places[drawn]
        return places if self._meet(by_lot) else by_lot

    def _meet(self, places: Ints) -> bool:
        """Whether two who keep apart sit in one group."""
        pairs = [[self.position[one] for one in pair] for pair in self.problem.apart]
        first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        return bool((places[first] == places[second]).any())
