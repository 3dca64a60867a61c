"""What a printed plan says of its lesson besides the sheet: where, when, who, for whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from cycles.models import LessonPlan, ResearchLesson
from cycles.selectors import codes_of
from cycles.sheet import Sheet, take


@dataclass(frozen=True)
class Facts:
    """A lesson with its sheet. ``codes``: case pupils' codes by id; nobody's name is printed."""

    lesson: ResearchLesson
    plan: LessonPlan
    sheet: Sheet
    codes: dict[int, str]
    pupils: int

    @property
    def day(self) -> str:
        at = self.lesson.scheduled_at
        if at is None:
            return ""
        return date_format(timezone.localtime(at, self.lesson.school.zone), "DATETIME_FORMAT")

    @property
    def teacher(self) -> str:
        return self.lesson.model_teacher.name if self.lesson.model_teacher else ""


def facts_of(plan: LessonPlan) -> Facts:
    """Read what the printed plan needs, once for every form of it."""
    lesson = plan.lesson
    return Facts(lesson, plan, take(plan), codes_of(plan), lesson.school_class.enrolments.count())
