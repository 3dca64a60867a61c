"""Why a grouping is as it is, as facts: who is in a group, what held it, what it breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from cycles.grouping.objective import Violation, evaluate
from cycles.grouping.problem import Kind, Problem, level
from cycles.grouping.wishes import Wish, wishes_of

THIRDS = ("high", "middle", "low")


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """One group.

    ``thirds``: numeric attribute → how many of its pupils are in the class's high, middle and low third (and
    ``unknown``); ``means``: the group's mean and the class's; ``levels``: category → level → pupils counted
    (with ``""`` for unknown); ``tagged``: tag → pupils; ``again``: pairs who sat together before; ``wishes``:
    those that put these pupils here; ``broken``: rules that do not hold in it.
    """

    group: int
    pupils: tuple[str, ...]
    thirds: Mapping[str, Mapping[str, int]]
    means: Mapping[str, tuple[float, float]]
    levels: Mapping[str, Mapping[str, int]]
    tagged: Mapping[str, tuple[str, ...]]
    again: tuple[tuple[str, str], ...]
    wishes: tuple[Wish, ...]
    broken: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """One pupil: ``thirds`` and ``levels`` by attribute, where known; ``again``: who sat with them before and
    does again; ``wishes``: those about them.
    """

    pupil: str
    group: int
    thirds: Mapping[str, str]
    levels: Mapping[str, str]
    tags: tuple[str, ...]
    again: tuple[str, ...]
    wishes: tuple[Wish, ...]


def explain(problem: Problem, groups: Sequence[Sequence[str]]) -> list[GroupFacts]:
    """The facts of each group, in the order of the groups."""
    numeric = _names(problem, Kind.NUMERIC)
    third_of = {name: thirds(problem, name) for name in numeric}
    violations = evaluate(problem, groups).violations
    wishes = wishes_of(problem)
    return [
        GroupFacts(
            group=n,
            pupils=tuple(group),
            thirds={name: Counter(third_of[name].get(one, "unknown") for one in group) for name in numeric},
            means={name: found for name in numeric if (found := _means(problem, name, group))},
            levels=_levels(problem, group),
            tagged=_tagged(problem, group),
            again=tuple((a, b) for a, b, times in problem.met if times and a in group and b in group),
            wishes=tuple(wish for wish in wishes if _concerns(wish, group)),
            broken=tuple(violation for violation in violations if violation.group == n),
        )
        for n, group in enumerate(groups)
    ]


def explain_pupils(problem: Problem, groups: Sequence[Sequence[str]]) -> list[PupilFacts]:
    """The facts of each pupil, group by group."""
    pupils = {pupil.id: pupil for pupil in problem.pupils}
    third_of = {name: thirds(problem, name) for name in _names(problem, Kind.NUMERIC)}
    categories = _names(problem, Kind.CATEGORY)
    before: dict[str, list[str]] = {one: [] for one in problem.ids}
    for first, second, times in problem.met:
        if times:
            before[first].append(second)
            before[second].append(first)
    wishes: dict[str, list[Wish]] = {one: [] for one in problem.ids}
    for wish in wishes_of(problem):
        for one in wish.pupils:
            wishes[one].append(wish)
    return [
        PupilFacts(
            pupil=one,
            group=n,
            thirds={name: third[one] for name, third in third_of.items() if one in third},
            levels={
                name: level(pupils[one].values[name]) for name in categories if name in pupils[one].values
            },
            tags=tuple(sorted(pupils[one].tags)),
            again=tuple(other for other in dict.fromkeys(before[one]) if other in group),
            wishes=tuple(wishes[one]),
        )
        for n, group in enumerate(groups)
        for one in group
    ]


def _names(problem: Problem, kind: Kind) -> list[str]:
    return [one.name for one in problem.attributes if one.kind is kind]


def _levels(problem: Problem, group: Sequence[str]) -> dict[str, Mapping[str, int]]:
    values = {pupil.id: pupil.values for pupil in problem.pupils}
    return {
        name: Counter(level(values[one].get(name, "")) for one in group)
        for name in _names(problem, Kind.CATEGORY)
    }


def _tagged(problem: Problem, group: Sequence[str]) -> dict[str, tuple[str, ...]]:
    tags = {pupil.id: pupil.tags for pupil in problem.pupils}
    tagged = {
        tag: tuple(one for one in group if tag in tags[one])
        for tag in dict.fromkeys([*_names(problem, Kind.TAG), *(rule.tag for rule in problem.caps)])
    }
    return {tag: pupils for tag, pupils in tagged.items() if pupils}


def _concerns(wish: Wish, group: Sequence[str]) -> bool:
    """Whether a wish put somebody into this group, or kept somebody out of it."""
    inside = set(wish.pupils).intersection(group)
    return bool(inside) if wish.kind == "apart" else len(inside) == len(wish.pupils)


def thirds(problem: Problem, name: str) -> dict[str, str]:
    """Pupil → high, middle or low third of the class by a number; who has none is not in it.

    Pupils with the same number are in the same third, the one in which the middle of them stands.
    """
    known = sorted(
        ((float(pupil.values[name]), pupil.id) for pupil in problem.pupils if name in pupil.values),
        reverse=True,
    )
    ranks: dict[float, list[int]] = {}
    for rank, (value, _one) in enumerate(known):
        ranks.setdefault(value, []).append(rank)
    return {one: THIRDS[3 * (ranks[value][0] + ranks[value][-1]) // (2 * len(known))] for value, one in known}


def _means(problem: Problem, name: str, group: Sequence[str]) -> tuple[float, float] | None:
    known = {pupil.id: float(pupil.values[name]) for pupil in problem.pupils if name in pupil.values}
    here = [known[one] for one in group if one in known]
    return (fmean(here), fmean(known.values())) if here else None
