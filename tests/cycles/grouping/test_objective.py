"""J against a second count, written from its definition and by other means."""

import random
from collections import Counter
from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cycles.grouping import evaluate, read
from cycles.grouping.objective import judge
from tests.cycles.grouping.invented import ATTRIBUTES, instance, problem


def drawn(data, seed):
    ids = [student["id"] for student in data["students"]]
    random.Random(seed).shuffle(ids)
    rest = iter(ids)
    return [[next(rest) for _ in range(size)] for size in data["group_sizes"]]


def plain_objective(data, groups):
    """J: numbers by the variance between groups, categories by Pearson's table, pairs by counting."""
    students = {student["id"]: student for student in data["students"]}
    many, lots = len(students), len(students) * (len(groups) - 1) / (len(students) - 1)
    parts = []
    for attribute in data["attributes"]:
        name, kind = attribute["name"], attribute["kind"]
        if kind == "numeric":
            value = numeric({one: student.get(name) for one, student in students.items()}, groups, attribute)
        elif kind == "category":
            value = table({one: student.get(name) for one, student in students.items()}, groups)
        else:
            value = table({one: name in student["tags"] or None for one, student in students.items()}, groups)
        if value is not None:
            parts.append((attribute["weight"], value / lots))
    pairs = data["repeat"]["pairs"]
    if pairs:
        again = sum(times for a, b, times in pairs if any(a in group and b in group for group in groups))
        share = sum(len(group) * (len(group) - 1) for group in groups) / (many * (many - 1))
        expected = sum(times for _a, _b, times in pairs) * share
        parts.append((data["repeat"]["weight"], again / expected))
    return sum(weight * value for weight, value in parts) / sum(weight for weight, _value in parts)


def standardised(values):
    known = [value for value in values.values() if value is not None]
    if len(known) < 2 or pstdev(known) < 1e-6:
        return None
    middle, spread = fmean(known), pstdev(known) * (len(known) / len(values)) ** 0.5
    return {one: 0 if value is None else (value - middle) / spread for one, value in values.items()}


def between(column, groups):
    return sum(len(group) * fmean(column[one] for one in group) ** 2 for group in groups)


def numeric(values, groups, attribute):
    z = standardised(values)
    if z is None:
        return None
    spread = attribute.get("spread", 0)
    squares = standardised({one: None if values[one] is None else z[one] ** 2 for one in z})
    return (1 - spread) * between(z, groups) + (spread * between(squares, groups) if spread else 0)


def table(values, groups):
    totals = Counter(value for value in values.values() if value is not None)
    shares = {value: count / len(values) for value, count in totals.items()}
    left = len(shares) - sum(shares.values())
    if left < 1e-9:
        return None
    square = 0
    for group in groups:
        seen = Counter(values[one] for one in group)
        square += sum((seen[v] - len(group) * p) ** 2 / (len(group) * p) for v, p in shares.items())
    return square / left


def with_weights(data):
    data["repeat"]["pairs"] = [[a, b, 1 + n % 3] for n, (a, b) in enumerate(data["repeat"]["pairs"])]
    return data


@pytest.mark.parametrize("size", [9, 16, 27, 40])
@pytest.mark.parametrize("unknown", [0, 0.2])
def test_the_objective_is_the_one_counted_plainly(size, unknown):
    data = with_weights(instance(size, seed=size, unknown=unknown))
    for seed in range(5):
        groups = drawn(data, seed)

        assert evaluate(read(data), groups).objective == pytest.approx(plain_objective(data, groups))


def test_the_plain_count_notices_an_exchange():
    data = with_weights(instance(16, seed=1))
    groups = drawn(data, 0)
    other = [list(group) for group in groups]
    other[0][0], other[1][0] = groups[1][0], groups[0][0]

    assert plain_objective(data, groups) != pytest.approx(plain_objective(data, other))


def test_drawing_lots_comes_to_one_on_average():
    data = instance(30, seed=3, unknown=0.15)
    class_ = read(data)

    assert fmean(judge(class_, drawn(data, seed))[2] for seed in range(1500)) == pytest.approx(1, abs=0.03)


@given(st.integers(8, 24), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_exchanging_two_pupils_who_are_alike_changes_nothing(size, seed):
    data = instance(size, seed=seed % 1000, together=0, apart=0)
    data["repeat"] = {}
    first, second = data["students"][0], data["students"][1]
    data["students"][1] = {**first, "id": second["id"]}
    groups = drawn(data, seed)
    names = {first["id"]: second["id"], second["id"]: first["id"]}
    other = [[names.get(one, one) for one in group] for group in groups]

    assert judge(read(data), groups)[2] == pytest.approx(judge(read(data), other)[2])


def test_groups_that_miss_somebody_or_hold_somebody_twice_are_refused():
    class_ = problem(12, seed=1)
    ids = list(class_.ids)

    for wrong in (ids[:-1], [*ids[:-1], ids[0]], [*ids, "stranger"]):
        with pytest.raises(ValueError, match="one place"):
            evaluate(class_, [wrong])


def test_an_attribute_may_bear_any_name():
    data = instance(12, seed=1)
    named = {"met": "gender", "repeat": "background"}
    for attribute, student in [(a, s) for a in named for s in data["students"]]:
        student[attribute] = student[named[attribute]]
    twice = [*ATTRIBUTES, *({"name": name, "kind": "category", "weight": 1} for name in named)]
    data = with_weights({**data, "attributes": twice})
    groups = drawn(data, 2)

    assert evaluate(read(data), groups).objective == pytest.approx(plain_objective(data, groups))


def test_least_is_reached_where_whole_pupils_allow_it():
    """4 of 12 with a tag, groups of 4: one each would be lone for a rule, else even is 4/3 each."""
    students = [{"id": str(n), "house": "A" if n < 4 else "B"} for n in range(12)]
    data = {
        "students": students,
        "group_sizes": [4, 4, 4],
        "attributes": [{"name": "house", "kind": "category", "weight": 1}],
        "rules": {"no_isolated": [{"attribute": "house", "value": "A"}]},
    }
    best = evaluate(read(data), [["0", "1", "4", "5"], ["2", "6", "7", "8"], ["3", "9", "10", "11"]])
    by_rule = evaluate(read(data), [["0", "1", "4", "5"], ["2", "3", "7", "8"], ["6", "9", "10", "11"]])

    assert best.measures[0].value == pytest.approx(best.measures[0].least)
    assert by_rule.measures[0].value > best.measures[0].value
    assert by_rule.measures[0].least_by_rule > best.measures[0].least
    assert (best.rule_breaks, by_rule.rule_breaks) == (2, 0)
