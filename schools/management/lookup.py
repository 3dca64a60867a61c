"""Finds what a command's options name, or says what there is instead."""

from __future__ import annotations

from lessonstudy.lib.commands import BadInput
from schools.models import School, SchoolClass, User


def find_school(code: str) -> School:
    """The school with this code."""
    school = School.objects.filter(code=code).first()
    if school is None:
        there = ", ".join(School.objects.order_by("code").values_list("code", flat=True))
        raise BadInput(
            f"There is no school {code}. Schools: {there or 'none; add one in the administration'}."
        )
    return school


def find_class(school: School, name: str, academic_year: str | None = None) -> SchoolClass:
    """The school's class of this name; of several years the latest, unless one is named."""
    classes = SchoolClass.objects.filter(school=school)
    if academic_year is not None:
        classes = classes.filter(academic_year=academic_year)
    found = classes.filter(name=name).order_by("-academic_year").first()
    if found is None:
        when = f" in {academic_year}" if academic_year else ""
        there = ", ".join(classes.order_by("name").values_list("name", flat=True).distinct())
        raise BadInput(
            f"School {school.code} has no class {name}{when}. "
            f"Its classes{when}: {there or 'none; import_roster makes one'}."
        )
    return found


def find_person(email: str) -> User:
    """Whoever signs in with this e-mail and is not switched off."""
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise BadInput(f"Nobody signs in as {email}. Check the spelling, or add them in the administration.")
    return person


def find_member(email: str, school: School) -> User:
    """The same, of this school."""
    person = find_person(email)
    if not person.memberships.filter(school=school).exists():
        raise BadInput(
            f"{person.email} does not belong to school {school.code}. "
            "Give them a role there in the administration first."
        )
    return person
