"""Findings and the evidence linked to them; ``reflections.weighing`` computes their status, nobody writes it.

Verbs ask the permission themselves and raise PermissionDenied for the wrong person, NotAllowedNow for the
wrong moment.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from cycles.permissions import can_conclude
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from observations.models import Interview, Observation
from reflections.models import Claim, EvidenceLink, Statement
from reflections.workflow.cycle import require_debrief, require_reflecting
from schools.models import User

Stance = EvidenceLink.Stance


@transaction.atomic
def find(lesson: ResearchLesson, *, text: str, by: User) -> Claim:
    """Write down a finding. Without evidence it is a first guess."""
    require(can_conclude(by, lesson.cycle))
    require_debrief(lesson)
    return Claim.objects.create(school=lesson.school, cycle=lesson.cycle, lesson=lesson, text=text, by=by)


@transaction.atomic
def link_evidence(
    claim: Claim, piece: Observation | Interview | Statement, *, stance: str, by: User
) -> EvidenceLink:
    """Say what a piece of evidence does to a finding; saying it anew replaces what was said before.

    Raises NotAllowedNow for what was taken back, and for evidence against a finding whose answer was written
    without knowing of it: the answer would seem to cover it.
    """
    require(can_conclude(by, claim.cycle))
    require_reflecting(claim.cycle)
    if _is_taken_back(piece):
        raise NotAllowedNow(_("The observer took this back; it can no longer be evidence."))
    what: dict[str, Any] = {str(piece._meta.model_name): piece}
    before = EvidenceLink.objects.filter(claim=claim, **what).first()
    if before is not None and before.stance == stance:
        return before
    if stance == Stance.CONTRADICTS and Claim.objects.filter(pk=claim.pk).exclude(answer="").exists():
        raise NotAllowedNow(
            _("The answer was written before this came up. Empty it, link the evidence, then answer both.")
        )
    if before is not None:
        before.delete()
    return EvidenceLink.objects.create(school=claim.school, claim=claim, stance=stance, by=by, **what)


def _is_taken_back(piece: Observation | Interview | Statement) -> bool:
    seen = piece.observation if isinstance(piece, Statement) else piece
    if not isinstance(seen, Observation):
        return False
    return Observation.objects.filter(pk=seen.pk, voided_at__isnull=False).exists()


@transaction.atomic
def unlink_evidence(link: EvidenceLink, *, by: User) -> None:
    """Say that a piece of evidence has nothing to do with the finding after all."""
    require(can_conclude(by, link.claim.cycle))
    require_reflecting(link.claim.cycle)
    link.delete()


@transaction.atomic
def answer(claim: Claim, *, text: str, by: User) -> None:
    """Answer the evidence against a finding; an empty answer takes the answer back."""
    require(can_conclude(by, claim.cycle))
    require_reflecting(claim.cycle)
    Claim.objects.filter(pk=claim.pk).update(answer=text)
