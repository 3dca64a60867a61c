"""How well mixed groups are: J is 1 for what drawing lots gives on average, and 0 for groups all alike.

J = Σ w·T/E₀ + w_met·R/E[R], weights scaled to sum to 1, E₀ = N(G−1)/(N−1), over attributes that tell pupils
apart. B(f) = Σ_g n_g·mean_g(f)² is the between-group sum of squares of a column f.

* numeric: T = (1−s)·B(z) + s·B(q); z the standard score (0 where unknown, scaled so that Σz² = N), q = z²
  standardised, s the attribute's spread. Means *and* spreads come out alike (M. Papenberg, "K-plus
  anticlustering", *British Journal of Mathematical and Statistical Psychology* 77, 2024).
* category: Pearson's X² of the table group × level over V − Σp_v; a tag is the one level *has it*.
* met: R counts pairs who sat together before and do again, E[R] its mean over drawing lots.

Every term but the last is Σ_g ‖Σ y‖²/n_g for one vector y a pupil, so that an exchange of two costs O(1), and
since total = between + within, the least B is the most diversity inside the groups. J is a sum over groups.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from cycles.grouping.problem import Attribute, Kind, Problem, Rule, level

NEGLIGIBLE = 1e-12
MET = "met"  # the measure of new partners, beside those of the attributes
Groups = Sequence[Sequence[str]]
Column = list[float]
Broken = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One attribute in J: T = Σ share·B(column). ``weight`` is its share of J, from 0 to 1."""

    attribute: Attribute
    weight: float
    columns: tuple[tuple[float, Column], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """J taken apart. ``lots`` is E₀; ``met_weight`` the share of J that new partners have, 0 for none."""

    attributes: tuple[Term, ...]
    met_weight: float
    met_expected: float
    lots: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One attribute of finished groups, as a share of drawing lots (T/E₀): ``least`` is what whole pupils
    allow, ``least_by_rule`` what they allow when no level may stand alone; ``score`` runs from 0 (drawing
    lots) to 100 (``least``).
    """

    name: str
    weight: float
    value: float
    least: float
    least_by_rule: float

    @property
    def score(self) -> float:
        return share(self.value, self.least)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold in a group: how many pupils the group has of those the rule is about."""

    rule: Rule
    group: int
    count: int

    @property
    def times(self) -> int:
        """How often it counts: once for a lone pupil, once for each pupil above a cap."""
        return self.rule.breaks(self.count)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Finished groups, measured afresh. ``broken`` lists wishes that do not hold: (kind, pupils)."""

    objective: float
    least: float
    measures: tuple[Measure, ...]
    violations: tuple[Violation, ...]
    broken: Broken

    @property
    def score(self) -> float:
        """From 0 (drawing lots, or worse) to 100 (as even as whole pupils allow, attribute by attribute)."""
        return share(self.objective, self.least)

    @property
    def rule_breaks(self) -> int:
        return sum(violation.times for violation in self.violations)


def share(value: float, least: float) -> float:
    """Where a value stands between drawing lots (1 → 0) and the least there can be (→ 100)."""
    if least >= 1 - NEGLIGIBLE:
        return 100.0
    return 100 * min(1.0, max(0.0, (1 - value) / (1 - least)))


def terms_of(problem: Problem) -> Terms:
    """Take J apart. Attributes that do not tell pupils apart drop out, and so does their weight."""
    size, groups = len(problem.pupils), len(problem.sizes)
    found = [
        (one, columns) for one in problem.attributes if one.weight and (columns := _columns(problem, one))
    ]
    met = problem.met_weight if problem.met else 0.0
    total = math.fsum(one.weight for one, _columns in found) + met
    times = math.fsum(times for _first, _second, times in problem.met)
    pairs = sum(n * (n - 1) for n in problem.sizes)
    expected = times * pairs / (size * (size - 1))
    if not expected:
        total, met = total - met, 0.0
    return Terms(
        tuple(Term(one, one.weight / total, columns) for one, columns in found),
        met / total if total else 0.0,
        expected,
        size * (groups - 1) / (size - 1) or 1.0,
    )


def evaluate(problem: Problem, groups: Groups) -> Evaluation:
    """Measure groups (lists of pupil ids, in the order of ``sizes``), whoever made them.

    Written plainly and apart from the search, so that the one checks the other. Raises ValueError where the
    groups do not hold every pupil once.
    """
    terms = terms_of(problem)
    *values, again = _values(problem, groups, terms)
    measures = [
        Measure(
            term.attribute.name,
            term.weight,
            value,
            _least(problem, term) / terms.lots,
            _least(problem, term, keep_company=True) / terms.lots,
        )
        for term, value in zip(terms.attributes, values, strict=True)
    ]
    if terms.met_weight:
        measures.append(Measure(MET, terms.met_weight, again, 0.0, 0.0))
    return Evaluation(
        objective=math.fsum(one.weight * one.value for one in measures),
        least=math.fsum(one.weight * one.least for one in measures),
        measures=tuple(measures),
        violations=tuple(_violations(problem, groups)),
        broken=tuple(_broken(problem, groups)),
    )


def judge(problem: Problem, groups: Groups) -> tuple[Broken, tuple[Violation, ...], float]:
    """What decides between two groupings, in this order: wishes that do not hold, rules broken, J."""
    terms = terms_of(problem)
    weights = [*(term.weight for term in terms.attributes), terms.met_weight]
    values = _values(problem, groups, terms)
    objective = math.fsum(weight * value for weight, value in zip(weights, values, strict=True))
    return tuple(_broken(problem, groups)), tuple(_violations(problem, groups)), objective


def _values(problem: Problem, groups: Groups, terms: Terms) -> list[float]:
    """Each attribute of the groups as a share of drawing lots; last, how many met before and meet again."""
    if sorted(one for group in groups for one in group) != sorted(problem.ids):
        raise ValueError("every pupil has one place")
    position = {one: n for n, one in enumerate(problem.ids)}
    members = [[position[one] for one in group] for group in groups]
    values = [_between(term, members) / terms.lots for term in terms.attributes]
    where = {one: n for n, group in enumerate(groups) for one in group}
    again = math.fsum(times for first, second, times in problem.met if where[first] == where[second])
    return [*values, again / (terms.met_expected or 1.0)]


def _columns(problem: Problem, attribute: Attribute) -> tuple[tuple[float, Column], ...]:
    if attribute.kind is Kind.NUMERIC:
        z = _standardised([_number(pupil.values.get(attribute.name)) for pupil in problem.pupils])
        if z is None:
            return ()
        known = [attribute.name in pupil.values for pupil in problem.pupils]
        squares = [value * value if there else None for value, there in zip(z, known, strict=True)]
        q = _standardised(squares) if attribute.spread else None
        return ((1.0, z),) if q is None else ((1 - attribute.spread, z), (attribute.spread, q))
    levels = _levels(problem, attribute)
    size = len(problem.pupils)
    left = len(levels) - math.fsum(len(holders) / size for holders in levels.values())
    if left <= NEGLIGIBLE:
        return ()
    return tuple((1 / left, _indicator(holders, size)) for _level, holders in sorted(levels.items()))


def _number(value: float | str | None) -> float | None:
    return None if value is None else float(value)


def _indicator(holders: set[int], size: int) -> Column:
    p = len(holders) / size
    return [((1.0 if n in holders else 0.0) - p) / math.sqrt(p) for n in range(size)]


def _levels(problem: Problem, attribute: Attribute) -> dict[str, set[int]]:
    levels: dict[str, set[int]] = {}
    for n, pupil in enumerate(problem.pupils):
        if attribute.kind is Kind.TAG:
            if attribute.name in pupil.tags:
                levels.setdefault("yes", set()).add(n)
        elif attribute.name in pupil.values:
            levels.setdefault(level(pupil.values[attribute.name]), set()).add(n)
    return levels


def _standardised(values: Sequence[float | None]) -> Column | None:
    """Standard scores with Σz² = N, 0 where unknown; None where all known values are equal."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    mean = math.fsum(known) / len(known)
    variance = math.fsum((value - mean) ** 2 for value in known) / len(known)
    if variance <= NEGLIGIBLE:
        return None
    sd = math.sqrt(variance * len(known) / len(values))
    return [0.0 if value is None else (value - mean) / sd for value in values]


def _between(term: Term, members: Sequence[Sequence[int]]) -> float:
    return math.fsum(
        part * math.fsum(math.fsum(column[n] for n in group) ** 2 / len(group) for group in members if group)
        for part, column in term.columns
    )


def _least(problem: Problem, term: Term, *, keep_company: bool = False) -> float:
    """The least T of a category or tag that whole pupils allow, each level for itself; 0 for a number.

    With ``keep_company``, levels under a rule that nobody stands alone have no group with exactly one.
    """
    if term.attribute.kind is Kind.NUMERIC:
        return 0.0
    size = len(problem.pupils)
    levels = _levels(problem, term.attribute)
    left = len(levels) - math.fsum(len(holders) / size for holders in levels.values())
    rules = problem.no_lone if keep_company else ()
    accompanied = {rule.value for rule in rules if rule.attribute == term.attribute.name}
    least = (
        (_least_in_company if name in accompanied else _least_of_level)(len(holders), size, problem.sizes)
        for name, holders in levels.items()
    )
    return math.fsum(least) / left


def _least_of_level(holders: int, size: int, sizes: Sequence[int]) -> float:
    """Least Σ (k − n·p)²/(n·p) over ways to hand ``holders`` out: each to where it costs least, since costs
    are convex.
    """
    p = holders / size
    count = [0] * len(sizes)
    next_cost = [((1 - 2 * n * p) / (n * p), group) for group, n in enumerate(sizes)]
    heapq.heapify(next_cost)
    for _ in range(holders):
        _cost, group = heapq.heappop(next_cost)
        count[group] += 1
        n, k = sizes[group], count[group]
        if k < n:
            heapq.heappush(next_cost, ((2 * k + 1 - 2 * n * p) / (n * p), group))
    return math.fsum((k - n * p) ** 2 / (n * p) for k, n in zip(count, sizes, strict=True))


def _least_in_company(holders: int, size: int, sizes: Sequence[int]) -> float:
    """The same with no k of 1, by dynamic programming over groups; where company cannot be kept at all, as if
    it need not.
    """
    p = holders / size
    best = {0: 0.0}
    for n in sizes:
        grown: dict[int, float] = {}
        for used, cost in best.items():
            for k in range(min(n, holders - used) + 1):
                total = cost + (k - n * p) ** 2 / (n * p)
                if k != 1 and total < grown.get(used + k, math.inf):
                    grown[used + k] = total
        best = grown
    return best[holders] if holders in best else _least_of_level(holders, size, sizes)


def _violations(problem: Problem, groups: Groups) -> list[Violation]:
    found = []
    for rule in problem.rules:
        holders = problem.holders(rule)
        for n, group in enumerate(groups):
            count = len(holders.intersection(group))
            if rule.breaks(count):
                found.append(Violation(rule, n, count))
    return found


def _broken(problem: Problem, groups: Groups) -> list[tuple[str, tuple[str, ...]]]:
    where = {one: n for n, group in enumerate(groups) for one in group}
    broken: list[tuple[str, tuple[str, ...]]] = []
    if [len(group) for group in groups] != list(problem.sizes):
        broken.append(("sizes", ()))
    broken += [("together", wish) for wish in problem.together if len({where[one] for one in wish}) > 1]
    broken += [("apart", pair) for pair in problem.apart if where[pair[0]] == where[pair[1]]]
    broken += [("locked", (one,)) for one, group in problem.locked.items() if where[one] != group]
    return broken
