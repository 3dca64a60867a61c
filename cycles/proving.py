"""Whether a grouping could be better: asked in the background, shown while it is about these groups."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from cycles.grouping import Effort, Problem, effort_for, evaluate, form_groups, infeasibilities
from cycles.grouping.problem import Cap
from cycles.grouping.proof import TooLarge, prove
from cycles.mixing import problem_of_grouping
from cycles.models import Grouping, GroupingProof
from lessonstudy.lib.waiting import LostLease, Queue

log = logging.getLogger(__name__)
Step = GroupingProof.Step

SECONDS = 45  # for the proof
QUICK = 0.4  # of a second: the effort for each rule that is left out to see what it costs
LEASE = timedelta(seconds=4 * SECONDS)  # listing the groups of a large class says nothing for a while

queue = Queue(GroupingProof.objects, lambda: LEASE)


def better_of(grouping: Grouping) -> list[list[int]] | None:
    """The better groups that were found for this edition of the grouping."""
    proof = GroupingProof.objects.filter(grouping=grouping, edition=grouping.edition, state="ready").first()
    return proof.better if proof else None


def run(proof_id: int) -> None:
    """Answer one waiting question; do nothing if another worker has it or it is answered."""
    token = queue.claim(proof_id)
    if token is None:
        return
    try:
        _answer(proof_id, token)
    except LostLease:
        log.warning("proof %s was taken over by another worker", proof_id)
    except Exception as error:
        log.error("proof %s failed: %s", proof_id, type(error).__name__)
        queue.give_back(proof_id, token, error="fault")


def _answer(proof_id: int, token: UUID) -> None:
    proof = GroupingProof.objects.select_related("grouping__lesson__school_class").get(pk=proof_id)
    problem, groups = problem_of_grouping(proof.grouping)
    queue.advance(proof_id, token, Step.COSTS, 2)
    costs = rule_costs(problem, seed=proof.grouping.seed)
    told = [5]

    def tell(step: str, share: float) -> None:
        percent = 5 + int(share * 94)
        if percent > told[0]:
            told[0] = percent
            queue.advance(proof_id, token, step, percent)

    try:
        answer = prove(problem, groups, seconds=SECONDS, tell=tell)
    except TooLarge:
        queue.finish(proof_id, token, is_best=False, could_gain=None, better=None, costs=costs)
        return
    better = None if answer.better is None else [[*map(int, group)] for group in answer.better]
    queue.finish(
        proof_id,
        token,
        is_best=answer.best,
        rules_proven=answer.rules_proven,
        could_gain=answer.could_gain,
        better=better,
        costs=costs,
    )


def rule_costs(problem: Problem, *, seed: int) -> dict[str, float]:
    """What each kind of rule costs: by how much J is lower without it, between two quick searches that differ
    in this rule alone.

    Keys: ``no_lone``, ``apart``, ``together``, and the tag of a cap. A cost below a thousandth is none.
    """
    without: Mapping[str, Any] = {
        "no_lone": {"no_lone": ()} if problem.no_lone else None,
        "apart": {"apart": ()} if problem.apart else None,
        "together": {"together": ()} if problem.together else None,
        **{cap.tag: {"caps": _other_caps(problem, cap)} for cap in problem.caps},
    }
    costs: dict[str, float] = {}
    effort: Effort = effort_for(len(problem.pupils), QUICK)
    if infeasibilities(problem):
        return costs
    objective = evaluate(problem, form_groups(problem, seed=seed, effort=effort)).objective
    for name, change in without.items():
        if change is None:
            continue
        freer = replace(problem, **change)
        if infeasibilities(freer):
            continue
        found = evaluate(freer, form_groups(freer, seed=seed, effort=effort)).objective
        if objective - found > 0.001:
            costs[name] = round(objective - found, 4)
    return costs


def _other_caps(problem: Problem, cap: Cap) -> tuple[Cap, ...]:
    return tuple(other for other in problem.caps if other != cap)
