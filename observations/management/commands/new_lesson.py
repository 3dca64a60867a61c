"""Opens a lesson for observation at once, for those who planned it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import override

from cycles import workflow
from cycles.models import Cycle, CycleRole, PlanStep, ResearchLesson
from cycles.selectors import latest_lesson
from lessonstudy.lib.commands import BadInput
from schools.management.lookup import find_class, find_member, find_school
from schools.models import School, SchoolClass, User

Kind = CycleRole.Kind


class Command(BaseCommand):
    help = (
        "Make a cycle at stage observe with one lesson and these people in it. Its plan is one step, the "
        "whole lesson."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--school", required=True, metavar="CODE")
        parser.add_argument("--class", required=True, metavar="NAME", dest="class_name")
        parser.add_argument("--year", metavar="2026/2027", help="of the class; unless named, the latest")
        parser.add_argument("--title", required=True)
        parser.add_argument("--teacher", required=True, metavar="EMAIL")
        parser.add_argument("--observer", action="append", default=[], metavar="EMAIL", dest="observers")
        parser.add_argument(
            "--date",
            required=True,
            metavar="ISO",
            help="such as 2026-10-05T07:45 on the school's clock",
        )
        parser.add_argument("--minutes", type=int, default=35)
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object and nothing else"
        )

    def handle(
        self,
        *args: Any,
        school: str,
        class_name: str,
        year: str | None,
        title: str,
        teacher: str,
        observers: list[str],
        date: str,
        minutes: int,
        as_json: bool,
        **options: Any,
    ) -> None:
        found = find_school(school)
        lesson = open_lesson(
            find_class(found, class_name, year),
            title=checked(Cycle, "title", title),
            teacher=find_member(teacher, found),
            observers=[find_member(email, found) for email in observers],
            scheduled_at=moment(date, found),
            minutes=checked(ResearchLesson, "minutes", minutes),
        )
        if as_json:
            self.stdout.write(json.dumps({"cycle": lesson.cycle_id, "lesson": lesson.pk}))
        else:
            self.stdout.write(f"Lesson {lesson.pk} of cycle {lesson.cycle_id} is open for observation.")


@transaction.atomic
def open_lesson(
    school_class: SchoolClass,
    *,
    title: str,
    teacher: User,
    observers: Iterable[User],
    scheduled_at: datetime,
    minutes: int,
) -> ResearchLesson:
    """The lesson of a new cycle at *observe*; its teacher leads the cycle."""
    try:
        cycle = workflow.start_cycle(
            school_class,
            title=title,
            team_name=_team(school_class),
            by=teacher,
            scheduled_at=scheduled_at,
            minutes=minutes,
        )
    except PermissionDenied:
        raise BadInput(f"{teacher.email} is not a teacher of school {school_class.school.code}.") from None
    workflow.give_role(cycle, teacher, Kind.MODEL_TEACHER, by=teacher)
    for observer in observers:
        workflow.give_role(cycle, observer, Kind.OBSERVER, by=teacher)
    lesson = latest_lesson(cycle)
    workflow.add_step(lesson, _whole_lesson(lesson), by=teacher)
    workflow.start_observing(cycle, by=teacher)
    return lesson


def _team(school_class: SchoolClass) -> str:
    with override(school_class.school.language):
        return _("Teachers of class %(name)s") % {"name": school_class.name}


def _whole_lesson(lesson: ResearchLesson) -> dict[str, Any]:
    """The one step of a plan that is kept elsewhere: a lesson without any cannot be observed."""
    with override(lesson.school.language):
        return {"phase": PlanStep.Phase.CORE, "minutes": lesson.minutes, "activity": _("The whole lesson")}


def moment(text: str, school: School) -> datetime:
    """An ISO date, with a time or from midnight, on the school's clock unless it says its own offset."""
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=school.zone)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"“{text}” is not a date. Write it like 2026-10-05T07:45.") from None


def checked(model: type[Model], field: str, value: Any) -> Any:
    """The value, if the field takes it."""
    try:
        return model._meta.get_field(field).clean(value, None)
    except ValidationError as error:
        raise BadInput(f"--{field} {value}: {' '.join(error.messages)}") from error
