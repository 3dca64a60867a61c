"""What the next grouping could use: pairs to keep apart, on what was seen and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cycles.mixing import rules_of
from cycles.models import ResearchLesson
from observations.participation import Record, silences
from reflections.afterwards.groups import Group, Place, percent
from reflections.measures import chance_top_share
from schools.models import PairRule, Student, User

PROPOSED = 2  # pairs, at most: more than that nobody weighs


@dataclass(frozen=True)
class Proposal:
    """Two pupils the next grouping could keep apart. ``rule``: the one there is about them already."""

    quiet: Student
    other: Student
    text: str
    reason: str
    rule: PairRule | None


def silent_before(lesson: ResearchLesson, reader: User, records: Iterable[Record]) -> Mapping[int, int]:
    """Pupil id → in how many earlier lessons they were silent, of those whose record the reader may see."""
    earlier = [record for record in records if record.lesson != lesson.pk]
    read = ResearchLesson.objects.joined_by(reader).filter(pk__in=[record.lesson for record in earlier])
    mine = set(read.values_list("pk", flat=True))
    return silences(record for record in earlier if record.lesson in mine)


def proposals_of(
    lesson: ResearchLesson, groups: Iterable[Group], before: Mapping[int, int], *, plans: bool
) -> list[Proposal]:
    """Pairs of which one was silent while the other took more turns than chance gives; silent again first."""
    found = [
        (bool(before.get(quiet.student.pk)), group, quiet.student, other)
        for group in groups
        for other in group.leading
        for quiet in group.places
        if quiet.silent
    ]
    found.sort(key=lambda pair: (not pair[0], -(pair[1].measures.top_share or 0), pair[2].code))
    found = found[:PROPOSED]
    rules = {}
    if plans and found:
        rules = {frozenset((rule.first_id, rule.second_id)): rule for rule in rules_of(lesson)}
    return [
        _proposal(lesson, group, quiet, other, again, rules.get(frozenset((quiet.pk, other.student.pk))))
        for again, group, quiet, other in found
    ]


def _proposal(
    lesson: ResearchLesson, group: Group, quiet: Student, other: Place, again: bool, rule: PairRule | None
) -> Proposal:
    turns = group.measures.turns
    day = timezone.localdate(lesson.started_at or lesson.ended_at, lesson.school.zone)
    say = {
        "quiet": quiet.code,
        "other": other.student.code,
        "share": percent(other.turns / turns),
        "turns": turns,
        "chance": percent(chance_top_share(group.measures.watched, turns)),
        "date": date_format(day, "j F Y"),
    }
    if again:
        text = _(
            "%(quiet)s was silent again in a group with %(other)s, who took %(share)s of the %(turns)d "
            "turns; by chance alone it is up to %(chance)s. Keep them apart?"
        )
    else:
        text = _(
            "%(quiet)s was silent in a group with %(other)s, who took %(share)s of the %(turns)d turns; "
            "by chance alone it is up to %(chance)s. Keep them apart?"
        )
    reason = _("%(date)s: %(quiet)s was silent with %(other)s, who took %(share)s of %(turns)d turns.")
    return Proposal(quiet, other.student, text % say, reason % say, rule)
