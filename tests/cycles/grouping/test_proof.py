"""Proofs against every partition there is, on classes small enough to try them all."""

import pytest

from cycles.grouping import Effort, columns, evaluate, form_groups, read
from cycles.grouping.proof import TooLarge, least_breaks, prove
from tests.cycles.grouping.invented import instance, problem
from tests.cycles.grouping.test_objective import drawn
from tests.cycles.grouping.test_search import assert_kept, key, partitions

SMALL = [(8, (4, 4)), (9, (3, 3, 3)), (9, (5, 4)), (10, (5, 5)), (10, (4, 3, 3))]


def small(size, sizes, seed):
    data = instance(size, seed=seed, together=0, apart=1)
    data["group_sizes"] = list(sizes)
    return data


@pytest.mark.parametrize(("size", "sizes"), SMALL)
@pytest.mark.parametrize("seed", range(2))
def test_a_proof_from_drawn_lots_ends_at_the_best_of_all_partitions(size, sizes, seed):
    data = small(size, sizes, seed)
    class_ = read(data)
    every = [key(class_, found) for found in partitions(list(class_.ids), list(sizes))]
    start = next(found for n in range(99) if not evaluate(class_, found := drawn(data, n)).broken)

    proof = prove(class_, start, seconds=20)

    groups = proof.better or start
    assert_kept(class_, groups)
    assert key(class_, groups) == pytest.approx(min(every))
    assert proof.objective == pytest.approx(min(every)[2])
    assert proof.bound <= min(every)[2] + 1e-7
    assert proof.could_gain == pytest.approx(0, abs=1e-6)


def test_a_proof_never_says_best_of_what_is_not():
    data = small(9, (3, 3, 3), 1)
    class_ = read(data)
    best = min(key(class_, found) for found in partitions(list(class_.ids), [3, 3, 3]))
    start = next(found for n in range(99) if not evaluate(class_, found := drawn(data, n)).broken)
    assert key(class_, start) > best

    proof = prove(class_, start, seconds=0)  # no time for more than a bound

    assert proof.better is not None or not proof.best
    assert proof.bound <= best[2] + 1e-7 or not proof.rules_proven


def test_groups_that_are_the_best_are_called_so_and_left():
    class_ = problem(12, seed=2, target=4)
    groups = form_groups(class_, seed=1, effort=Effort(16, 300))
    steps = []

    proof = prove(class_, groups, seconds=20, tell=lambda step, share: steps.append((step, share)))

    assert (proof.best, proof.better) == (True, None)
    assert proof.bound == pytest.approx(proof.objective)
    assert steps[0][0] == "listing"
    assert all(0 <= share <= 1 for _step, share in steps)


def test_wishes_hold_in_what_a_proof_offers():
    data = instance(15, seed=4, together=2, apart=4, locked=2)
    class_ = read(data)
    start = form_groups(class_, seed=1, effort=Effort(1, 1))

    proof = prove(class_, start, seconds=20)

    assert_kept(class_, proof.better or start)
    assert key(class_, proof.better or start) <= key(class_, start)


def test_a_class_whose_groups_cannot_be_listed_is_said_so(monkeypatch):
    monkeypatch.setattr(columns, "MOST_COLUMNS", 100)
    class_ = problem(12, seed=1, target=4)

    with pytest.raises(TooLarge):
        prove(class_, form_groups(class_, seed=1, effort=Effort(4, 10)))


def test_a_grade_is_too_large_to_list_without_listing_it():
    class_ = problem(120, seed=1)

    with pytest.raises(TooLarge):
        prove(class_, form_groups(class_, seed=1, effort=Effort(4, 10)), seconds=1)


def test_groups_that_break_a_wish_are_not_asked_about():
    class_ = problem(12, seed=1, target=4, apart=0, together=1)
    a, b = class_.together[0]
    rest = [one for one in class_.ids if one not in (a, b)]

    with pytest.raises(ValueError, match="wishes"):
        prove(class_, [[a, *rest[:3]], [b, *rest[3:6]], rest[6:]])


def test_the_fewest_broken_rules_are_those_of_the_best_partition():
    for seed in range(6):
        data = small(9, (3, 3, 3), seed)
        data["hard"] = {}
        class_ = read(data)

        assert least_breaks(class_) == min(
            key(class_, found)[1] for found in partitions(list(class_.ids), [3, 3, 3])
        )
