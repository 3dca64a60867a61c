"""What was written down at a table, drawn from how each child takes part; the same seed, the same lesson."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from lessonstudy.demo.pieces import Table

SETTLING = 3  # minutes at either end in which nothing is written down
TO_SOMEBODY = {"asks", "builds_on", "challenges", "invites", "takes_over", "listens"}
ASKS_TEACHER = 0.4
# Of what a colleague wrote down: not seen, taken for something else, and more seen than that.
MISSED, OTHERWISE, MORE = 0.15, 0.15, 0.15
A_MOMENT = 20  # seconds
TAKEN_FOR = {
    "gives_idea": "explains",
    "explains": "gives_idea",
    "answers": "gives_idea",
    "builds_on": "gives_idea",
    "challenges": "asks",
    "takes_over": "challenges",
    "performs": "self_corrects",
}


@dataclass(frozen=True)
class Voice:
    """How often a child is seen to do something, relative to others, and how often it is what."""

    weight: int
    codes: Mapping[str, int]


VOICES = {
    "L": Voice(  # leads, and leaves little room
        14, {"gives_idea": 7, "explains": 5, "takes_over": 4, "answers": 3, "performs": 3, "challenges": 1}
    ),
    "V": Voice(  # lively
        6,
        {
            "gives_idea": 5,
            "explains": 4,
            "builds_on": 3,
            "asks": 3,
            "performs": 3,
            "challenges": 2,
            "invites": 1,
            "speaks": 2,
        },
    ),
    "S": Voice(  # steady
        4,
        {
            "gives_idea": 3,
            "answers": 3,
            "asks": 3,
            "performs": 3,
            "builds_on": 2,
            "explains": 2,
            "listens": 2,
            "self_corrects": 1,
            "invites": 1,
        },
    ),
    "Q": Voice(1, {"answers": 3, "performs": 2, "asks": 1, "listens": 2}),  # quiet
    "X": Voice(1, {"listens": 1}),  # silent: seen to listen, never heard
}


@dataclass(frozen=True)
class Moment:
    """One event. ``target`` is a pupil's code, ``teacher`` or nobody."""

    pupil: str
    code: str
    target: str
    second: int


def moments_at(table: Table, *, seed: str, minutes: int) -> list[Moment]:
    """What was written down at the table, in the order it happened."""
    chance = Random(f"{seed} {table.pupils}")  # noqa: S311  (a story, not a secret)
    pupils = table.pupils.split()
    weights = [VOICES[letter].weight for letter in table.voices]
    voices = dict(zip(pupils, table.voices, strict=True))
    seconds = sorted(
        chance.randrange(SETTLING * 60, (minutes - SETTLING) * 60) for _event in range(table.events)
    )
    moments = []
    for second in seconds:
        (pupil,) = chance.choices(pupils, weights)
        codes = VOICES[voices[pupil]].codes
        (code,) = chance.choices(list(codes), list(codes.values()))
        moments.append(Moment(pupil, code, _target(chance, pupils, pupil, code), second))
    return moments


def seen_by_another(moments: list[Moment], *, seed: str) -> list[Moment]:
    """The same moments as a colleague at the same table wrote them down: nearly the same."""
    chance = Random(f"{seed} beside")  # noqa: S311  (a story, not a secret)
    others = []
    for moment in moments:
        what = chance.random()
        second = moment.second + chance.randint(-3, 4)
        if what < MISSED:
            continue
        is_other = what < MISSED + OTHERWISE
        code = TAKEN_FOR.get(moment.code, moment.code) if is_other else moment.code
        target = moment.target if code in TO_SOMEBODY else ""
        others.append(replace(moment, code=code, target=target, second=second))
        if chance.random() < MORE:
            others.append(Moment(moment.pupil, "speaks", "", second + A_MOMENT))
    return others


def _target(chance: Random, pupils: list[str], pupil: str, code: str) -> str:
    if code not in TO_SOMEBODY:
        return ""
    if code == "asks" and chance.random() < ASKS_TEACHER:
        return "teacher"
    return chance.choice([other for other in pupils if other != pupil])
