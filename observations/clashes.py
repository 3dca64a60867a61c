"""Two texts under one id, side by side, for the person who wrote both."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import prefetch_related_objects

from cycles.models import ResearchLesson
from observations.models import Clash, EventCode, Observation
from observations.selectors import with_words
from observations.sync import read_record
from schools.models import User


class Pair(NamedTuple):
    """What was stored first, if it was an observation, and what came after it, as if it were stored."""

    clash: Clash
    first: Observation | None
    second: Observation


def open_clashes(lesson: ResearchLesson, user: User) -> list[Pair]:
    """What this person has still to choose between, in the order it came."""
    clashes = list(Clash.objects.visible_to(user).filter(lesson=lesson, outcome=""))
    first = with_words(Observation.objects.visible_to(user)).in_bulk([clash.record for clash in clashes])
    codes = {code.slug: code for code in EventCode.objects.filter(slug__in=[_slug(one) for one in clashes])}
    pairs = [Pair(clash, first.get(clash.record), _as_seen(clash, codes)) for clash in clashes]
    prefetch_related_objects([pair.second for pair in pairs], "student", "target", "step")
    return pairs


def count_open(lesson: ResearchLesson, user: User) -> int:
    """How many this person has still to choose between."""
    return Clash.objects.visible_to(user).filter(lesson=lesson, outcome="").count()


def _slug(clash: Clash) -> str:
    return clash.sent.get("code") or ""


def _as_seen(clash: Clash, codes: dict[str, EventCode]) -> Observation:
    record = read_record(clash.sent)
    return Observation(
        kind=record.kind,
        code=codes.get(record.code),
        student_id=record.student,
        target_id=record.target,
        target_teacher=record.at_teacher,
        step_id=record.step,
        happened_at=record.happened_at,
        elapsed=record.elapsed,
        fact=record.fact,
        interpretation=record.interpretation,
    )
