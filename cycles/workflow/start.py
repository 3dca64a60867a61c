"""A cycle begins."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cycles.models import Cycle, CycleRole, Team
from cycles.workflow.dimensions import offer_dimensions
from cycles.workflow.lesson import add_lesson
from cycles.workflow.schedule import meet_around
from lessonstudy.lib.permissions import require
from schools.models import SchoolClass, User
from schools.permissions import can_teach

Kind = CycleRole.Kind


@transaction.atomic
def start_cycle(
    school_class: SchoolClass,
    *,
    title: str,
    team_name: str,
    by: User,
    subject: str = "",
    theme: str = "",
    scheduled_at: datetime | None = None,
    minutes: int = 35,
) -> Cycle:
    """Open a cycle at *plan* with its first lesson and an empty plan; its founder coordinates it."""
    school = school_class.school
    require(can_teach(by, school))
    team, _created = Team.objects.get_or_create(school=school, name=team_name)
    cycle = Cycle.objects.create(
        school=school, team=team, school_class=school_class, title=title, subject=subject, theme=theme, by=by
    )
    CycleRole.objects.create(school=school, cycle=cycle, user=by, role=Kind.COORDINATOR)
    offer_dimensions(school)
    lesson = add_lesson(cycle, school_class=school_class, scheduled_at=scheduled_at, minutes=minutes)
    meet_around(lesson, by=by)
    return cycle
