"""Who may do what in the debrief, beyond what a role in the cycle says (see ``cycles.permissions``).

To speak takes a role of any kind (``can_take_part``), findings, evidence and decisions are the team's
(``can_conclude``), and the stages belong to those who lead (``can_lead``).
"""

from collections.abc import Iterable

from cycles.models import Cycle
from cycles.permissions import TEAM, can_lead, has_cycle_role
from reflections.models import Decision
from schools.models import User


def can_own(user: User, cycle: Cycle) -> bool:
    """Take a decision on: the team. A guest goes when the cycle ends."""
    return has_cycle_role(user, cycle, TEAM)


def can_finish(user: User, decision: Decision) -> bool:
    """Say that a decision is done."""
    return decision.pk in finishable(user, decision.cycle, [decision])


def finishable(user: User, cycle: Cycle, decisions: Iterable[Decision]) -> set[int]:
    """Ids of those of the cycle's decisions this person may call done.

    Those they took on, as long as they are of the team; all of them for those who lead.
    """
    if can_lead(user, cycle):
        return {decision.pk for decision in decisions}
    if not can_own(user, cycle):
        return set()
    return {decision.pk for decision in decisions if decision.owner_id == user.pk}
