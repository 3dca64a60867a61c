"""Who may do what with a school's people and classes."""

from schools.models import Membership, Role, School, User


def can_administer(user: User, school: School) -> bool:
    """Set up the school: its people, classes and pupils."""
    return user.is_superuser or has_role(user, school, Role.ADMINISTRATOR)


def can_teach(user: User, school: School) -> bool:
    """Start a cycle in the school."""
    return has_role(user, school, Role.TEACHER, Role.PRINCIPAL)


def has_role(user: User, school: School, *roles: str) -> bool:
    """Whether the person has one of these roles there."""
    return user.is_active and Membership.objects.filter(user=user, school=school, role__in=roles).exists()
