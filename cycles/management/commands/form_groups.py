"""Mixes pupils into groups from a file, for those who keep their class elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser, no_translations

from cycles import grouping_words as words
from cycles.grouping import (
    BadProblem,
    Evaluation,
    Infeasible,
    NoLone,
    NotDecided,
    Problem,
    Violation,
    Wish,
    effort_for,
    evaluate,
    explain,
    explain_pupils,
    form_groups,
    infeasibilities,
    read,
)
from lessonstudy.lib.commands import BadInput

MOST_BYTES = 10_000_000
MOST_SECONDS = 600
MOST_SEED = 2**63 - 1
Given = dict[str, Any]  # our pupil → the id as the file has it, a number perhaps
Json = dict[str, Any]


class Command(BaseCommand):
    help = (
        "Mix the pupils of a file of form hetgroups-instance/1 into groups, printed as one JSON object. "
        "The same seed and seconds give the same groups on every machine."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")
        parser.add_argument("--seed", type=int, default=1, metavar="N")
        parser.add_argument(
            "--seconds",
            type=float,
            metavar="S",
            help="a bound on the time, kept by counting steps; else 1 for a class and 5 for a grade",
        )

    @no_translations
    def handle(self, *args: Any, file: Path, seed: int, seconds: float | None, **options: Any) -> None:
        if not 0 <= seed <= MOST_SEED:
            raise BadInput(f"--seed {seed}: a whole number from 0 to {MOST_SEED} is wanted.")
        if seconds is not None and not 0 < seconds <= MOST_SECONDS:
            raise BadInput(f"--seconds {seconds:g}: a number above 0 and up to {MOST_SECONDS} is wanted.")
        data = load(file)
        try:
            problem = read(data)
            contradictions = infeasibilities(problem)
        except BadProblem as error:
            raise BadInput(f"{file}: {words.why_bad(error)}") from None
        except NotDecided:
            raise BadInput(f"{file}: {words.undecided()}") from None
        given = {str(student["id"]): student["id"] for student in data["students"]}
        if contradictions:
            self._print({"infeasible": [contradiction(one, given) for one in contradictions]})
            raise BadInput(f"{file}: these wishes cannot all be met; standard output says why.")
        groups = form_groups(problem, seed=seed, effort=effort_for(len(problem.pupils), seconds))
        self._print(answer(problem, groups, given) | {"seed": seed})

    def _print(self, found: Json) -> None:
        self.stdout.write(json.dumps(found))


def load(file: Path) -> Any:
    """The JSON in a file."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from None
    if len(content) > MOST_BYTES:
        raise BadInput(f"{file} is too large: up to {MOST_BYTES // 1_000_000} MB can be read.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not in UTF-8: byte {error.start + 1} is none of it.") from None
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{file} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except (ValueError, RecursionError):
        raise BadInput(
            f"{file} is not JSON that can be read: a number is too long, or lists lie too deep."
        ) from None


def contradiction(found: Infeasible, given: Given) -> Json:
    return {
        "reason": found.reason,
        "message": words.why_not(found),
        "pupils": [given[one] for one in found.pupils],
        "drop": [wish_as_json(wish, given) for wish in found.drop],
    }


def wish_as_json(wish: Wish, given: Given) -> Json:
    found: Json = {"kind": wish.kind, "pupils": [given[one] for one in wish.pupils]}
    return found if wish.group is None else found | {"group": wish.group}


def answer(problem: Problem, groups: list[list[str]], given: Given) -> Json:
    found = evaluate(problem, groups)
    return {
        "groups": [[given[one] for one in group] for group in groups],
        "score": round(found.score, 2),
        "objective": found.objective,
        "violations": [violation_as_json(problem, groups, one, given) for one in found.violations],
        "explanations": [*group_explanations(problem, groups, given), *attribute_explanations(found)],
    }


def violation_as_json(problem: Problem, groups: list[list[str]], found: Violation, given: Given) -> Json:
    rule = found.rule
    about: Json = (
        {"rule": "no_isolated", "attribute": rule.attribute, "value": rule.value}
        if isinstance(rule, NoLone)
        else {"rule": "cap", "tag": rule.tag, "max": rule.most}
    )
    holders = problem.holders(rule)
    return about | {
        "group": found.group,
        "count": found.count,
        "pupils": [given[one] for one in groups[found.group] if one in holders],
        "message": f"Group {found.group + 1}: {words.broken(found)}.",
    }


def group_explanations(problem: Problem, groups: list[list[str]], given: Given) -> list[Json]:
    """What a group is made of, and what each of its pupils brings."""
    pupils = explain_pupils(problem, groups)
    return [
        {
            "kind": "group",
            "group": facts.group,
            "pupils": [given[one] for one in facts.pupils],
            "thirds": facts.thirds,
            "means": {name: {"group": here, "class": all_} for name, (here, all_) in facts.means.items()},
            "levels": facts.levels,
            "tags": {tag: [given[one] for one in holders] for tag, holders in facts.tagged.items()},
            "again": [[given[first], given[second]] for first, second in facts.again],
            "wishes": [wish_as_json(wish, given) for wish in facts.wishes],
            "message": words.said(facts),
            "each": [
                {
                    "pupil": given[one.pupil],
                    "thirds": one.thirds,
                    "levels": one.levels,
                    "tags": one.tags,
                    "again": [given[other] for other in one.again],
                    "message": words.said_of(one),
                }
                for one in pupils
                if one.group == facts.group
            ],
        }
        for facts in explain(problem, groups)
    ]


def attribute_explanations(found: Evaluation) -> list[Json]:
    """How evenly each attribute is spread, as shares of drawing lots, and what a rule costs it."""
    return [
        {
            "kind": "attribute",
            "attribute": one.name,
            "weight": one.weight,
            "value": one.value,
            "least": one.least,
            "rule_costs": max(0.0, one.least_by_rule - one.least),
            "score": round(one.score, 2),
            "message": words.measured(one),
        }
        for one in found.measures
    ]
