"""Groupings are made, changed by hand, gone back on, and taken into use.

Searching takes a moment, so it is done before the transaction that keeps what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cycles import permissions, proving, tasks
from cycles.grouping import (
    ALGORITHM,
    Infeasible,
    NotDecided,
    Problem,
    evaluate,
    form_groups,
    infeasibilities,
    split,
)
from cycles.grouping.objective import judge
from cycles.mixing import Seen, Wishes, class_of, key, problem_of, problem_of_grouping
from cycles.models import Grouping, GroupingPlace, GroupingProof, ResearchLesson
from cycles.selectors import pupils_of
from cycles.workflow.groups import place_pupils, refuse_after_observing, refuse_taught
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import PairRule, Student, User

REMEMBERED = 50  # placements that can be gone back to
FEWEST = 4  # pupils that can be mixed
NOT_PLACED = gettext_lazy("That pupil is not placed in these groups.")
OVERTAKEN = gettext_lazy("Somebody has changed these groups meanwhile. They are shown as they are now.")


class CannotBe(Exception):
    """The wishes cannot all be met; ``found`` says why and which to drop."""

    def __init__(self, found: list[Infeasible]) -> None:
        super().__init__(found)
        self.found = found


def mix(
    lesson: ResearchLesson, wishes: Wishes, seen: Mapping[int, Seen], *, absent: Iterable[int] = (), by: User
) -> Grouping:
    """Make one more grouping of the lesson's class. ``seen``: pupil id → what earlier lessons told.

    Raises CannotBe where the wishes contradict each other, NotAllowedNow after the lesson, and where there
    are too few pupils.
    """
    require(permissions.can_plan(by, lesson.cycle))
    refuse_taught(lesson)
    away = set(absent)
    students = list(pupils_of(lesson))
    here = [student for student in students if student.pk not in away]
    if len(here) < FEWEST:
        raise NotAllowedNow(
            _("Groups can be mixed from four pupils on; %(number)d are here.") % {"number": len(here)}
        )
    known = {key(pk): one for pk, one in seen.items()}
    problem = problem_of(class_of(lesson, here), wishes, known, split(len(here), wishes.target))
    seed = SystemRandom().randrange(1, 2**31)
    groups = _formed(problem, seed=seed)
    return _keep(lesson, wishes, seen, students, problem, groups, seed=seed, by=by)


@transaction.atomic
def _keep(
    lesson: ResearchLesson,
    wishes: Wishes,
    seen: Mapping[int, Seen],
    students: Sequence[Student],
    problem: Problem,
    groups: list[list[str]],
    *,
    seed: int,
    by: User,
) -> Grouping:
    refuse_after_observing(lesson)
    number = (lesson.groupings.aggregate(last=Max("number"))["last"] or 0) + 1
    measured = evaluate(problem, groups)
    grouping = Grouping.objects.create(
        school=lesson.school,
        lesson=lesson,
        number=number,
        wishes=wishes.kept(),
        seed=seed,
        engine=ALGORITHM,
        objective=measured.objective,
        score=measured.score,
        by=by,
    )
    where = {one: n for n, group in enumerate(groups, start=1) for one in group}
    GroupingPlace.objects.bulk_create(
        GroupingPlace(
            school=lesson.school,
            grouping=grouping,
            student=student,
            group=where.get(key(student.pk), 0),
            participation=told.participation,
            is_quiet=told.is_quiet,
            takes_over=told.takes_over,
            invites=told.invites,
        )
        for student in students
        for told in [seen.get(student.pk, Seen())]
    )
    return grouping


def _formed(problem: Problem, *, seed: int) -> list[list[str]]:
    """The best groups found, or why there are none."""
    try:
        found = infeasibilities(problem)
        if found:
            raise CannotBe(found)
        return form_groups(problem, seed=seed)
    except NotDecided:
        raise NotAllowedNow(
            _("So many rules about pairs could not be worked out. Take some away, or place by hand.")
        ) from None


def rebuild(grouping: Grouping, *, edition: int, by: User) -> None:
    """Mix again around the pupils who are locked; the placement before can be gone back to."""
    _check(grouping, by)
    problem, groups = problem_of_grouping(grouping)
    sizes = evened([len(group) for group in groups], Wishes.of(grouping.wishes).target)
    found = _formed(replace(problem, sizes=sizes), seed=grouping.seed + 1)
    if {frozenset(group) for group in found} == {frozenset(group) for group in groups}:
        raise NotAllowedNow(
            _("No better groups were found around those who are locked. They stay as they are.")
        )
    _place(grouping, found, edition=edition, seed=grouping.seed + 1)


def evened(sizes: Sequence[int], target: int) -> tuple[int, ...]:
    """Sizes as they should be, in the order of the groups there are: the larger ones stay the larger.

    Where there are more or fewer groups than there should be, that is the teacher's choice, and they stay.
    """
    even = split(sum(sizes), target)
    if len(even) != len(sizes):
        return tuple(sizes)
    ranked = sorted(range(len(sizes)), key=lambda n: (-sizes[n], n))
    return tuple(even[ranked.index(n)] for n in range(len(sizes)))


def exchange(grouping: Grouping, first: int, second: int, *, edition: int, by: User) -> None:
    """Two pupils change places."""
    _check(grouping, by)
    groups = _groups_of(grouping)
    where = {pupil: n for n, group in enumerate(groups) for pupil in group}
    if not {first, second} <= where.keys():
        raise NotAllowedNow(str(NOT_PLACED))
    _nobody_locked(grouping, {first, second})
    for pupil, other in ((first, second), (second, first)):
        group = groups[where[other]]
        group[group.index(other)] = -pupil  # marked, so that the second round does not find it again
    _place(grouping, [[key(abs(pupil)) for pupil in group] for group in groups], edition=edition)


def move(grouping: Grouping, pupil: int, group: int, *, edition: int, by: User) -> None:
    """A pupil goes to another group (from 1), or away (0); a group that nobody is left in goes."""
    _check(grouping, by)
    groups = _groups_of(grouping)
    if not 0 <= group <= len(groups) or not grouping.places.filter(student=pupil).exists():
        raise NotAllowedNow(_("There is no such group any more. Look at the groups as they are now."))
    _nobody_locked(grouping, {pupil})
    moved = [[one for one in members if one != pupil] for members in groups]
    if group:
        moved[group - 1].append(pupil)
    kept = [[key(one) for one in members] for members in moved if members]
    if sum(map(len, kept)) < FEWEST:
        raise NotAllowedNow(_("At least four pupils stay."))
    _place(grouping, kept, edition=edition)


def _nobody_locked(grouping: Grouping, pupils: set[int]) -> None:
    locked = grouping.places.filter(student__in=pupils, locked=True).select_related("student").first()
    if locked is not None:
        raise NotAllowedNow(
            _("%(pupil)s is locked here. Unlock first, then move.") % {"pupil": locked.student.code}
        )


def undo(grouping: Grouping, *, edition: int, by: User) -> None:
    """Go back to the placement before."""
    _check(grouping, by)
    if not grouping.moves:
        raise NotAllowedNow(_("There is nothing to go back to."))
    before = [[key(pupil) for pupil in group] for group in grouping.moves[-1]]
    _place(grouping, before, edition=edition, remember=grouping.moves[:-1])


@transaction.atomic
def lock(grouping: Grouping, pupil: int, *, locked: bool, edition: int, by: User) -> None:
    """A pupil stays where they are when groups are mixed again, or no longer does."""
    _check(grouping, by)
    if not grouping.places.filter(student=pupil, group__gt=0).exists():
        raise NotAllowedNow(str(NOT_PLACED))
    _take_turn(grouping, edition)  # what was proven was proven of these locks
    grouping.places.filter(student=pupil, group__gt=0).update(locked=locked)


def use(grouping: Grouping, *, by: User) -> None:
    """Seat the class so in the lesson. Observers of a group stay with the group of that number."""
    with transaction.atomic():
        places = dict(grouping.places.filter(group__gt=0).values_list("student", "group"))
        if not places:
            raise NotAllowedNow(_("Nobody is left in these groups."))
        place_pupils(grouping.lesson, places, count=max(places.values()), by=by)
        grouping.lesson.groupings.update(used_at=None)
        Grouping.objects.filter(pk=grouping.pk).update(used_at=timezone.now())


@transaction.atomic
def discard(grouping: Grouping, *, by: User) -> None:
    """Take an alternative away; groups in use stay as they are."""
    _check(grouping, by)
    grouping.delete()


def ask_for_proof(grouping: Grouping, *, by: User) -> GroupingProof:
    """Have it looked into in the background whether these groups could be better."""
    _check(grouping, by)
    if judge(*problem_of_grouping(grouping))[0]:
        raise NotAllowedNow(
            _("A rule about a pair does not hold in these groups. Put that right first; then ask again.")
        )
    with transaction.atomic():
        grouping = Grouping.objects.select_for_update(of=("self",)).get(pk=grouping.pk)
        asked = GroupingProof.objects.filter(grouping=grouping, edition=grouping.edition)
        running = asked.exclude(state=GroupingProof.State.FAILED).first()
        if running is not None:
            return running
        GroupingProof.objects.filter(grouping=grouping).delete()
        proof = GroupingProof.objects.create(
            school=grouping.school,
            grouping=grouping,
            edition=grouping.edition,
            by=by,
            woken_at=timezone.now(),
        )
        transaction.on_commit(partial(tasks.wake, proof.pk))
    return proof


def take_better(grouping: Grouping, *, edition: int, by: User) -> None:
    """Take over the better groups that the proof has found."""
    _check(grouping, by)
    better = proving.better_of(grouping)
    if better is None:
        raise NotAllowedNow(_("There are no better groups to take over."))
    _place(grouping, [[key(pupil) for pupil in group] for group in better], edition=edition)


@transaction.atomic
def add_pair_rule(
    lesson: ResearchLesson, first: Student, second: Student, *, kind: str, reason: str, by: User
) -> PairRule:
    """Two pupils of the class sit together, or apart, from now on. Says so where there is a rule already."""
    require(permissions.can_plan(by, lesson.cycle))
    first, second = sorted((first, second), key=lambda student: student.pk)
    rule, is_new = PairRule.objects.get_or_create(
        school_class=lesson.school_class,
        first=first,
        second=second,
        defaults={"school": lesson.school, "kind": kind, "reason": reason, "by": by},
    )
    if not is_new:
        raise NotAllowedNow(
            _("There is a rule about %(first)s and %(second)s already. Take it away first.")
            % {"first": first.code, "second": second.code}
        )
    return rule


def remove_pair_rule(rule: PairRule, lesson: ResearchLesson, *, by: User) -> None:
    """The rule holds no longer."""
    require(permissions.can_plan(by, lesson.cycle))
    rule.delete()


def _check(grouping: Grouping, by: User) -> None:
    require(permissions.can_plan(by, grouping.lesson.cycle))
    refuse_taught(grouping.lesson)


def _groups_of(grouping: Grouping) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    placed = grouping.places.filter(group__gt=0).order_by("group", "student__code")
    for group, student in placed.values_list("group", "student"):
        groups.setdefault(group, []).append(student)
    return [groups[number] for number in sorted(groups)]


def _take_turn(grouping: Grouping, edition: int, **changes: Any) -> None:
    """Be the one who changes this edition; who comes second is told."""
    mine = Grouping.objects.filter(pk=grouping.pk, edition=edition)
    if not mine.update(edition=F("edition") + 1, **changes):
        raise NotAllowedNow(str(OVERTAKEN))


@transaction.atomic
def _place(
    grouping: Grouping,
    groups: list[list[str]],
    *,
    edition: int,
    seed: int | None = None,
    remember: list[Any] | None = None,
) -> None:
    """Seat pupils anew, remember how they sat, and measure. ``groups``: the engine's ids."""
    refuse_after_observing(grouping.lesson)
    before = _groups_of(grouping)
    if remember is None:
        remember = [*grouping.moves, before][-REMEMBERED:]
    changes = {} if seed is None else {"seed": seed}
    # What is in use stays as it was used: these groups are an alternative to it again.
    _take_turn(grouping, edition, moves=remember, used_at=None, **changes)
    where = {int(one): n for n, group in enumerate(groups, start=1) for one in group}
    places = list(grouping.places.all())
    for place in places:
        place.group = where.get(place.student_id, 0)
        place.locked = place.locked and bool(place.group)
    GroupingPlace.objects.bulk_update(places, ["group", "locked"])
    problem, now = problem_of_grouping(grouping)
    measured = evaluate(problem, now)
    Grouping.objects.filter(pk=grouping.pk).update(objective=measured.objective, score=measured.score)
