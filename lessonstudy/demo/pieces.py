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
    expected: tuple[tuple[str, ...], ...] = ()  # kind, text, perhaps how we will help then
    known: str = ""
    check: str = ""
    materials: str = ""


@dataclass(frozen=True)
class Zone:
    """A part of the board. ``idea``: the expected response it is to show."""

    title: str
    content: str
    minute: int | None = None
    idea: str = ""


@dataclass(frozen=True)
class Plan:
    topic: str
    prior_knowledge: str
    objectives: tuple[tuple[str, str, str], ...]  # domain, statement, success criterion
    steps: tuple[Step, ...]
    levels: tuple[str, ...] = ()  # of the first objective, from just beginning to proficient
    zones: tuple[Zone, ...] = ()
    dimensions: tuple[int, ...] = ()  # places in the school's list, from 1
    more: Mapping[str, str] = field(default_factory=dict)  # what the school's own forms ask for

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
    at_first: str = ""  # what it said before its author corrected it
    elsewhere: str = ""  # what came under the same id from another page, and is not settled yet


@dataclass(frozen=True)
class Seen:
    """Something of a step that was seen: an ``answer`` as the plan expects it, or what nobody expected."""

    minute: int
    step: int
    pupil: str
    answer: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Look:
    """A time sample of a table: who was not at work at that moment."""

    minute: int
    table: int
    away: str = ""


@dataclass(frozen=True)
class Stay:
    """A table watched without a break; to the end of the lesson unless it says until when."""

    table: int
    begins: int
    ends: int | None = None


@dataclass(frozen=True)
class Tap:
    """An event that was tapped by mistake and taken back."""

    minute: int
    pupil: str
    code: str


@dataclass(frozen=True)
class Tablet:
    """What an observer sends from a tablet beside events and notes. ``began``: the minute of each step."""

    began: tuple[int, ...] = ()
    seen: tuple[Seen, ...] = ()
    looks: tuple[Look, ...] = ()
    stays: tuple[Stay, ...] = ()
    mistakes: tuple[Tap, ...] = ()
    lost: int = 0  # records that are still on the tablet, or lost with it


@dataclass(frozen=True)
class Interview:
    """``pupils``: the codes of those who were asked together, mostly one."""

    key: str
    by: str
    pupils: str
    enjoyed: str = ""
    learned: str = ""
    worked: str = ""
    change: str = ""


@dataclass(frozen=True)
class Work:
    """A piece of a pupil's work. ``objective``: its place in the plan; ``carpet``: what is drawn on it."""

    by: str
    pupil: str
    stage: str
    objective: int
    level: int | None
    shows: str
    carpet: tuple[int, int] | None = None  # tiles in a row, and rows


@dataclass(frozen=True)
class Reached:
    """Levels before and after, pupil by pupil in the order of codes; ``-`` where nobody knows."""

    objective: int
    before: str
    after: str


@dataclass(frozen=True)
class Foot:
    """The last lines of an observer's sheet."""

    by: str
    thoughts: str = ""
    pattern: str = ""
    progress: str = ""
    to_ask: str = ""
    is_handed_in: bool = False


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
class Inquiry:
    """A study note. ``step``: the step of the first plan that used it, 0 for none."""

    question: str
    finding: str
    source: str = ""
    step: int = 0


@dataclass(frozen=True)
class Comment:
    by: str
    step: int
    text: str
    is_settled: bool = False


@dataclass(frozen=True)
class Lesson:
    """One lesson with everything that was seen in it and said after it."""

    plan: Plan
    tables: tuple[Table, ...]
    watching: Mapping[str, tuple[int, ...]]  # who → numbers of groups
    following: Mapping[str, str] = field(default_factory=dict)  # who → case pupil
    stand: str = ""  # where observers stand
    hopes: tuple[tuple[int, str, str], ...] = ()  # step, case pupil, what the team expects
    reasons: tuple[tuple[int, str], ...] = ()  # step, why it is not as it was taught before
    comments: tuple[Comment, ...] = ()
    tablets: Mapping[str, Tablet] = field(default_factory=dict)  # who does not write on paper
    notes: tuple[Note, ...] = ()
    interviews: tuple[Interview, ...] = ()
    work: tuple[Work, ...] = ()
    reached: tuple[Reached, ...] = ()
    feet: tuple[Foot, ...] = ()
    said: tuple[Said, ...] = ()
    findings: tuple[Finding, ...] = ()
    todos: tuple[Todo, ...] = ()

    def is_there(self, observer: str, table: int, second: int) -> bool:
        """Whether the observer is at the table then; at a table of theirs always, unless they say when."""
        stays = [stay for stay in self.tablets.get(observer, Tablet()).stays if stay.table == table]
        return not stays or any(
            stay.begins * 60 <= second and (stay.ends is None or second < stay.ends * 60) for stay in stays
        )


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
    way: Mapping[str, str] = field(default_factory=dict)  # focus, ideal, actual, gap and the hypothesis
    case_pupils: tuple[tuple[str, str], ...] = ()  # code, which learners the pupil stands for
    studied: tuple[Inquiry, ...] = ()
    pair_rules: tuple[tuple[str, str], ...] = ()  # kind and reason, of the class's pupils two by two
