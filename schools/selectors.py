"""Which schools and people somebody keeps in order."""

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


def photo_allowed(pupils: Iterable[Student]) -> set[int]:
    """Ids of those pupils whose work may be photographed: consent was given, and not withdrawn."""
    given = Consent.objects.filter(use=Consent.Use.PHOTO, withdrawn_on=None)
    return set(given.filter(student__in=[pupil.pk for pupil in pupils]).values_list("student", flat=True))
