"""Participation: tables worked by hand, chances counted out, and what must hold for every class."""

from fractions import Fraction
from functools import cache
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflections.measures import (
    GroupMeasures,
    LessonMeasures,
    Spread,
    chance_all_within,
    chance_of_silence,
    chance_top_share,
    code_totals,
    gini,
    measure_group,
    measure_lesson,
    normalised_gini,
    silent,
    spread,
    top_share,
    turns,
)

BY_PUPIL = {
    "S03": {"listens": 4},
    "S01": {"asks": 2, "listens": 1},
    "S09": {"gives_idea": 3},
    "S08": {"listens": 2},
}
CODES = st.sampled_from(["asks", "explains", "listens", "speaks"])
PUPILS = st.sampled_from([f"S{n:02}" for n in range(1, 9)])
LESSONS = st.dictionaries(PUPILS, st.dictionaries(CODES, st.integers(0, 20)))
COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=40).filter(any)


@cache
def exact_chance_within(most, k, turns):
    """Count the orders of speaking that give nobody more than ``most`` turns, one pupil after the other."""
    orders = [1] + [0] * turns
    for _ in range(k):
        orders = [
            sum(comb(n, own) * orders[n - own] for own in range(min(most, n) + 1)) for n in range(turns + 1)
        ]
    return Fraction(orders[turns], k**turns)


def test_turns_leave_out_listening_and_keep_the_silent():
    assert turns(BY_PUPIL, ["S03", "S02", "S01"]) == {"S01": 2, "S02": 0, "S03": 0, "S09": 3}


def test_turns_are_ordered_by_pupil():
    assert list(turns(BY_PUPIL, ["S03", "S02", "S01"])) == ["S01", "S02", "S03", "S09"]


def test_code_totals_add_up_all_pupils_in_order():
    totals = code_totals(BY_PUPIL)

    assert list(totals.items()) == [("asks", 2), ("gives_idea", 3), ("listens", 7)]


def test_nothing_recorded_has_no_codes():
    assert code_totals({}) == {}


def test_silent_names_the_watched_without_a_turn():
    assert silent({"S01": 2, "S04": 0, "S09": 0}, ["S04", "S01", "S02"]) == ["S02", "S04"]


@pytest.mark.parametrize(
    ("counts", "index", "normalised"),
    [
        ([], None, None),
        ([0, 0, 0], None, None),
        ([7], 0, None),
        ([5, 5, 5, 5], 0, 0),
        ([0, 0, 0, 12], 3 / 4, 1),
        ([0, 9], 1 / 2, 1),
        ([1, 2, 3, 4], 1 / 4, 1 / 3),
        ([10, 1, 1], 1 / 2, 3 / 4),
    ],
)
def test_gini_of_small_groups(counts, index, normalised):
    assert (gini(counts), normalised_gini(counts)) == (index, normalised)


@given(COUNTS)
def test_gini_is_half_the_mean_difference_over_the_mean(counts):
    n = len(counts)
    differences = sum(abs(one - other) for one, other in product(counts, repeat=2))

    assert gini(counts) == pytest.approx(differences / (2 * n * sum(counts)))


@given(COUNTS)
def test_gini_stays_below_one(counts):
    assert 0 <= gini(counts) < 1


@given(COUNTS.filter(lambda counts: len(counts) > 1))
def test_normalised_gini_reaches_from_nought_to_one(counts):
    assert gini(counts) <= normalised_gini(counts) <= 1


@given(st.integers(2, 400), st.integers(1, 10**9))
def test_normalised_gini_is_one_when_one_pupil_takes_every_turn(pupils, count):
    assert normalised_gini([0] * (pupils - 1) + [count]) == 1


@given(st.integers(1, 40), st.integers(1, 500))
def test_equal_counts_have_no_inequality(pupils, count):
    assert gini([count] * pupils) == 0


@given(COUNTS, st.randoms(use_true_random=False))
def test_gini_does_not_depend_on_who_is_who(counts, random):
    shuffled = random.sample(counts, len(counts))

    assert gini(shuffled) == gini(counts)


@given(COUNTS, st.integers(2, 50))
def test_gini_does_not_depend_on_the_length_of_the_lesson(counts, times):
    assert gini([times * count for count in counts]) == gini(counts)


@pytest.mark.parametrize(
    ("counts", "share"), [([], None), ([0, 0], None), ([3], 1), ([1, 3, 4], 0.5), ([2, 2], 0.5)]
)
def test_top_share_is_that_of_the_busiest(counts, share):
    assert top_share(counts) == share


@pytest.mark.parametrize(
    ("k", "turns", "share", "silence"),
    [
        (4, 10, 0.60, 0.22),
        (4, 20, 0.50, 0.01),
        (4, 40, 0.40, 0.00),
        (5, 10, 0.50, 0.48),
        (5, 20, 0.40, 0.06),
        (5, 40, 0.35, 0.00),
        (6, 10, 0.50, 0.73),
        (6, 20, 0.40, 0.15),
        (6, 40, 0.33, 0.00),
    ],
)
def test_chance_in_groups_of_four_to_six_agrees_with_simulated_lessons(k, turns, share, silence):
    assert (round(chance_top_share(k, turns), 2), round(chance_of_silence(k, turns), 2)) == (share, silence)


@pytest.mark.parametrize(("k", "turns"), [(1, 4), (2, 8), (3, 7), (4, 6)])
def test_chances_agree_with_every_order_of_speaking_counted_out(k, turns):
    orders = [[order.count(pupil) for pupil in range(k)] for order in product(range(k), repeat=turns)]

    for most in range(turns + 1):
        within = sum(max(counts) <= most for counts in orders) / len(orders)
        assert chance_all_within(most, k, turns) == pytest.approx(within, abs=1e-12)
    assert chance_of_silence(k, turns) == sum(0 in counts for counts in orders) / len(orders)


@pytest.mark.parametrize(
    ("k", "turns"), [(2, 1), (2, 60), (3, 41), (4, 90), (5, 77), (6, 25), (12, 50), (28, 28), (40, 60)]
)
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
def test_the_bound_of_chance_is_the_smallest_that_holds_exactly(k, turns, level):
    most = round(chance_top_share(k, turns, level) * turns)

    assert exact_chance_within(most - 1, k, turns) < level <= exact_chance_within(most, k, turns)


@pytest.mark.parametrize(("k", "turns"), [(4, 90), (6, 120), (28, 84), (40, 60)])
def test_chances_agree_with_fractions_wherever_they_are_used(k, turns):
    start = round(chance_top_share(k, turns, 0.5) * turns)

    for most in range(start, start + 10):
        exact = exact_chance_within(most, k, turns)
        assert chance_all_within(most, k, turns) == pytest.approx(float(exact), abs=1e-10)


@pytest.mark.parametrize(("k", "turns", "most"), [(4, 8000, 2087), (6, 8000, 1414), (40, 3000, 102)])
def test_the_bound_of_chance_in_lessons_of_thousands_of_turns(k, turns, most):
    """Held against the smallest bound found once in whole numbers, thousands of digits long."""
    assert chance_top_share(k, turns) == most / turns


@pytest.mark.parametrize(
    ("k", "turns", "most", "level"), [(20, 2, 1, 19 / 20), (2, 6, 4, 50 / 64), (2, 7, 5, 112 / 128)]
)
def test_a_level_that_is_just_reached_is_reached(k, turns, most, level):
    assert float(exact_chance_within(most, k, turns)) == level
    assert chance_top_share(k, turns, level) == most / turns


def test_one_pupil_alone_always_has_every_turn():
    assert chance_top_share(1, 50) == 1


@given(st.integers(1, 30), st.integers(1, 120))
def test_the_bound_of_chance_lies_between_an_equal_share_and_all(k, turns):
    assert 1 / k <= chance_top_share(k, turns) <= 1


@pytest.mark.parametrize(
    ("k", "turns", "level"), [(0, 10, 0.95), (4, 0, 0.95), (4, 10, 1.0), (4, 10, 0.49), (-1, 10, 0.95)]
)
def test_no_bound_of_chance_without_pupils_turns_or_a_sensible_level(k, turns, level):
    with pytest.raises(ValueError, match=f"no top share for {k} pupils, {turns} turns at level {level}"):
        chance_top_share(k, turns, level)


@pytest.mark.parametrize(
    ("k", "turns", "chance"), [(1, 0, 1), (1, 1, 0), (5, 0, 1), (5, 4, 1), (2, 3, 0.25), (3, 3, 1 - 6 / 27)]
)
def test_chance_that_somebody_stays_silent(k, turns, chance):
    assert chance_of_silence(k, turns) == pytest.approx(chance)


@pytest.mark.parametrize(("k", "turns"), [(0, 3), (3, -1)])
def test_no_chance_of_silence_without_pupils(k, turns):
    with pytest.raises(ValueError, match=f"no chance of silence for {k} pupils and {turns} turns"):
        chance_of_silence(k, turns)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ([], Spread.TOO_FEW),
        ([0, 0, 0, 0], Spread.TOO_FEW),
        ([19, 0, 0, 0], Spread.TOO_FEW),
        ([20, 0, 0, 0], Spread.BAND),
        ([5, 5, 5, 5], Spread.BAND),
        ([39, 0, 0, 0], Spread.BAND),
        ([40, 0, 0, 0], Spread.DOMINATED),
        ([17, 8, 8, 7], Spread.DOMINATED),
        ([16, 8, 8, 8], Spread.SHARED),
        ([10, 10, 10, 10], Spread.SHARED),
        ([60], Spread.TOO_FEW),
    ],
)
def test_a_word_needs_forty_turns_and_more_than_chance(counts, verdict):
    assert spread(counts) == verdict


def test_a_group_is_measured_over_its_watched_pupils():
    by_pupil = {
        "S01": {"asks": 10, "listens": 5},
        "S02": {"answers": 10},
        "S03": {"speaks": 99},
        "S04": {"listens": 1},
    }

    lesson = measure_lesson(
        by_pupil, ["S01", "S02", "S04", "S05"], [("Melati", ["S01", "S02", "S03", "S04"])]
    )

    assert lesson.groups == [
        GroupMeasures(
            name="Melati",
            watched=3,
            events=26,
            turns=20,
            gini=1 / 3,
            top_share=1 / 2,
            chance_top_share=chance_top_share(3, 20),
            verdict=Spread.BAND,
        )
    ]


@pytest.mark.parametrize("watched", [[], ["S01", "S02"]])
def test_a_group_without_turns_has_no_index(watched):
    assert measure_group("Mawar", watched, {"S01": {"listens": 3}}) == GroupMeasures(
        name="Mawar",
        watched=len(watched),
        events=3 if watched else 0,
        turns=0,
        gini=None,
        top_share=None,
        chance_top_share=None,
        verdict=Spread.TOO_FEW,
    )


def test_a_single_turn_has_its_index_but_no_word():
    group = measure_group("Mawar", ["S01", "S02"], {"S01": {"asks": 1}})

    assert (group.top_share, group.chance_top_share, group.verdict) == (1, 1, Spread.TOO_FEW)


def test_a_lesson_counts_everything_but_judges_only_the_watched():
    assert measure_lesson(BY_PUPIL, iter(["S01", "S02", "S03", "S01"])) == LessonMeasures(
        watched=3,
        events=12,
        turns={"S01": 2, "S02": 0, "S03": 0, "S09": 3},
        codes={"asks": 2, "gives_idea": 3, "listens": 7},
        silent=["S02", "S03"],
        gini=2 / 3,
        top_share=1,
        groups=[],
    )


def test_an_empty_lesson_has_no_index():
    assert measure_lesson({}, []) == LessonMeasures(
        watched=0, events=0, turns={}, codes={}, silent=[], gini=None, top_share=None, groups=[]
    )


def test_groups_keep_the_order_in_which_they_are_given():
    lesson = measure_lesson({}, ["S01"], [("Melati", []), ("Anggrek", ["S01"])])

    assert [group.name for group in lesson.groups] == ["Melati", "Anggrek"]


@given(LESSONS, st.sets(PUPILS))
def test_every_event_is_a_turn_or_listening(by_pupil, watched):
    lesson = measure_lesson(by_pupil, watched)

    assert lesson.events == sum(lesson.turns.values()) + lesson.codes.get("listens", 0)
    assert lesson.events == sum(lesson.codes.values())


@given(LESSONS, st.sets(PUPILS))
def test_the_watched_are_silent_or_heard(by_pupil, watched):
    lesson = measure_lesson(by_pupil, watched)

    assert watched <= lesson.turns.keys()
    assert lesson.silent == sorted(pupil for pupil in watched if lesson.turns[pupil] == 0)


@given(LESSONS, st.sets(PUPILS))
def test_a_group_of_the_whole_class_equals_the_class(by_pupil, watched):
    lesson = measure_lesson(by_pupil, watched, [("all", sorted(watched))])

    assert [(group.gini, group.top_share) for group in lesson.groups] == [(lesson.gini, lesson.top_share)]
