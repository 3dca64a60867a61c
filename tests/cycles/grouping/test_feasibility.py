"""Wishes that cannot be met are named with their reason, and with as few to give up as can be."""

from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cycles.grouping import NotDecided, Problem, Pupil, Reason, infeasibilities
from cycles.grouping.wishes import Wishes, place, wishes_of
from tests.cycles.grouping.invented import problem


def class_of(size, sizes, *, together=(), apart=(), locked=()):
    """Pupils are called by their numbers; wishes name them so."""

    def named(wishes):
        return tuple(tuple(map(str, wish)) for wish in wishes)

    pupils = tuple(Pupil(str(n)) for n in range(size))
    fixed = {str(one): group for one, group in locked}
    return Problem(pupils, sizes, together=named(together), apart=named(apart), locked=fixed)


def all_apart(*pupils):
    return list(combinations(pupils, 2))


def chain(*pupils):
    return list(pairwise(pupils))


R = Reason
# What is asked; the reason, the pupils to name, and how many wishes to give up.
CASES = {
    "a chain": (class_of(8, (4, 4), together=chain(0, 1, 2, 3, 4)), R.TOGETHER_TOO_LARGE, "01234", 1),
    "a wish too large": (class_of(8, (4, 4), together=[range(5)]), R.TOGETHER_TOO_LARGE, "01234", 1),
    "together and apart": (
        class_of(8, (4, 4), together=[(0, 1)], apart=[(1, 0)]),
        R.TOGETHER_AND_APART,
        "10",
        1,
    ),
    "apart within a chain": (
        class_of(8, (4, 4), together=chain(0, 1, 2), apart=[(0, 2)]),
        R.TOGETHER_AND_APART,
        "012",
        1,
    ),
    "three apart in two groups": (class_of(8, (4, 4), apart=all_apart(0, 1, 2)), R.APART_CLIQUE, "012", 1),
    "four apart in two groups": (class_of(8, (4, 4), apart=all_apart(0, 1, 2, 3)), R.APART_CLIQUE, "012", 2),
    "pairs apart from pairs": (
        class_of(8, (4, 4), together=[(0, 1), (2, 3)], apart=[(0, 2), (1, 4), (3, 4)]),
        R.APART_CLIQUE,
        "01234",
        1,
    ),
    "an odd ring in two groups": (
        class_of(10, (5, 5), apart=chain(0, 1, 2, 3, 4, 0)),
        R.APART_UNCOLOURABLE,
        "01234",
        1,
    ),
    "together but locked elsewhere": (
        class_of(8, (4, 4), together=[(0, 1)], locked=[(0, 0), (1, 1)]),
        R.LOCK_CONFLICT,
        "01",
        1,
    ),
    "apart but locked alike": (
        class_of(8, (4, 4), apart=[(0, 1)], locked=[(0, 1), (1, 1)]),
        R.LOCK_CONFLICT,
        "01",
        1,
    ),
    "apart, and tied to those locked alike": (
        class_of(8, (4, 4), together=[(0, 2), (1, 3)], apart=[(0, 1)], locked=[(2, 1), (3, 1)]),
        R.LOCK_CONFLICT,
        "0213",
        1,
    ),
    "too many locked": (class_of(8, (4, 4), locked=[(n, 0) for n in range(5)]), R.GROUP_OVERFULL, "01234", 1),
    "many too many locked": (
        class_of(12, (4, 4, 4), locked=[(n, 0) for n in range(7)]),
        R.GROUP_OVERFULL,
        "01234",
        3,
    ),
    "locked with their mates": (
        class_of(8, (4, 4), together=[(0, 1, 2)], locked=[(0, 0), (3, 0), (4, 0)]),
        R.GROUP_OVERFULL,
        "01234",
        1,
    ),
    "trios that do not pack": (
        class_of(12, (4, 4, 4), together=[(0, 1, 2), (3, 4, 5), (6, 7, 8), (9, 10, 11)]),
        R.BLOCKS_DO_NOT_PACK,
        None,
        1,
    ),
    "pairs in odd groups": (
        class_of(9, (3, 3, 3), together=[(0, 1), (2, 3), (4, 5), (6, 7)]),
        R.BLOCKS_DO_NOT_PACK,
        None,
        1,
    ),
    "locked beside those they avoid": (
        class_of(6, (3, 3), apart=[(0, 1), (0, 2)], locked=[(1, 0), (2, 1)]),
        R.APART_UNCOLOURABLE,
        "012",
        1,
    ),
}


@pytest.mark.parametrize(("class_", "reason", "pupils", "drop"), CASES.values(), ids=CASES.keys())
def test_a_contradiction_is_named_with_its_pupils_and_what_to_give_up(class_, reason, pupils, drop):
    found = infeasibilities(class_)

    assert [one.reason for one in found] == [reason]
    assert len(found[0].drop) == drop == fewest_to_drop(class_)
    if pupils is not None:
        assert "".join(found[0].pupils) == pupils
    assert can_be_met(class_, [wish for wish in wishes_of(class_) if wish not in found[0].drop])


def test_every_reason_is_among_the_tested():
    assert {reason for _class, reason, _pupils, _drop in CASES.values()} == set(Reason)


def can_be_met(class_, wishes):
    """By trying every way to place the pupils that wishes name, and counting who is left."""
    named = sorted({one for wish in wishes for one in wish.pupils})
    for places in product(range(len(class_.sizes)), repeat=len(named)):
        at = dict(zip(named, places, strict=True))
        if any(places.count(group) > size for group, size in enumerate(class_.sizes)):
            continue
        if all(holds(wish, at) for wish in wishes):
            return True
    return not named


def holds(wish, at):
    groups = {at[one] for one in wish.pupils}
    if wish.kind == "locked":
        return groups == {wish.group}
    return (len(groups) == 1) == (wish.kind == "together")


def fewest_to_drop(class_):
    """By trying every set of wishes, smaller ones first."""
    wishes = wishes_of(class_)
    for count in range(len(wishes) + 1):
        for gone in combinations(wishes, count):
            rest = [wish for wish in wishes if wish not in gone]
            if place(Wishes(rest, class_)) is not None and can_be_met(class_, rest):
                return count
    return None


@st.composite
def classes(draw):
    sizes = draw(st.sampled_from([(2, 2), (3, 3), (2, 2, 2), (3, 2), (4, 3)]))
    size = sum(sizes)
    pair = st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True)
    together = draw(st.lists(pair, max_size=3))
    apart = draw(st.lists(pair, max_size=4))
    locked = draw(st.dictionaries(st.integers(0, size - 1), st.integers(0, len(sizes) - 1), max_size=3))
    return class_of(size, sizes, together=together, apart=apart, locked=locked.items())


@given(classes())
@settings(max_examples=80, deadline=None)
def test_wishes_are_refused_just_where_no_placing_keeps_them(class_):
    found = infeasibilities(class_)
    given_up = [wish for one in found for wish in one.drop]
    rest = [wish for wish in wishes_of(class_) if wish not in given_up]

    assert bool(found) is not can_be_met(class_, wishes_of(class_))
    assert can_be_met(class_, rest)
    if len(found) == 1:
        assert len(given_up) == fewest_to_drop(class_)
    # Who is named need not be in every wish to give up: of four apart in two groups three are named.
    assert all(one.pupils and one.drop for one in found)


def test_contradictions_that_have_nothing_to_do_with_each_other_are_all_named():
    class_ = class_of(
        12,
        (4, 4, 4),
        together=[(0, 1), *chain(2, 3, 4, 5, 6)],
        apart=[(0, 1)],
        locked=[(n, 2) for n in range(7, 12)],
    )

    assert {one.reason for one in infeasibilities(class_)} == {
        Reason.TOGETHER_TOO_LARGE,
        Reason.TOGETHER_AND_APART,
        Reason.GROUP_OVERFULL,
    }


def test_a_wish_counts_once_however_often_it_is_made():
    class_ = class_of(8, (4, 4), together=[(0, 1), (1, 0), (0, 0, 1), (2,)], apart=[(0, 1), (1, 0)])

    assert len(wishes_of(class_)) == 2
    assert len(infeasibilities(class_)[0].drop) == 1


def test_wishes_of_invented_classes_can_be_met():
    for seed in range(20):
        assert infeasibilities(problem(30, seed=seed, together=4, apart=15, locked=4)) == []


def test_a_thousand_pupils_in_one_group_of_five_are_refused_in_time():
    class_ = class_of(1000, (5,) * 200, locked=[(n, 0) for n in range(40)])
    found = infeasibilities(class_)

    assert [one.reason for one in found] == [Reason.GROUP_OVERFULL]
    assert len(found[0].drop) == 35


def test_what_cannot_be_decided_in_time_is_not_called_impossible():
    class_ = class_of(10, (5, 5), apart=chain(0, 1, 2, 3, 4, 0))

    with pytest.raises(NotDecided):
        place(Wishes(wishes_of(class_), class_), nodes=-(10**6))
