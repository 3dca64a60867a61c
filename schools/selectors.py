"""Which schools and people somebody keeps in order, and what guardians agreed to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from schools.models import Consent, Membership, Role, School, Student, User


def schools_kept_by(user: User) -> QuerySet[School]:
    """Schools this person sets up: those they administer, for the superuser all."""
    return School.objects.all() if user.is_superuser else School.objects.of(user, Role.ADMINISTRATOR)


def people_kept_by(user: User) -> QuerySet[User]:
    """People whose record this person may change; for the superuser everybody.

    An administrator keeps those who belong to their schools and to no other: whoever changes the e-mail of
    an account holds the account, and with it what it opens elsewhere. Superusers and guests are nobody's.
    """
    if user.is_superuser:
        return User.objects.all()
    theirs = Membership.objects.filter(user=OuterRef("pk"))
    mine = schools_kept_by(user)
    return User.objects.filter(
        Exists(theirs.filter(school__in=mine)), ~Exists(theirs.exclude(school__in=mine)), is_superuser=False
    )


def school_of(user: User) -> School | None:
    """The school whose language and clock this person is addressed in."""
    return School.objects.of(user).order_by("pk").first()


def with_consent(pupils: Iterable[Student | int], *uses: str) -> set[int]:
    """Of these pupils, by id, those whose guardian's word stands for every one of these uses."""
    numbers = {pupil if isinstance(pupil, int) else pupil.pk for pupil in pupils}
    standing: dict[int, set[str]] = {}
    rows = Consent.objects.filter(student__in=numbers, use__in=uses, withdrawn_on=None)
    for number, use in rows.values_list("student", "use"):
        standing.setdefault(number, set()).add(use)
    return {number for number in numbers if set(uses) <= standing.get(number, set())}


def has_consent(student: Student, *uses: str) -> bool:
    """Whether the guardian's word stands for every one of these uses."""
    return bool(with_consent([student], *uses))


def photo_allowed(pupils: Iterable[Student | int]) -> set[int]:
    """Of these pupils, by id, those whose work may be photographed."""
    return with_consent(pupils, Consent.Use.PHOTO)


def belongs_to(user: User, school: School) -> bool:
    """Whether the person is one of the school's own; a guest of one of its cycles is not."""
    return School.objects.of(user).filter(pk=school.pk).exists()
