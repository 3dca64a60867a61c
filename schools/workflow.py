"""Every change of who belongs to a school, the letters that go with it, and what guardians agreed to."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools import tasks
from schools.models import Consent, Membership, Role, School, Student, User
from schools.permissions import can_administer
from schools.selectors import people_kept_by


def invite(person: User, *, school: School, roles: Iterable[str], by: User, site: str) -> User:
    """Save a new person without a password, make them a member in each role, and send them a link to set one.

    ``site`` is its address as people reach it, for the link. Raises PermissionDenied.
    """
    require(can_administer(by, school))
    person.set_unusable_password()
    with transaction.atomic():
        person.save(force_insert=True)
        Membership.objects.bulk_create(Membership(user=person, school=school, role=role) for role in roles)
        _post_letter(person.pk, site)
    return person


def send_sign_in_letter(person: User, *, by: User, site: str) -> None:
    """Send somebody a fresh link to set their password. Raises PermissionDenied, NotAllowedNow."""
    require(people_kept_by(by).filter(pk=person.pk).exists())
    if not person.is_active:
        raise NotAllowedNow(_("%(person)s is switched off and cannot sign in.") % {"person": person})
    _post_letter(person.pk, site)


def forgot_password(email: str, *, site: str) -> None:
    """Send a link to whoever has this e-mail.

    Nobody learns whether there is an account: the same work is done either way, and the worker, which alone
    takes longer over a real letter, is not waited for.
    """
    person_id = User.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    _post_letter(person_id, site)


def end_membership(membership: Membership, *, by: User) -> None:
    """Take a role in a school from a person. Raises PermissionDenied, NotAllowedNow."""
    require(can_administer(by, membership.school))
    with transaction.atomic():
        membership.delete()
        if _locked_out(membership, by=by):
            raise NotAllowedNow(
                _("You would lose your last role as administrator. Ask another administrator to remove it.")
            )


@transaction.atomic
def give_consent(pupils: QuerySet[Student], *, use: str, by: User) -> int:
    """Note that guardians agreed today; of how many pupils that was new. What stands keeps its day.

    Raises PermissionDenied.
    """
    changed = 0
    for pupil in _kept(pupils, by=by):
        consent, is_new = Consent.objects.select_for_update(of=("self",)).get_or_create(
            student=pupil, use=use, defaults={"school_id": pupil.school_id, "given_on": _today(pupil)}
        )
        if consent.withdrawn_on is not None:
            consent.given_on, consent.withdrawn_on = _today(pupil), None
            consent.save(update_fields=["given_on", "withdrawn_on"])
            is_new = True
        changed += is_new
    return changed


@transaction.atomic
def withdraw_consent(pupils: QuerySet[Student], *, use: str, by: User) -> int:
    """Note that guardians no longer agree, from today; how many had. Raises PermissionDenied."""
    changed = 0
    for pupil in _kept(pupils, by=by):
        standing = pupil.consents.filter(use=use, withdrawn_on=None, given_on__lte=_today(pupil))
        changed += standing.update(withdrawn_on=_today(pupil))
    return changed


def _kept(pupils: QuerySet[Student], *, by: User) -> QuerySet[Student]:
    """The same pupils, if this person keeps the school of each."""
    found = pupils.select_related("school")
    for school in {pupil.school for pupil in found}:
        require(can_administer(by, school))
    return found


def _today(pupil: Student) -> date:
    return timezone.localdate(timezone=pupil.school.zone)


def _locked_out(ended: Membership, *, by: User) -> bool:
    """Whether somebody just shut themselves out of the administration."""
    is_own = ended.user_id == by.pk and ended.role == Role.ADMINISTRATOR and not by.is_superuser
    return is_own and not Membership.objects.filter(user=by, role=Role.ADMINISTRATOR).exists()


def _post_letter(person_id: int | None, site: str) -> None:
    transaction.on_commit(partial(tasks.post, person_id, site))
