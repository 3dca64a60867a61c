"""Observers shared out among tables and case pupils."""

from hypothesis import given
from hypothesis import strategies as st

from cycles.sharing import share_out, two_more

PEOPLE = st.integers(0, 9).map(lambda count: list(range(1, count + 1)))
GROUPS = st.integers(0, 9).map(lambda count: list(range(101, count + 101)))


@given(PEOPLE.filter(bool), GROUPS)
def test_every_table_is_watched_and_nobody_has_two_more_than_another(people, groups):
    shares = share_out(people, groups, {})

    watched = [group for chosen in shares.groups.values() for group in chosen]
    load = [len(chosen) for chosen in shares.groups.values()]
    assert set(watched) == set(groups)
    assert max(load) - min(load) <= 1
    assert not groups or max(map(watched.count, groups)) - min(map(watched.count, groups)) <= 1


@given(PEOPLE.filter(bool), GROUPS, st.integers(0, 5))
def test_each_case_pupil_is_followed_by_one_who_watches_its_table(people, groups, count):
    seats = {pupil: groups[pupil % len(groups)] if groups else 0 for pupil in range(count)}

    shares = share_out(people, groups, seats)

    follows = {pupil: person for person, pupils in shares.pupils.items() for pupil in pupils}
    assert set(follows) == set(seats)
    assert all(not groups or seats[pupil] in shares.groups[person] for pupil, person in follows.items())


def test_without_people_nothing_is_shared():
    assert share_out([], [101], {1: 101}).groups == {}


def test_nobody_watches_the_same_table_twice():
    shares = share_out([1, 2, 3, 4, 5], [101, 102], {})

    assert all(len(chosen) == len(set(chosen)) for chosen in shares.groups.values())


def test_those_with_least_to_do_are_asked_until_two_watch():
    load = {1: 2, 2: 0, 3: 1}

    assert two_more([], load) == [2, 3]
    assert two_more([3], load) == [2]
    assert two_more([1, 2], load) == []
