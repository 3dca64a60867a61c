"""Whose work may be photographed in the demo school: of most pupils, and of one no longer."""

from __future__ import annotations

from datetime import date

from lessonstudy.demo.people import ADMIN
from lessonstudy.demo.staging import Cast
from schools.models import Consent, Student
from schools.workflow import give_consent, withdraw_consent

NEVER_ASKED = ("A10", "A26", "B13", "B25")
NO_LONGER = "B12"
PHOTO = Consent.Use.PHOTO


def note_consents(cast: Cast, *, on: date) -> None:
    """What guardians agreed to when the school year began."""
    pupils = Student.objects.filter(school=cast.school).exclude(code__in=NEVER_ASKED)
    give_consent(pupils, use=PHOTO, by=cast.people[ADMIN])
    Consent.objects.filter(school=cast.school).update(given_on=on)


def withdraw_one(cast: Cast) -> None:
    """One family has thought better of it since; what was photographed before is not shown any more."""
    pupil = Student.objects.filter(school=cast.school, code=NO_LONGER)
    withdraw_consent(pupil, use=PHOTO, by=cast.people[ADMIN])
