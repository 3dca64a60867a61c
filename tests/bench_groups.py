"""How close our groups come to the best known, and in what time, beside drawing lots, dealing and descent.

The classes are those in $GROUPING if that folder is there, else invented ones whose best is that of a longer
run. Closeness is 1 for the best known and 0 for what drawing lots gives on average, whatever is broken;
breaks are wishes broken and rules broken beyond those of the best.
"""

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from cycles.grouping import Effort, Kind, Problem, effort_for, form_groups, read
from cycles.grouping.objective import judge
from tests.cycles.grouping.invented import instance

SEEDS = 2
INVENTED = [(24, 4), (30, 5), (33, 5)]

Figure = tuple[str, float, str, float]  # name, value, unit, what it is held against
Groups = list[list[str]]
Key = tuple[int, int, float]


@dataclass(frozen=True)
class Known:
    name: str
    problem: Problem
    rules: int
    objective: float

    def closeness(self, groups: Groups) -> float:
        return (1 - key(self.problem, groups)[2]) / (1 - self.objective)

    def breaks(self, groups: Groups) -> int:
        """Wishes broken, and rules beyond those that the best breaks."""
        broken, rules, _objective = key(self.problem, groups)
        return broken + max(0, rules - self.rules)


def known() -> Iterator[Known]:
    folder = Path(os.environ.get("GROUPING", Path(__file__).resolve().parents[2] / "shared/data/grouping"))
    for path in sorted(folder.glob("instances/*.json")):
        data = json.loads(path.read_text())
        yield Known(path.stem, read(data), data["best"]["rules"], data["best"]["J"])
    if not folder.exists():
        for size, target in INVENTED:
            data: dict[str, Any] = instance(size, seed=size, target=target)
            problem = read(data)
            groups = form_groups(problem, seed=99, effort=effort_for(size, 5))
            _broken, rules, objective = key(problem, groups)
            yield Known(data["name"], problem, rules, objective)


def key(problem: Problem, groups: Groups) -> Key:
    broken, violations, objective = judge(problem, groups)
    return len(broken), sum(one.times for one in violations), objective


def ours(problem: Problem, seed: int) -> Groups:
    return form_groups(problem, seed=seed)


def drawn(problem: Problem, seed: int) -> Groups:
    """By lot."""
    ids = list(problem.ids)
    random.Random(seed).shuffle(ids)
    rest = iter(ids)
    return [[next(rest) for _ in range(size)] for size in problem.sizes]


def dealt(problem: Problem, seed: int) -> Groups:
    """By hand, as teachers do: ranked by the first number, dealt to and fro."""
    number = next(one.name for one in problem.attributes if one.kind is Kind.NUMERIC)
    ranked = sorted(problem.pupils, key=lambda pupil: -float(pupil.values.get(number, 0)))
    groups: Groups = [[] for _ in problem.sizes]
    order: list[int] = []
    for pupil in ranked:
        while not order or len(groups[order[0]]) >= problem.sizes[order[0]]:
            order = order[1:] or sorted(range(len(groups)), reverse=bool(len(groups[0]) % 2))
        groups[order.pop(0)].append(pupil.id)
    return groups


def descended(problem: Problem, seed: int) -> Groups:
    """From lots that keep the wishes, any swap that improves, until none does."""
    return form_groups(problem, seed=seed, effort=Effort(partitions=1, rounds=1))


WAYS: dict[str, Callable[[Problem, int], Groups]] = {
    "drawn": drawn,
    "dealt": dealt,
    "descended": descended,
}


def figures() -> Iterator[Figure]:
    """For each class our closeness and breaks beside those of the other ways, our time beside a descent's."""
    for one in known():
        mean, breaks, took = measured(ours, one)
        for name, way in WAYS.items():
            other, others_breaks, others_time = measured(way, one)
            yield f"groups_closeness_{one.name}_beside_{name}", mean, "share", other
            yield f"groups_breaks_{one.name}_beside_{name}", breaks, "breaks", others_breaks
        yield f"groups_time_{one.name}", took, "s", others_time


def measured(way: Callable[[Problem, int], Groups], one: Known) -> tuple[float, float, float]:
    """Mean closeness, breaks and time of a run."""
    began = time.perf_counter()
    found = [way(one.problem, seed) for seed in range(1, SEEDS + 1)]
    took = (time.perf_counter() - began) / SEEDS
    return fmean(map(one.closeness, found)), fmean(map(one.breaks, found)), took
