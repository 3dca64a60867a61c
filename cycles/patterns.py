"""What a team may start from: questions to study before planning, and the shapes that lessons take."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

# Two rounds of questions: about the content and the pupils, then about what the lesson uses.
ABOUT_CONTENT: tuple[Words, ...] = (
    _("Which ideas belong to this unit, and which one is at its heart?"),
    _("What can a pupil say or do who has understood it?"),
    _("Which earlier ideas does it build on?"),
    _("Which later ideas build on it?"),
    _("How do our pupils think about it now? Where do they often go wrong?"),
    _("What have others found out about learning it?"),
)
ABOUT_TOOLS: tuple[Words, ...] = (
    _("Why is this task worth the time, and why is it made this way?"),
    _("What will pupils answer, and how do they get on from there?"),
    _("How do board, materials, questions and classmates help them?"),
)


@dataclass(frozen=True)
class Part:
    """A step of a pattern. ``share``: its part of the lesson's minutes, in hundredths."""

    phase: str
    share: int
    activity: Words
    episode: str = ""
    grouping: str = ""


@dataclass(frozen=True)
class Pattern:
    slug: str
    name: Words
    about: Words
    parts: tuple[Part, ...]


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "three-parts",
        _("Opening, core, closing"),
        _("The plain shape: begin, work, come together."),
        (
            Part(
                "opening", 15, _("What do pupils already know that this builds on?"), "information", "whole"
            ),
            Part("core", 65, _("What do pupils work on, and with whom?"), "transformation", "group"),
            Part("closing", 20, _("How do pupils show what they have learned?"), "evaluation", "individual"),
        ),
    ),
    Pattern(
        "problem",
        _("One problem, many ways"),
        _("Pupils meet a problem, try it alone, compare their ways, and say what they found."),
        (
            Part(
                "opening",
                10,
                _("The problem is posed. Does everybody see what is asked?"),
                "information",
                "whole",
            ),
            Part("core", 30, _("Each pupil tries alone."), "transformation", "individual"),
            Part(
                "core", 45, _("Pupils show their ways; the class compares them."), "transformation", "whole"
            ),
            Part("closing", 15, _("The class says in its own words what it found."), "evaluation", "whole"),
        ),
    ),
    Pattern(
        "community",
        _("Learning community"),
        _("Alone, then in groups on a task above what each could do alone, then together."),
        (
            Part("opening", 17, _("Each pupil begins alone."), "information", "individual"),
            Part("core", 38, _("Groups work on a task that asks for a leap."), "transformation", "group"),
            Part(
                "core", 32, _("The class listens to what groups found, and asks."), "transformation", "whole"
            ),
            Part("closing", 13, _("Each pupil looks back: what is new to me?"), "evaluation", "individual"),
        ),
    ),
    Pattern(
        "episodes",
        _("Information, transformation, evaluation"),
        _("Three episodes of learning: meet something new, make something of it, check it."),
        (
            Part(
                "opening",
                30,
                _("What is new, and what does it touch that they know?"),
                "information",
                "whole",
            ),
            Part("core", 45, _("What do pupils make of it?"), "transformation", "group"),
            Part("closing", 25, _("How do pupils check whether it is right?"), "evaluation", "pair"),
        ),
    ),
)


def steps_of(pattern: Pattern, minutes: int) -> list[dict[str, str | int]]:
    """The pattern's steps (see ``cycles.sheet``) for a lesson of ``minutes``, which they add up to."""
    ends, total = [], 0
    for part in pattern.parts:
        total += part.share
        ends.append(round(minutes * total / 100))
    return [
        {
            "phase": part.phase,
            "episode": part.episode,
            "grouping_mode": part.grouping,
            "minutes": end - begin,
            "activity": str(part.activity),
        }
        for part, begin, end in zip(pattern.parts, [0, *ends], ends, strict=False)
    ]
