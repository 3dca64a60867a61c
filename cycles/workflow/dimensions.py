"""The graduate profile: which dimensions a school speaks of, and which of them a lesson serves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from cycles.models import LessonPlan, PlanDimension, ProfileDimension, ResearchLesson
from cycles.workflow.plan import open_plan
from schools.models import School, User


def offer_dimensions(school: School) -> None:
    """Give a school that has no list yet the eight dimensions of Permendikdasmen 10/2025.

    Its administrator changes the list from then on; nothing is ever put back.
    """
    if ProfileDimension.objects.filter(school=school).exists():
        return
    with override("id"):  # the ministry's words
        names = [
            _("Faith and devotion to God Almighty"),
            _("Citizenship"),
            _("Critical reasoning"),
            _("Creativity"),
            _("Collaboration"),
            _("Independence"),
            _("Health"),
            _("Communication"),
        ]
    ProfileDimension.objects.bulk_create(
        [
            ProfileDimension(school=school, order=order, name=name)
            for order, name in enumerate(names, start=1)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def choose_dimensions(
    lesson: ResearchLesson, dimensions: Iterable[ProfileDimension], *, by: User
) -> LessonPlan:
    """Say which dimensions the lesson serves; others go."""
    plan = open_plan(lesson, by=by)
    plan.dimensions.all().delete()
    PlanDimension.objects.bulk_create(
        PlanDimension(school=plan.school, plan=plan, dimension=dimension) for dimension in dimensions
    )
    return plan
