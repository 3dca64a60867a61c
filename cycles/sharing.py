"""Who could watch whom, and who could see to what: shared out evenly, the same way every time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

TWO = 2  # observers of one group or pupil: what both saw can be told as triangulated


@dataclass(frozen=True)
class Shares:
    """Person → groups, and person → pupils, by id."""

    groups: dict[int, list[int]]
    pupils: dict[int, list[int]]


def share_out(people: Sequence[int], groups: Sequence[int], seats: Mapping[int, int]) -> Shares:
    """Share groups and case pupils out among people, evenly and the same way every time.

    ``seats``: case pupil → group, for those who sit in one. Each group gets somebody before any gets two;
    where people are fewer than groups, each takes several, as even as can be. A case pupil is followed by one
    of the people at its group, by the one with fewest case pupils; one who sits nowhere by whoever has least.
    """
    shares = Shares({person: [] for person in people}, {person: [] for person in people})
    if not people:
        return shares
    for turn in range(max(len(people), len(groups)) if groups else 0):
        shares.groups[people[turn % len(people)]].append(groups[turn % len(groups)])
    for pupil, group in seats.items():
        near = [person for person in people if group in shares.groups[person]] or list(people)
        follows = min(near, key=lambda person: (len(shares.pupils[person]), people.index(person)))
        shares.pupils[follows].append(pupil)
    return shares


def two_more(watching: Sequence[int], load: Mapping[int, int]) -> list[int]:
    """Who could be asked to watch here, too: those with least to do, so that two watch; [] where two do."""
    free = [person for person in load if person not in watching]
    return sorted(free, key=lambda person: (load[person], list(load).index(person)))[
        : max(0, TWO - len(watching))
    ]


def rotate(members: Sequence[int], before: Mapping[int, str], roles: Sequence[str]) -> dict[int, str]:
    """Share ``roles`` out in one group. ``before``: pupil → role last time.

    As many roles as there are members, from the first on. Each who had one gets the next of the round; where
    two would get the same, one goes further, and nobody has the same role again if that can be helped. Where
    members are more than roles, those who had none come first.
    """
    turn = sorted(members, key=lambda pupil: pupil in before)[: len(roles)]
    shared = roles[: len(turn)]
    same = len(roles) - 1
    costs = [[_steps(before.get(pupil), role, shared, roles) for role in shared] for pupil in turn]

    def cost(way: Sequence[int]) -> tuple[int, int]:
        steps = [row[role] for row, role in zip(costs, way, strict=True)]
        return steps.count(same), sum(steps)

    best = min(permutations(range(len(shared))), key=cost)  # six roles at most: 720 ways
    return {pupil: shared[role] for pupil, role in zip(turn, best, strict=True)}


def _steps(before: str | None, now: str, shared: Sequence[str], roles: Sequence[str]) -> int:
    """How many roles of the round were passed over; all but one where it is the same again."""
    if before not in roles:
        return 0
    start = roles.index(before)
    if before == now:
        return len(roles) - 1
    ring = [role for role in (*roles[start + 1 :], *roles[:start]) if role in shared]
    return ring.index(now)
