"""Takes a class list over from a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from lessonstudy.lib.commands import BadInput
from lessonstudy.lib.imports import ImportCommand
from schools.management.lookup import find_school
from schools.roster import RosterImport, import_roster, read_roster

OPTIONS = {"name": "--class", "academic_year": "--year"}


class Command(ImportCommand):
    help = (
        "Add a class's pupils from a CSV or XLSX file, or bring them up to date; nobody is taken out. "
        "An empty cell leaves what is known."
    )
    outcome = RosterImport

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--school", required=True, metavar="CODE")
        parser.add_argument("--class", required=True, metavar="NAME", dest="class_name")
        parser.add_argument("--year", required=True, metavar="2026/2027")

    def store(
        self, *, file: Path, school: str, class_name: str, year: str, dry_run: bool, **options: Any
    ) -> RosterImport:
        try:
            return import_roster(
                read_roster(file, name=file.name),
                school=find_school(school),
                class_name=class_name,
                academic_year=year,
                dry_run=dry_run,
            )
        except ValidationError as error:
            option, messages = next(iter(error.message_dict.items()))
            raise BadInput(f"{OPTIONS[option]}: {' '.join(messages)}") from error

    def say(self, outcome: RosterImport) -> str:
        return (
            f"{outcome.rows} pupils: {outcome.added} added to the class, {outcome.changed} changed, "
            f"{outcome.unchanged} as they were."
        )
