"""Every published class through the engine, held against its published best and another scorer.

They stand beside the project (``GROUPING``), not in it; without them these tests fail.
"""

import importlib.util
import json
import os
from functools import cache
from itertools import chain
from pathlib import Path
from statistics import fmean

import pytest

from cycles.grouping import evaluate, form_groups, infeasibilities, read
from cycles.grouping.objective import judge
from cycles.grouping.proof import prove
from tests.cycles.grouping.test_objective import drawn

pytestmark = pytest.mark.real
FOLDER = Path(os.environ.get("GROUPING", Path(__file__).resolve().parents[3] / "shared/data/grouping"))
CLASSES = ["class-24-by4", "class-30-by5", "class-30-by5c", "few-girls-30", "norepeat-32", "tiny-16"]
CLASSES += ["uneven-27"]
GRADES = ["grade-120"]
INFEASIBLE = ["inf-chain", "inf-clique", "inf-colour", "inf-locks-full"]
PROVEN = ["class-24-by4", "class-30-by5", "norepeat-32", "tiny-16"]
SEEDS = [1, 2, 3]


def published(name, folder="instances"):
    return json.loads((FOLDER / folder / f"{name}.json").read_text())


@cache
def formed(name, seed):
    return form_groups(read(published(name)), seed=seed)


@cache
def scorer():
    spec = importlib.util.spec_from_file_location("published_score", FOLDER / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(name, groups):
    return scorer().report(published(name), {"groups": groups})


@pytest.mark.parametrize("name", [*CLASSES, *GRADES])
def test_the_published_scorer_comes_to_the_same(name):
    data = published(name)
    for groups in [formed(name, 1), *(drawn(data, seed) for seed in range(10))]:
        ours, theirs = evaluate(read(data), groups), scored(name, groups)

        assert ours.objective == pytest.approx(theirs["J"], abs=1e-12)
        assert ours.score == pytest.approx(theirs["score"], abs=1e-9)
        assert (len(ours.broken), ours.rule_breaks) == (theirs["hard"], theirs["rules"])


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_comes_close_to_the_best_known(name):
    for seed in SEEDS:
        found = scored(name, formed(name, seed))

        assert found["hard"] == 0
        assert found["rules_above_best"] <= 0
        assert found["closeness"] >= 0.98


def test_classes_come_close_to_the_best_known_on_average():
    found = [scored(name, formed(name, seed))["closeness"] for name in CLASSES for seed in SEEDS]

    assert fmean(found) >= 0.997


@pytest.mark.parametrize("name", GRADES)
def test_a_grade_comes_close_to_the_best_known(name):
    found = scored(name, formed(name, 1))

    assert (found["hard"], found["rules_above_best"]) == (0, 0)
    assert found["closeness"] >= 0.99


@pytest.mark.parametrize("name", PROVEN)
def test_the_optimum_is_proven_even_from_poor_groups(name):
    class_, best = read(published(name)), published(name)["best"]
    poor = form_groups(class_, seed=1)
    poor = poor if name == "norepeat-32" else swapped(class_, poor)

    proof = prove(class_, poor, seconds=30)

    assert proof.objective == pytest.approx(best["J"], abs=1e-6)
    assert proof.bound == pytest.approx(best["J"], abs=1e-6)
    if proof.better:
        assert scored(name, proof.better)["rules"] == best["rules"]


def swapped(class_, groups):
    """Groups as good by the rules, but not by the mix."""
    here = judge(class_, groups)
    for n in range(len(groups[0])):
        for m in range(len(groups[1])):
            other = [list(group) for group in groups]
            other[0][n], other[1][m] = groups[1][m], groups[0][n]
            broken, violations, objective = judge(class_, other)
            if not broken and len(violations) == len(here[1]) and objective > here[2] + 1e-6:
                return other
    return groups


@pytest.mark.parametrize("name", sorted(set(CLASSES) - set(PROVEN)))
def test_the_other_classes_get_a_bound_that_is_none_too_high(name):
    proof = prove(read(published(name)), formed(name, 1), seconds=3)

    assert 0 < proof.bound <= published(name)["best"]["J"] + 1e-6
    assert proof.rules_proven


@pytest.mark.parametrize("name", INFEASIBLE)
def test_wishes_that_cannot_be_met_are_named_as_published(name):
    data = published(name, "infeasible")
    (found,) = infeasibilities(read(data))

    assert found.reason == data["expect"]["code"]
    assert sorted(found.pupils) == data["expect"]["core"]
    assert len(found.drop) == 1


def test_every_published_class_is_among_the_tested():
    here = {path.stem for path in chain(FOLDER.glob("instances/*.json"), FOLDER.glob("infeasible/*.json"))}

    assert here == {*CLASSES, *GRADES, *INFEASIBLE}
