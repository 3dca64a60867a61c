"""What is not a problem is said so, with the place; what is odd but clear is taken."""

import json
import re

import pytest

from cycles import grouping_words as words
from cycles.grouping import BadProblem, NoLone, read, split
from cycles.grouping.problem import MOST_PUPILS
from tests.cycles.grouping.invented import instance

NAN, INFINITY = float("nan"), float("inf")


def pupils(count, **more):
    return {"students": [{"id": f"p{n}"} for n in range(count)], "group_sizes": [count], **more}


def numeric(value):
    data = pupils(4, attributes=[{"name": "mark", "kind": "numeric", "weight": 1}])
    data["students"][2]["mark"] = value
    return data


BAD = {
    "a list": ([], "not_an_object"),
    "text": ("groups", "not_an_object"),
    "nothing": (None, "not_an_object"),
    "another form": (pupils(4, format="groups/2"), "other_form"),
    "nobody": (pupils(0), "too_few_pupils"),
    "one pupil": (pupils(1), "too_few_pupils"),
    "1,001 pupils": (pupils(MOST_PUPILS + 1), "too_many_pupils"),
    "an id twice": ({"students": [{"id": "a"}, {"id": "a"}], "group_sizes": [2]}, "pupil_twice"),
    "an id as number and text": ({"students": [{"id": 1}, {"id": "1"}], "group_sizes": [2]}, "pupil_twice"),
    "no id": ({"students": [{}, {"id": "a"}], "group_sizes": [2]}, "wrong_value"),
    "an id that is true": ({"students": [{"id": True}, {"id": "a"}], "group_sizes": [2]}, "wrong_value"),
    "no sizes": (pupils(4, group_sizes=[]), "size_not_positive"),
    "an empty group": (pupils(4, group_sizes=[4, 0]), "size_not_positive"),
    "a negative size": (pupils(4, group_sizes=[5, -1]), "wrong_value"),
    "half a pupil": (pupils(4, group_sizes=[2.5, 1.5]), "wrong_value"),
    "too few places": (pupils(4, group_sizes=[3]), "sizes_do_not_add_up"),
    "too many places": (pupils(4, group_sizes=[4, 4]), "sizes_do_not_add_up"),
    "NaN": (numeric(NAN), "wrong_value"),
    "infinity": (numeric(INFINITY), "wrong_value"),
    "true": (numeric(True), "wrong_value"),
    "a number in quotes": (numeric("7"), "wrong_value"),
    "a number beyond all": (numeric(10**400), "wrong_value"),
    "a list for a number": (numeric([7]), "wrong_value"),
    "a negative weight": (
        pupils(4, attributes=[{"name": "m", "kind": "tag", "weight": -1}]),
        "wrong_value",
    ),
    "an unknown kind": (pupils(4, attributes=[{"name": "m", "kind": "colour"}]), "wrong_value"),
    "a kind that is a list": (pupils(4, attributes=[{"name": "m", "kind": []}]), "wrong_value"),
    "an attribute twice": (pupils(4, attributes=[{"name": "m", "kind": "tag"}] * 2), "attribute_twice"),
    "a spread above 1": (
        pupils(4, attributes=[{"name": "m", "kind": "numeric", "spread": 1.5}]),
        "wrong_value",
    ),
    "an unknown id apart": (pupils(4, hard={"apart": [["p0", "x"]]}), "unknown_pupil"),
    "an unknown id together": (pupils(4, hard={"together": [["x"]]}), "unknown_pupil"),
    "an unknown id locked": (pupils(4, hard={"locked": {"x": 0}}), "unknown_pupil"),
    "an unknown id met": (pupils(4, repeat={"pairs": [["p0", "x"]]}), "unknown_pupil"),
    "apart from oneself": (pupils(4, hard={"apart": [["p0", "p0"]]}), "apart_from_oneself"),
    "met oneself": (pupils(4, repeat={"pairs": [["p0", "p0"]]}), "wrong_value"),
    "three apart in one wish": (pupils(4, hard={"apart": [["p0", "p1", "p2"]]}), "wrong_value"),
    "locked beyond the groups": (pupils(4, hard={"locked": {"p0": 1}}), "no_such_group"),
    "locked to true": (pupils(4, hard={"locked": {"p0": True}}), "wrong_value"),
    "wishes in a list": (pupils(4, hard=[["p0", "p1"]]), "wrong_value"),
    "together in an object": (pupils(4, hard={"together": {"p0": "p1"}}), "wrong_value"),
    "a cap without its most": (pupils(4, rules={"cap": [{"tag": "quiet"}]}), "wrong_value"),
    "a rule about nothing": (
        pupils(4, rules={"no_isolated": [{"attribute": "sex", "value": "F"}]}),
        "unknown_attribute",
    ),
    "pupils that are names": ({"students": ["Ann", "Bo"], "group_sizes": [2]}, "wrong_value"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_clear_sentence(data, code):
    with pytest.raises(BadProblem) as caught:
        read(data)

    assert caught.value.code == code
    assert re.fullmatch(r"[^%{}\n]+\.", words.why_bad(caught.value))


def test_every_code_of_bad_input_is_among_the_tested():
    assert {code for _data, code in BAD.values()} == set(words.BAD)


def test_the_place_of_a_wrong_value_is_named():
    with pytest.raises(BadProblem) as caught:
        read(numeric("7"))

    assert words.why_bad(caught.value) == "students[2].mark must be a number."


def test_a_problem_may_be_as_bare_as_ids_and_sizes():
    problem = read({"students": [{"id": 1}, {"id": 2}], "group_sizes": [1, 1], "hard": None, "rules": None})

    assert (problem.ids, problem.sizes, problem.attributes) == (("1", "2"), (1, 1), ())


def test_a_rule_may_be_about_what_is_not_mixed():
    data = pupils(4, rules={"no_isolated": [{"attribute": "house", "value": 7}]})
    for student in data["students"][:3]:
        student["house"] = 7

    problem = read(data)

    assert problem.holders(NoLone("house", "7")) == {"p0", "p1", "p2"}


def test_a_whole_number_is_the_same_level_with_and_without_its_point():
    data = numeric(5)
    data["students"][0]["mark"] = 5.0

    assert read(data).holders(NoLone("mark", "5")) == {"p0", "p2"}


def test_what_is_read_came_through_json():
    data = instance(24, seed=1)

    assert read(json.loads(json.dumps(data))) == read(data)


@pytest.mark.parametrize("target", [4, 5, 6])
@pytest.mark.parametrize("size", range(4, 201))
def test_every_class_is_split_into_four_to_six(size, target):
    sizes = split(size, target)

    assert sum(sizes) == size
    assert sizes == (4, 3) if size == 7 else set(sizes) <= {4, 5, 6}
    assert max(sizes) - min(sizes) <= 1
    assert list(sizes) == sorted(sizes, reverse=True)


@pytest.mark.parametrize(("size", "sizes"), [(1, (1,)), (2, (2,)), (3, (3,)), (30, (5,) * 6)])
def test_the_smallest_classes_are_one_group(size, sizes):
    assert split(size) == sizes


def test_nobody_cannot_be_split():
    with pytest.raises(ValueError, match="nobody"):
        split(0)
