"""How good the groups are at best: set partitioning over every group that is allowed, with HiGHS.

J, rules and wishes are sums over groups, so a grouping is a choice of groups that covers everybody once. All
allowed groups are listed, one column each; the linear relaxation is solved by column generation (P. Gilmore
and R. Gomory, *Operations Research* 9, 1961) and bounds every grouping from below. Columns whose reduced cost
is above the distance to the groups at hand cannot be in a better grouping and are left out; over the rest
HiGHS decides. Rules come before the mix: first that fewer breaks are impossible, then that no better mix is
possible.

Time is a bound here, not a promise of the same answer: a proof is a fact however long it took.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import highspy
import numpy as np

from cycles.grouping.chance import Floats, Ints
from cycles.grouping.columns import CHUNK, Columns, TooLarge
from cycles.grouping.objective import judge
from cycles.grouping.problem import Problem

__all__ = ["Proof", "TooLarge", "least_breaks", "prove"]

MOST_PATTERNS = 50_000
ADDED = 3_000  # columns a round of pricing brings in at most
HANDFUL = 150_000  # columns HiGHS is asked to decide over at most
FEW = 20_000  # columns it can begin anew with, again and again
ORDERS = 5  # in which HiGHS looks, one after the other
EXACT = 1e-7  # in J: differences below are rounding

Tell = Callable[[str, float], None]
"""Told the step (``listing``, ``rules``, ``bounding``, ``deciding``) and how far all is, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is certain. No grouping with as few broken rules has a J below ``bound``; with ``rules_proven``
    none breaks fewer. ``better`` holds groups that are, where some were found; ``best`` says that the bound
    is reached by them, or else by the groups asked about.
    """

    best: bool
    bound: float
    objective: float
    rules_proven: bool
    better: list[list[str]] | None = None

    @property
    def could_gain(self) -> float:
        """How much better another grouping could be at most: a share of the way from drawing lots."""
        if self.best:
            return 0.0
        return max(0.0, (self.objective - self.bound) / (1 - self.bound)) if self.bound < 1 else 0.0


def prove(
    problem: Problem, groups: Sequence[Sequence[str]], *, seconds: float = 50, tell: Tell = lambda *_: None
) -> Proof:
    """Say how much better than these groups any could be, within about ``seconds``.

    The groups must keep every wish. Raises TooLarge where the class is too large to list its groups.
    """
    until = time.monotonic() + seconds
    broken, _violations, objective = judge(problem, groups)
    if broken:
        raise ValueError("the groups do not keep the wishes")
    breaks = _times(problem, groups)
    tell("listing", 0.02)
    columns = Columns(problem)
    better, rules_proven = _fewest_breaks(columns, breaks, until, tell) if breaks else (None, True)
    if better is not None:
        breaks, objective = _times(problem, better), judge(problem, better)[2]
    tell("bounding", 0.3)
    master = _Master(columns, breaks)
    bound = master.relax(until)
    if bound < objective - EXACT and master.finished:
        tell("deciding", 0.5)
        chosen, bound = master.decide(objective, until, lambda share: tell("deciding", 0.5 + share / 2))
        if chosen is not None:
            better = columns.groups(chosen)
            objective = judge(problem, better)[2]
    bound = min(max(0.0, bound), objective)
    best = rules_proven and bound >= objective - EXACT
    return Proof(best, bound, objective, rules_proven, better)


def _times(problem: Problem, groups: Sequence[Sequence[str]]) -> int:
    """How often the groups break rules."""
    return sum(violation.times for violation in judge(problem, groups)[1])


def _fewest_breaks(
    columns: Columns, breaks: int, until: float, tell: Tell
) -> tuple[list[list[str]] | None, bool]:
    """Groups that break fewer rules, if any were found; and whether it is certain that none break fewer."""
    tell("rules", 0.1)
    least, found = least_breaks(columns.problem), None
    while breaks > least:
        master = _Master(columns, breaks - 1)
        bound = master.relax(until)
        if not master.finished or bound == math.inf:
            return found, master.finished
        chosen, bound = master.decide(math.inf, until, lambda share: tell("rules", 0.1 + share / 5))
        if chosen is None:
            return found, bound == math.inf
        found = columns.groups(chosen)
        breaks = _times(columns.problem, found)
    return found, True


def least_breaks(problem: Problem) -> int:
    """How often rules must be broken whatever the wishes: pupils alike for every rule are as good as each
    other, so it is enough to say how many of each kind a group has. 0 where that could not be told.
    """
    holders = [problem.holders(rule) for rule in problem.rules]
    kinds = Counter(tuple(one in each for each in holders) for one in problem.ids)
    names = sorted(kinds)
    sizes = sorted(set(problem.sizes))
    if any(math.comb(len(names) + size - 1, size) > MOST_PATTERNS for size in sizes):
        return 0
    model = _quiet()
    for count in [*(kinds[name] for name in names), *(problem.sizes.count(size) for size in sizes)]:
        model.addRow(count, count, 0, np.array([], dtype=np.int32), np.array([]))
    for at, size in enumerate(sizes, start=len(names)):
        for used, breaks in _patterns(problem, names, kinds, size):
            rows, values = np.array([*used, at], dtype=np.int32), np.array([*map(float, used.values()), 1.0])
            model.addCol(breaks, 0, highspy.kHighsInf, len(rows), rows, values)
    _whole_numbers(model, model.getNumCol())
    model.setOptionValue("time_limit", 10.0)
    model.run()
    bound = model.getInfo().mip_dual_bound
    return max(0, math.ceil(bound - 1e-6)) if math.isfinite(bound) else 0


def _patterns(
    problem: Problem, names: Sequence[tuple[bool, ...]], kinds: Counter[tuple[bool, ...]], size: int
) -> Iterator[tuple[Counter[int], int]]:
    """How many of each kind of pupils a group of this size can have, and how many rules that breaks."""
    for pattern in combinations_with_replacement(range(len(names)), size):
        used = Counter(pattern)
        if all(count <= kinds[names[n]] for n, count in used.items()):
            counts = [sum(names[n][place] for n in pattern) for place in range(len(problem.rules))]
            yield used, sum(rule.breaks(n) for rule, n in zip(problem.rules, counts, strict=True))


class _Master:
    """Cover every pupil once, with as many groups of each kind as there are and so many breaks at most."""

    def __init__(self, columns: Columns, breaks: int) -> None:
        self.columns, self.cost, self.most = columns, columns.cost, breaks
        self.allowed: Ints = np.flatnonzero(columns.breaks <= breaks)
        self.pupils = len(columns.problem.pupils)
        self.finished = False

    def relax(self, until: float) -> float:
        """The least cost in the linear relaxation: no grouping costs less. Infinite where there is none at
        all, 0 where time ran out before that was known.
        """
        model = _quiet()
        self._rows(model)
        rows = self.pupils + len(self.columns.kinds)
        dearest = len(self.columns.problem.sizes) * float(self.cost.max(initial=0.0))  # that groups can be
        dear = 1000 * (1 + dearest)
        for row in range(rows):  # a dear stand-in for each, so that there is always an answer to go on from
            model.addCol(dear, 0, highspy.kHighsInf, 1, np.array([row], dtype=np.int32), np.array([1.0]))
        self.inside: Ints = np.empty(0, dtype=np.intp)
        self._bring_in(model, self.allowed[np.argsort(self.cost[self.allowed], kind="stable")[:ADDED]])
        while True:
            model.run()
            if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return 0.0
            solution = model.getSolution()
            reduced = self._reduced(np.array(solution.row_dual))
            worth = np.flatnonzero(reduced < -EXACT / 10)
            if not len(worth):
                self.finished = True
                # Safe against rounding: as if every group were as much below 0 as the worst.
                slack = len(self.columns.problem.sizes) * float(min(0.0, reduced.min(initial=0.0)))
                self.reduced, self.bound = reduced, model.getInfo().objective_function_value + slack
                return math.inf if self.bound > dearest + EXACT else self.bound
            if time.monotonic() > until:
                return 0.0
            worth = worth[np.argsort(reduced[worth], kind="stable")[:ADDED]]
            self._bring_in(model, self.allowed[worth])

    def decide(self, known: float, until: float, tell: Callable[[float], None]) -> tuple[Ints | None, float]:
        """The cheapest grouping if it costs less than ``known``, and what none costs less than (``known``
        itself where there is none).

        The order in which HiGHS looks decides more than anything how long it takes, by factors of ten; so it
        is given a part of the time and begins anew in another order, rather than all of it in one.
        """
        near = self.allowed[self.reduced <= known - self.bound + EXACT]
        if len(near) > HANDFUL:
            return None, self.bound
        began, bound, best = time.monotonic(), self.bound, None
        orders = ORDERS if len(near) <= FEW else 1
        for order in range(1, orders + 1):
            left = until - time.monotonic()
            if left <= 0:
                break
            model = self._choice(near, known, max(0.5, left / (orders - order + 1)), order)
            model.cbMipInterrupt += lambda event: tell(min(1.0, (time.monotonic() - began) / (until - began)))
            model.run()
            status, info = model.getModelStatus(), model.getInfo()
            if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kObjectiveBound}:
                return best, known
            value = info.objective_function_value
            found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
            if found and value < known - EXACT:
                known, best = value, near[np.array(model.getSolution().col_value) > 0.5]
            if math.isfinite(info.mip_dual_bound):
                bound = max(bound, min(info.mip_dual_bound, known))
            if status == highspy.HighsModelStatus.kOptimal:
                break
        return best, bound

    def _choice(self, near: Ints, known: float, seconds: float, order: int) -> Any:
        model = _quiet(order)
        self._rows(model)
        self._add(model, near, most=1)
        _whole_numbers(model, len(near))
        model.setOptionValue("time_limit", seconds)
        if len(near) > FEW:
            model.setOptionValue("presolve", "off")  # it would not look at the time
        model.setOptionValue("mip_rel_gap", 0.0)
        model.setOptionValue("mip_abs_gap", EXACT / 10)
        if math.isfinite(known):
            model.setOptionValue("objective_bound", known)  # nothing dearer is looked for
        return model

    def _rows(self, model: Any) -> None:
        none = np.array([], dtype=np.int32)
        for _pupil in range(self.pupils):
            model.addRow(1, 1, 0, none, np.array([]))
        for _size, groups in self.columns.kinds:
            model.addRow(len(groups), len(groups), 0, none, np.array([]))
        model.addRow(-highspy.kHighsInf, self.most, 0, none, np.array([]))

    def _bring_in(self, model: Any, chosen: Ints) -> None:
        new = np.setdiff1d(chosen, self.inside)
        self.inside = np.concatenate([self.inside, new])
        self._add(model, new)  # the rows keep a column to one; a bound would hide what it is worth

    def _add(self, model: Any, chosen: Ints, most: float = highspy.kHighsInf) -> None:
        members = self.columns.members[chosen]
        kinds = self.pupils + self.columns.kind[chosen].astype(np.int32)
        last = self.pupils + len(self.columns.kinds)
        rows = np.column_stack([members.astype(np.int32), kinds, np.full(len(chosen), last, dtype=np.int32)])
        values = np.ones(rows.shape)
        values[:, -1] = self.columns.breaks[chosen]
        used = (rows >= 0) & (values != 0)
        starts = np.concatenate([[0], used.sum(1).cumsum()[:-1]]).astype(np.int32)
        count = len(chosen)
        model.addCols(
            count,
            self.cost[chosen],
            np.zeros(count),
            np.full(count, most),
            int(used.sum()),
            starts,
            rows[used].astype(np.int32),
            values[used],
        )

    def _reduced(self, duals: Floats) -> Floats:
        """What each allowed column would add, less what its rows are worth."""
        worth = np.append(duals[: self.pupils], 0.0)  # the padding −1 finds the 0 at the end
        found = np.empty(len(self.allowed))
        for begin in range(0, len(self.allowed), CHUNK):
            part = self.allowed[begin : begin + CHUNK]
            rows = worth[self.columns.members[part]].sum(1)
            rows += duals[self.pupils + self.columns.kind[part].astype(np.intp)]
            rows += duals[-1] * self.columns.breaks[part]
            found[begin : begin + CHUNK] = self.cost[part] - rows
        return found


def _whole_numbers(model: Any, columns: int) -> None:
    """None of the columns can be chosen in part."""
    kinds = np.full(columns, highspy.HighsVarType.kInteger)
    model.changeColsIntegrality(columns, np.arange(columns, dtype=np.int32), kinds)


def _quiet(order: int = 1) -> Any:
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", order)
    return model
