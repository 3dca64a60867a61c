"""Participation in one lesson: who took a turn, who did not, and whether one voice led a group beyond chance.

Everything here is arithmetic on counts that the database has already added up. A pupil is a code such as
``S07``, an event code is a slug such as ``asks``, and nothing is put into words: pages and reports do that.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import comb, exp, lgamma, log

LISTENS = "listens"
"""The one event code that is not a turn: attention was seen, but the floor was not taken."""

TURNS_FOR_A_BAND = 20
"""With fewer turns in a group an index is noise; with this many it may be shown inside its band of chance."""

TURNS_FOR_A_WORD = 40
"""From this many turns on a group may be called dominated or shared."""

NEGLIGIBLE = 1e-9
"""Rounding allowed where a probability is held against a level; the probabilities here err by far less."""


class Spread(StrEnum):
    """What the turns of one group allow to be said about how they were spread."""

    TOO_FEW = "too_few"
    BAND = "band"
    SHARED = "shared"
    DOMINATED = "dominated"


@dataclass(frozen=True, slots=True)
class GroupMeasures:
    """Participation inside one group, over those of its pupils who were watched.

    ``events`` counts listening, ``turns`` does not. ``gini`` and the two shares are fractions of 1, and None
    when nobody took a turn. ``verdict`` says which of them may be shown.
    """

    name: str
    watched: int
    events: int
    turns: int
    gini: float | None
    top_share: float | None
    chance_top_share: float | None
    verdict: Spread


@dataclass(frozen=True, slots=True)
class LessonMeasures:
    """Participation in one lesson.

    ``events``, ``turns`` and ``codes`` hold everything recorded; ``silent``, ``gini`` and ``top_share``
    concern the ``watched`` pupils alone, because not having been watched is not silence.
    """

    watched: int
    events: int
    turns: dict[str, int]
    codes: dict[str, int]
    silent: list[str]
    gini: float | None
    top_share: float | None
    groups: list[GroupMeasures]


def measure_lesson(
    by_pupil: Mapping[str, Mapping[str, int]],
    watched: Iterable[str],
    groups: Iterable[tuple[str, Iterable[str]]] = (),
) -> LessonMeasures:
    """Measure a lesson.

    ``by_pupil`` is ``{pupil: {event code: count}}``, ``groups`` holds ``(name, pupils)``. Everybody recorded
    counts towards the events and turns of the lesson; a group is measured over those of its pupils who were
    watched.
    """
    watched = frozenset(watched)
    taken = turns(by_pupil, watched)
    codes = code_totals(by_pupil)
    counts = [taken[pupil] for pupil in watched]
    return LessonMeasures(
        watched=len(watched),
        events=sum(codes.values()),
        turns=taken,
        codes=codes,
        silent=silent(taken, watched),
        gini=gini(counts),
        top_share=top_share(counts),
        groups=[measure_group(name, watched.intersection(pupils), by_pupil) for name, pupils in groups],
    )


def measure_group(
    name: str, watched: Collection[str], by_pupil: Mapping[str, Mapping[str, int]]
) -> GroupMeasures:
    """Measure one group over ``watched``, its pupils who were watched, each named once."""
    counts = [_turns_in(by_pupil.get(pupil, {})) for pupil in watched]
    total = sum(counts)
    return GroupMeasures(
        name=name,
        watched=len(counts),
        events=sum(sum(by_pupil.get(pupil, {}).values()) for pupil in watched),
        turns=total,
        gini=gini(counts),
        top_share=top_share(counts),
        chance_top_share=chance_top_share(len(counts), total) if total else None,
        verdict=spread(counts),
    )


def turns(by_pupil: Mapping[str, Mapping[str, int]], watched: Iterable[str]) -> dict[str, int]:
    """Count the turns of each pupil, by code in order.

    Every watched pupil is there, with 0 if silent; others only if they took a turn.
    """
    taken = {pupil: _turns_in(counts) for pupil, counts in by_pupil.items()}
    heard = {pupil for pupil, count in taken.items() if count}
    return {pupil: taken.get(pupil, 0) for pupil in sorted(heard.union(watched))}


def code_totals(by_pupil: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Add up each event code over all pupils, by slug in order."""
    totals: Counter[str] = Counter()
    for counts in by_pupil.values():
        totals.update(counts)
    return dict(sorted(totals.items()))


def silent(turns: Mapping[str, int], watched: Iterable[str]) -> list[str]:
    """Name the watched pupils without a turn, in order."""
    return sorted(pupil for pupil in set(watched) if not turns.get(pupil))


def gini(counts: Sequence[int]) -> float | None:
    """Gini's index of inequality: 0 when all took equally many turns, (n − 1)/n when one took them all.

    G = Σ (2i − n − 1) x₍ᵢ₎ / (n Σ x), with x₍₁₎ ≤ … ≤ x₍ₙ₎: half the mean absolute difference, relative to
    the mean (C. Gini, *Variabilità e mutabilità*, 1912, in its rank form). None when there is no turn to
    share.
    """
    most = len(counts) * sum(counts)
    return _disparity(counts) / most if most else None


def normalised_gini(counts: Sequence[int]) -> float | None:
    """Gini's index stretched to reach 1 when one pupil took every turn, so that groups of any size compare.

    G* = G n / (n − 1) (G. Deltas, "The small-sample bias of the Gini coefficient", *Review of Economics and
    Statistics* 85, 2003). None where G is, and for one pupil alone.
    """
    most = (len(counts) - 1) * sum(counts)
    return _disparity(counts) / most if most else None


def top_share(counts: Sequence[int]) -> float | None:
    """The share of all turns that the busiest pupil took, max x / Σ x; None when there is no turn."""
    total = sum(counts)
    return max(counts) / total if total else None


def spread(counts: Sequence[int]) -> Spread:
    """Say what a group's turns, one count per watched pupil, allow to be said.

    A word needs forty turns: ``DOMINATED`` when the top share is more than chance brings about in 19 groups
    of 20, else ``SHARED``. Twenty turns are enough to show the index in its band. One pupil alone shares
    nothing.
    """
    total = sum(counts)
    share = top_share(counts)
    if share is None or total < TURNS_FOR_A_BAND or len(counts) < 2:
        return Spread.TOO_FEW
    if total < TURNS_FOR_A_WORD:
        return Spread.BAND
    return Spread.DOMINATED if share > chance_top_share(len(counts), total) else Spread.SHARED


@lru_cache(maxsize=1024)
def chance_top_share(k: int, turns: int, level: float = 0.95) -> float:
    """The top share that chance alone does not exceed, with probability ``level``, among ``k`` equal pupils.

    It is m / turns for the smallest m with P(max ≤ m) ≥ level, when each turn falls to each pupil with
    probability 1/k; computed, not simulated, by ``chance_all_within``. Raises ValueError unless k ≥ 1, turns
    ≥ 1 and 0.5 ≤ level < 1.
    """
    if k < 1 or turns < 1 or not 0.5 <= level < 1:
        raise ValueError(f"no top share for {k} pupils, {turns} turns at level {level}")
    most = _surely_within(k, turns, level)
    while chance_all_within(most - 1, k, turns) >= level - NEGLIGIBLE:
        most -= 1
    return most / turns


def chance_all_within(most: int, k: int, turns: int) -> float:
    """P(max ≤ most): that none of ``k`` equal pupils takes more than ``most`` of the turns.

    Somebody passes ``most`` for the first time at turn n + 1 if it falls to a pupil who has exactly ``most``
    of the n turns before, while the other k − 1 shared the remaining n − most without passing it. Hence

        P(k, n + 1) = P(k, n) − Bin(most; n, 1/k) · P(k − 1, n − most),   P(k, n) = 1 for n ≤ most,

    which takes at most k · turns steps. In floating point the result agrees with exact fractions to 1e-10
    wherever P is at least one half (tried to 40 pupils and 3,000 turns); far below that the subtractions
    cancel and it is not to be used.
    """
    if most * k < turns:
        return 0.0
    within: list[float] = []
    for pupils in range(max(1, k - turns // (most + 1)), k + 1):
        longest = turns - (k - pupils) * (most + 1)
        fewer, within = within, [1.0] * (min(most, longest) + 1)
        for n in range(most, longest):
            within.append(within[n] - _binomial(most, n, pupils) * fewer[n - most])
    return within[turns]


def chance_of_silence(k: int, turns: int) -> float:
    """P(somebody among ``k`` equal pupils has none of the turns), exact but for the last division.

    Σⱼ (−1)ʲ⁺¹ C(k, j) (k − j)ᵗ / kᵗ over j = 1 … k, by inclusion and exclusion: the occupancy problem (W.
    Feller, *An Introduction to Probability Theory and Its Applications* I, 3rd ed. 1968, §IV.2). Raises
    ValueError unless k ≥ 1 and turns ≥ 0.
    """
    if k < 1 or turns < 0:
        raise ValueError(f"no chance of silence for {k} pupils and {turns} turns")
    orders: int = k**turns
    with_silence: int = sum((-1) ** (j + 1) * comb(k, j) * (k - j) ** turns for j in range(1, k + 1))
    return with_silence / orders


def _turns_in(counts: Mapping[str, int]) -> int:
    return sum(count for code, count in counts.items() if code != LISTENS)


def _disparity(counts: Sequence[int]) -> int:
    """Σ (2i − n − 1) x₍ᵢ₎, the numerator of Gini's index."""
    n = len(counts)
    return sum((2 * rank - n - 1) * count for rank, count in enumerate(sorted(counts), start=1))


def _surely_within(k: int, turns: int, level: float) -> int:
    """The smallest m with k · P(X > m) ≤ 1 − level, which by Boole's inequality has P(max ≤ m) ≥ level."""
    if k == 1:
        return turns
    most, beyond = turns, _binomial(turns, turns, k)
    while k * beyond <= 1 - level:
        most -= 1
        beyond += _binomial(most, turns, k)
    return most


def _binomial(count: int, turns: int, k: int) -> float:
    """P(one given pupil of k ≥ 2 takes exactly ``count`` of the turns)."""
    # in logarithms, since the powers leave the range of a float in a long lesson
    others = turns - count
    ways = lgamma(turns + 1) - lgamma(count + 1) - lgamma(others + 1)
    return exp(ways + others * log(k - 1) - turns * log(k))
