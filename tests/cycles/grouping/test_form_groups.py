"""The command: one JSON object, or one clear line and exit status 2."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from cycles.management.commands import form_groups as command
from lessonstudy.lib.commands import BadInput
from tests.cycles.grouping.invented import instance

CLASS = {
    "students": [
        {"id": f"S{n:02}", "attainment": n, "gender": "FM"[n % 2], "tags": tags}
        for n, tags in enumerate([["quiet"], [], [], ["invites"], [], [], [], []], start=1)
    ],
    "group_sizes": [4, 4],
    "attributes": [
        {"name": "attainment", "kind": "numeric", "weight": 3},
        {"name": "gender", "kind": "category", "weight": 2},
        {"name": "quiet", "kind": "tag", "weight": 1},
        {"name": "invites", "kind": "tag", "weight": 1},
    ],
    "hard": {"together": [["S01", "S04"]]},
}


@pytest.fixture
def run(tmp_path):
    """The command on a file of these contents: what it printed and what it said was wrong."""

    def call(content, *options):
        file = tmp_path / "class.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        out = StringIO()
        try:
            call_command("form_groups", str(file), *options, stdout=out)
        except BadInput as error:
            return out.getvalue(), str(error)
        return out.getvalue(), None

    return call


def test_groups_come_in_the_order_of_their_sizes_with_why(run):
    printed, _error = run({**CLASS, "group_sizes": [5, 3]}, "--seed", "7", "--seconds", "0.1")
    found = json.loads(printed)

    assert list(found) == ["groups", "score", "objective", "violations", "explanations", "seed"]
    assert [len(group) for group in found["groups"]] == [5, 3]
    assert found["seed"] == 7
    assert found["violations"] == []
    assert [one["kind"] for one in found["explanations"]] == ["group"] * 2 + ["attribute"] * 4
    assert [one["pupils"] for one in found["explanations"][:2]] == found["groups"]


def test_a_group_is_told_in_plain_words(run):
    printed, _error = run(CLASS, "--seconds", "0.1")
    explained = json.loads(printed)["explanations"][:2]
    quiet = next(one for one in explained if "S01" in one["pupils"])

    assert "quiet S01 sits with S04, who invites others" in quiet["message"]
    assert "2 girls, 2 boys" in quiet["message"]
    assert quiet["message"].endswith("no rule broken")
    assert {"pupil": "S01", "message": "low; gender: M; quiet; wish kept: S01 and S04 together"} in [
        {"pupil": one["pupil"], "message": one["message"]} for one in quiet["each"]
    ]


def test_nobody_invites_where_the_file_knows_no_such_thing(run):
    printed, _error = run(instance(24, seed=1), "--seconds", "0.1")

    assert "invite" not in printed


def test_a_broken_rule_is_named_with_its_group_and_pupils(run):
    students = [{"id": str(n), "gender": "F" if n == 3 else "M"} for n in range(8)]
    rules = {"no_isolated": [{"attribute": "gender", "value": "F"}]}
    printed, _error = run({"students": students, "group_sizes": [4, 4], "rules": rules}, "--seconds", "0.1")
    (broken,) = json.loads(printed)["violations"]

    assert broken["pupils"] == ["3"]
    assert broken["message"] == f"Group {broken['group'] + 1}: only one with gender F."


def test_ids_come_back_as_the_file_has_them(run):
    printed, _error = run({"students": [{"id": n} for n in range(8)], "group_sizes": [4, 4]})

    assert sorted(one for group in json.loads(printed)["groups"] for one in group) == list(range(8))


def test_the_same_seed_gives_the_same_answer_and_another_another(run):
    data = instance(30, seed=3)
    first, again, other = (run(data, "--seed", seed, "--seconds", "0.05")[0] for seed in "112")

    assert first == again
    assert json.loads(first)["groups"] != json.loads(other)["groups"]


def test_wishes_that_cannot_be_met_are_printed_and_end_with_2(run):
    hard = {"together": [["S01", "S02"], ["S02", "S03"]], "apart": [["S01", "S03"]]}
    printed, error = run({**CLASS, "hard": hard})
    (found,) = json.loads(printed)["infeasible"]

    assert found["reason"] == "together_and_apart"
    assert found["pupils"] == ["S01", "S02", "S03"]
    assert found["drop"] == [{"kind": "apart", "pupils": ["S01", "S03"]}]
    assert found["message"] == (
        "S01 and S03 are to be apart, but are together through S02. "
        "It is enough to give up: S01 and S03 apart."
    )
    assert "cannot all be met" in error


def test_what_could_not_be_decided_is_said_so(run, monkeypatch):
    def undecided(problem):
        raise command.NotDecided

    monkeypatch.setattr(command, "infeasibilities", undecided)
    printed, error = run(CLASS)

    assert printed == ""
    assert "could not be decided" in error


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is not JSON: line 1, column 2"),
        (b"\xff\xfe", "is not in UTF-8: byte 1"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"students": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b" " * (command.MOST_BYTES + 1), "is too large: up to 10 MB"),
        (b"[]", "not a JSON object"),
        ({"students": [{"id": "a"}], "group_sizes": [1]}, "At least two pupils"),
    ],
    ids=["not JSON", "not UTF-8", "deep", "long number", "large", "a list", "one pupil"],
)
def test_bad_input_is_one_clear_line(run, content, said):
    printed, error = run(content)

    assert printed == ""
    assert said in error
    assert "\n" not in error


@pytest.mark.parametrize(
    "options", [("--seed", "-1"), ("--seconds", "0"), ("--seconds", "nan"), ("--seconds", "inf")]
)
def test_options_that_make_no_sense_are_refused(run, options):
    _printed, error = run(CLASS, *options)

    assert error.startswith(options[0])


def test_bad_input_ends_with_2():
    assert BadInput("What was wrong.").returncode == 2


def test_a_file_that_is_not_there_is_named(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(BadInput, match=r"cannot be read: .*\."):
            call_command("form_groups", str(path))
