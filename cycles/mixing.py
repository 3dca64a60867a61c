"""A lesson's class as a problem for the engine, and a grouping as its page shows it.

What is mixed comes from the roster (attainment, gender, home language, support needs), from what was observed
in earlier lessons (kept with the grouping's places), and from who sat together before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

from django.utils.translation import gettext_lazy as _

from cycles.grouping import (
    Attribute,
    Cap,
    Evaluation,
    GroupFacts,
    Kind,
    NoLone,
    Problem,
    Pupil,
    evaluate,
    explain,
)
from cycles.grouping.explaining import thirds
from cycles.models import Grouping, GroupingPlace, GroupPlace, ResearchLesson
from cycles.selectors import pupils_of
from schools.models import Enrolment, PairRule, Student

ATTAINMENT, PARTICIPATION, GENDER, LANGUAGE = "attainment", "participation", "gender", "language"
NEEDS, QUIET, TAKES_OVER, INVITES, MET = "needs", "quiet", "takes_over", "invites", "met"
SPREAD = 1 / 3  # of attainment's weight: each group spans high and low (measured, see ADR 9)
BEFORE = (1.0, 0.5, 0.25)  # how much it counts that two sat together last time, and the times before
MIXED = {  # what can be mixed: its kind for the engine, its words, and how much it matters unless told
    ATTAINMENT: (Kind.NUMERIC, _("prior attainment"), 3),
    GENDER: (Kind.CATEGORY, _("girls and boys"), 2),
    MET: (None, _("new partners"), 2),
    PARTICIPATION: (Kind.NUMERIC, _("how much they took part in earlier lessons"), 2),
    QUIET: (Kind.TAG, _("quiet pupils"), 1),
    TAKES_OVER: (Kind.TAG, _("pupils who take over"), 1),
    LANGUAGE: (Kind.CATEGORY, _("home language"), 1),
    NEEDS: (Kind.TAG, _("support needs"), 1),
}
CAPPED = (NEEDS, QUIET, TAKES_OVER)


@dataclass(frozen=True)
class Seen:
    """What earlier lessons told of a pupil. ``participation``: turns in half an hour watched."""

    participation: float | None = None
    is_quiet: bool = False
    takes_over: bool = False
    invites: bool = False


@dataclass(frozen=True)
class Wishes:
    """What a teacher asks of a grouping. ``weights``: what to mix → 0 (not at all) to 3 (very much)."""

    target: int = 4
    weights: Mapping[str, int] = field(
        default_factory=lambda: {name: told[2] for name, told in MIXED.items()}
    )
    no_lone: bool = True
    share_out: bool = True

    def kept(self) -> dict[str, Any]:
        """As the database keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Wishes:
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})


@dataclass
class Class:
    """A lesson's pupils and what is known of them; ``key`` is how the engine calls a pupil."""

    lesson: ResearchLesson
    students: dict[str, Student]
    enrolments: dict[str, Enrolment]
    rules: list[PairRule]
    met: list[tuple[str, str, float]]


def key(student: int) -> str:
    """A pupil's id for the engine; in order of ids, whatever their number of digits."""
    return f"{student:010d}"


def class_of(lesson: ResearchLesson, students: Iterable[Student]) -> Class:
    """What is known of these pupils, in four queries."""
    pupils = {key(student.pk): student for student in students}
    enrolments = Enrolment.objects.filter(school_class=lesson.school_class_id, student__in=pupils.values())
    return Class(
        lesson=lesson,
        students=pupils,
        enrolments={key(one.student_id): one for one in enrolments},
        rules=list(rules_of(lesson)),
        met=_met_before(lesson, set(pupils)),
    )


def rules_of(lesson: ResearchLesson) -> Any:
    """The rules about pairs of whom both are in the lesson's class on its day."""
    here = pupils_of(lesson).order_by()
    rules = PairRule.objects.filter(school_class=lesson.school_class_id, first__in=here, second__in=here)
    return rules.select_related("first", "second").order_by("kind", "first__code", "second__code")


def _met_before(lesson: ResearchLesson, here: set[str]) -> list[tuple[str, str, float]]:
    """Pairs who sat in one group in the class's last lessons, with how much that counts."""
    earlier = ResearchLesson.objects.filter(school_class=lesson.school_class_id, ended_at__isnull=False)
    earlier = earlier.exclude(pk=lesson.pk).filter(groups__isnull=False).order_by("-ended_at").distinct()
    recent = list(earlier.values_list("pk", flat=True)[: len(BEFORE)])
    groups: dict[tuple[int, int], list[str]] = defaultdict(list)
    places = GroupPlace.objects.filter(lesson__in=recent).values_list("lesson", "group", "student")
    for taught, group, student in places.order_by("lesson", "group", "student"):
        if key(student) in here:
            groups[taught, group].append(key(student))
    weight: dict[tuple[str, str], float] = defaultdict(float)
    for (taught, _group), members in groups.items():
        for pair in combinations(sorted(members), 2):
            weight[pair] += BEFORE[recent.index(taught)]
    return [(first, second, times) for (first, second), times in sorted(weight.items())]


def problem_of(
    known: Class,
    wishes: Wishes,
    seen: Mapping[str, Seen],
    sizes: Sequence[int],
    locked: Mapping[str, int] | None = None,
) -> Problem:
    """The problem of seating these pupils; wishes and rules as the engine takes them."""
    pupils = tuple(_pupil(known, one, seen.get(one, Seen())) for one in sorted(known.students))
    chosen = {name: wishes.weights.get(name, 0) for name in MIXED}
    tagged = {name: sum(name in pupil.tags for pupil in pupils) for name in CAPPED}
    genders = sorted({str(pupil.values[GENDER]) for pupil in pupils if GENDER in pupil.values})
    here = set(known.students)
    pairs = [(key(rule.first_id), key(rule.second_id), rule.kind) for rule in known.rules]
    pairs = [pair for pair in pairs if {pair[0], pair[1]} <= here]
    return Problem(
        pupils=pupils,
        sizes=tuple(sizes),
        attributes=tuple(
            Attribute(name, kind, float(chosen[name]), SPREAD if name == ATTAINMENT else 0.0)
            for name, (kind, _words, _weight) in MIXED.items()
            if kind is not None
        ),
        together=tuple((a, b) for a, b, kind in pairs if kind == PairRule.Kind.TOGETHER),
        apart=tuple((a, b) for a, b, kind in pairs if kind == PairRule.Kind.APART),
        locked=dict(locked or {}),
        no_lone=tuple(NoLone(GENDER, gender) for gender in genders) if wishes.no_lone else (),
        caps=tuple(
            Cap(name, -(-count // len(sizes))) for name, count in tagged.items() if count and wishes.share_out
        ),
        met=tuple(known.met),
        met_weight=float(chosen[MET]),
    )


def _pupil(known: Class, one: str, seen: Seen) -> Pupil:
    student, enrolment = known.students[one], known.enrolments.get(one)
    values: dict[str, float | str] = {}
    tags = [
        name
        for name, is_so in ((QUIET, seen.is_quiet), (TAKES_OVER, seen.takes_over), (INVITES, seen.invites))
        if is_so
    ]
    if enrolment is not None:
        if enrolment.prior_attainment is not None:
            values[ATTAINMENT] = float(enrolment.prior_attainment)
        if enrolment.home_language:
            values[LANGUAGE] = enrolment.home_language
        if enrolment.support_needs:
            tags.append(NEEDS)
    if student.gender:
        values[GENDER] = student.gender
    if seen.participation is not None:
        values[PARTICIPATION] = seen.participation
    return Pupil(one, values, frozenset(tags))


@dataclass
class Face:
    """A pupil as a table shows them: ``third`` of prior attainment, and what applies."""

    place: GroupingPlace
    third: str
    is_alone: bool
    tags: list[str]

    @property
    def student(self) -> Student:
        return self.place.student


@dataclass
class Seating:
    """A grouping with everything its page shows. ``newcomers`` joined the class after it was made."""

    grouping: Grouping
    tables: list[tuple[int, list[Face], GroupFacts]]
    absent: list[GroupingPlace]
    newcomers: list[Student]
    problem: Problem
    measured: Evaluation


def seating_of(grouping: Grouping) -> Seating:
    """The grouping as it stands now, measured afresh, in a number of queries that does not grow."""
    places = list(grouping.places.select_related("student").order_by("group", "student__code"))
    problem, groups = _problem_of_places(grouping, places)
    by_key = {key(place.student_id): place for place in places}
    third = thirds(problem, ATTAINMENT)
    pupils = {pupil.id: pupil for pupil in problem.pupils}
    measured = evaluate(problem, groups)
    alone = {(one.group, one.rule.value) for one in measured.violations if isinstance(one.rule, NoLone)}
    tables = []
    for facts in explain(problem, groups):
        members = sorted(facts.pupils, key=lambda one: by_key[one].student.code)
        faces = [
            Face(
                by_key[one],
                third.get(one, "unknown"),
                (facts.group, str(pupils[one].values.get(GENDER))) in alone,
                sorted(pupils[one].tags),
            )
            for one in members
        ]
        tables.append((facts.group + 1, faces, facts))
    away = [place for place in places if not place.group]
    return Seating(grouping, tables, away, newcomers_of(grouping, places), problem, measured)


def newcomers_of(grouping: Grouping, places: Iterable[GroupingPlace]) -> list[Student]:
    """Who is in the class on the lesson's day and not in the grouping, neither seated nor away."""
    known = {place.student_id for place in places}
    return [pupil for pupil in pupils_of(grouping.lesson) if pupil.pk not in known]


def _problem_of_places(
    grouping: Grouping, places: Sequence[GroupingPlace]
) -> tuple[Problem, list[list[str]]]:
    here = [place for place in places if place.group]
    numbers = sorted({place.group for place in here})
    groups = [[key(place.student_id) for place in here if place.group == number] for number in numbers]
    known = class_of(grouping.lesson, [place.student for place in here])
    locked = {key(place.student_id): numbers.index(place.group) for place in here if place.locked}
    sizes = [len(group) for group in groups]
    return problem_of(known, Wishes.of(grouping.wishes), seen_of(here), sizes, locked), groups


def problem_of_grouping(grouping: Grouping) -> tuple[Problem, list[list[str]]]:
    """The problem a grouping answers, with its groups of the engine's ids."""
    return _problem_of_places(grouping, list(grouping.places.select_related("student")))


def seen_of(places: Iterable[GroupingPlace]) -> dict[str, Seen]:
    """What was known of the pupils when the grouping was made."""
    return {
        key(place.student_id): Seen(place.participation, place.is_quiet, place.takes_over, place.invites)
        for place in places
    }


def groupings_of(lesson: ResearchLesson) -> Any:
    """The alternatives of a lesson; the one in use can be told by ``used_at``."""
    return lesson.groupings.order_by("number")
