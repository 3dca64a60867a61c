"""What a told cycle is made of. Choices are the values of the models; people are named by their account.

Pupils are named by code. A ``key`` names a note or an interview, for statements and findings to point at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    roles: tuple[str, ...]  # in the school; none for a guest


@dataclass(frozen=True)
class Step:
    phase: str
    minutes: int
    activity: str
    question: str
    support: str
    watch: str
    expected: tuple[tuple[str, str], ...] = ()  # kind, text


@dataclass(frozen=True)
class Plan:
    topic: str
    prior_knowledge: str
    objectives: tuple[tuple[str, str, str], ...]  # domain, statement, success criterion
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Table:
    """A group's pupils, how each of them takes part (``voices.VOICES``), and how much was written down."""

    pupils: str
    voices: str = ""
    events: int = 0


@dataclass(frozen=True)
class Note:
    key: str
    by: str
    pupil: str
    minute: int
    step: int
    fact: str
    thought: str = ""
    flagged: bool = False


@dataclass(frozen=True)
class Interview:
    key: str
    by: str
    pupil: str
    enjoyed: str = ""
    learned: str = ""
    worked: str = ""
    change: str = ""


@dataclass(frozen=True)
class Said:
    speaker: str
    kind: str
    text: str
    shows: str = ""


@dataclass(frozen=True)
class Finding:
    text: str
    supports: tuple[str, ...]
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Todo:
    """A decision. ``days``: from the debrief to the day it is due."""

    text: str
    owner: str
    days: int
    is_done: bool = False


@dataclass(frozen=True)
class Lesson:
    """One lesson with everything that was seen in it and said after it."""

    plan: Plan
    tables: tuple[Table, ...]
    watching: Mapping[str, tuple[int, ...]]  # who → numbers of groups
    notes: tuple[Note, ...] = ()
    interviews: tuple[Interview, ...] = ()
    said: tuple[Said, ...] = ()
    findings: tuple[Finding, ...] = ()
    todos: tuple[Todo, ...] = ()


@dataclass(frozen=True)
class Cycle:
    title: str
    subject: str
    theme: str
    team: str
    school_class: str
    founder: str
    roles: Mapping[str, str]  # who → role in the cycle
    room: str = ""
    lessons: tuple[Lesson, ...] = field(default_factory=tuple)
