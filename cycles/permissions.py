"""Who may do what in a cycle. Whether the moment is right is the workflow's question."""

from cycles.models import Cycle, CycleRole
from schools.models import Role, School, User
from schools.permissions import can_administer, has_role

Kind = CycleRole.Kind
PLANS = {Kind.MODEL_TEACHER, Kind.PLANNER, Kind.COORDINATOR, Kind.MODERATOR}
TEAM = PLANS | {Kind.OBSERVER, Kind.RECORDER}


def has_cycle_role(user: User, cycle: Cycle, roles: set[Kind] | None = None) -> bool:
    """Whether the person has one of these roles in the cycle (any role where none is named)."""
    mine = CycleRole.objects.filter(user=user, cycle=cycle)
    if roles is not None:
        mine = mine.filter(role__in=roles)
    return user.is_active and mine.exists()


def can_start(user: User) -> bool:
    """Start a cycle in one of one's schools."""
    return School.objects.of(user, Role.TEACHER, Role.PRINCIPAL).exists()


def can_plan(user: User, cycle: Cycle) -> bool:
    """Write the plan, place pupils in groups, assign observers."""
    return has_cycle_role(user, cycle, PLANS)


def can_lead(user: User, cycle: Cycle) -> bool:
    """Move the cycle from stage to stage and publish its reports."""
    return has_cycle_role(user, cycle, PLANS)


def can_set_up(user: User, cycle: Cycle) -> bool:
    """Say who takes part, and when and where the lesson is."""
    return can_lead(user, cycle) or can_administer(user, cycle.school)


def can_take_part(user: User, cycle: Cycle) -> bool:
    """Observe, and speak in the debrief: everybody in the cycle, guests too."""
    return has_cycle_role(user, cycle)


def can_comment(user: User, cycle: Cycle) -> bool:
    """Say something about the plan: everybody in the cycle, its knowledgeable other too."""
    return has_cycle_role(user, cycle)


def can_conclude(user: User, cycle: Cycle) -> bool:
    """Write findings and decisions and have the report compiled: the team, not its guests."""
    return has_cycle_role(user, cycle, TEAM)


def can_name_pupils(user: User, cycle: Cycle) -> bool:
    """See pupils' names beside their codes: teachers of the cycle, principal and administrator."""
    return has_cycle_role(user, cycle, TEAM) or has_role(
        user, cycle.school, Role.PRINCIPAL, Role.ADMINISTRATOR
    )
