"""Cycles that ask the same question: the one this continues, and those whose theme shares its words."""

from __future__ import annotations

import re

from cycles.models import Cycle
from schools.models import User

WORD = re.compile(r"[^\W\d_]{5,}")  # shorter ones are mostly glue
LOOKED_AT = 500  # of the school's newest other cycles: more than ten years of a large school
SHOWN = 5


def same_theme(cycle: Cycle, user: User) -> list[Cycle]:
    """Return earlier cycles on the cycle's theme, those it continues first, then by shared words.

    Only cycles the person may know of, at most five. A word counts from five letters, in any case.
    """
    known = Cycle.objects.listed_for(user).filter(school=cycle.school).exclude(pk=cycle.pk)
    others = {
        other.pk: other
        for other in known.select_related("team", "school_class").order_by("-created_at")[:LOOKED_AT]
    }
    found = []
    before = cycle.previous_id
    while before in others:
        other = others.pop(before)
        found.append(other)
        before = other.previous_id
    wanted = _words(cycle)
    shared = {pk: len(wanted & _words(other)) for pk, other in others.items()}
    alike = sorted((pk for pk in shared if shared[pk]), key=lambda pk: -shared[pk])
    return [*found, *(others[pk] for pk in alike)][:SHOWN]


def _words(cycle: Cycle) -> set[str]:
    return {word.casefold() for word in WORD.findall(f"{cycle.theme} {cycle.focus}")}
