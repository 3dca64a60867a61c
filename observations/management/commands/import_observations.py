"""Takes over what an observer wrote down in a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from cycles.models import ResearchLesson
from lessonstudy.lib.commands import BadInput
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.imports import ImportCommand
from observations.importing import ObservationImport, import_observations, read_sheet
from observations.permissions import can_observe
from schools.management.lookup import find_person
from schools.models import User


class Command(ImportCommand):
    help = "Store an observer's sheet of a lesson from a CSV or XLSX file; twice stores nothing twice."
    outcome = ObservationImport

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--lesson", required=True, type=int, metavar="ID")
        parser.add_argument("--observer", required=True, metavar="EMAIL")

    def store(
        self, *, file: Path, lesson: int, observer: str, dry_run: bool, **options: Any
    ) -> ObservationImport:
        found = find_lesson(lesson)
        person = find_observer(observer, found)
        table = read_sheet(file, name=file.name)
        try:
            return import_observations(table, lesson=found, observer=person, dry_run=dry_run)
        except NotAllowedNow as error:
            raise BadInput(str(error)) from error

    def say(self, outcome: ObservationImport) -> str:
        return f"{outcome.rows} rows: {outcome.stored} stored, {outcome.duplicates} there already."


def find_lesson(pk: int) -> ResearchLesson:
    """The lesson with its school and class."""
    lesson = ResearchLesson.objects.select_related("cycle", "school", "school_class").filter(pk=pk).first()
    if lesson is None:
        raise BadInput(f"There is no lesson {pk}. new_lesson prints the number of the lesson it makes.")
    return lesson


def find_observer(email: str, lesson: ResearchLesson) -> User:
    """The person, who must be in the lesson's cycle, with whatever role."""
    person = find_person(email)
    if not can_observe(person, lesson):
        people = ", ".join(sorted({role.user.email for role in lesson.cycle.roles.select_related("user")}))
        raise BadInput(f"{person.email} is not in the cycle of lesson {lesson.pk}. In it are: {people}.")
    return person
