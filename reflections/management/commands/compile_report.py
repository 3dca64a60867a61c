"""Compiles a lesson's report at once, as the background task does, without storing it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cycles.models import ResearchLesson
from lessonstudy.lib.commands import BadInput
from reflections.report.formats import FORMATS
from reflections.report.snapshot import take_snapshot

TEXT = {"html", "json"}


class Command(BaseCommand):
    help = "Compile the report of a lesson and write it to standard output or a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lesson", type=int, metavar="LESSON_ID")
        parser.add_argument("--format", choices=sorted(FORMATS), default="json")
        parser.add_argument("--output", metavar="FILE", type=Path)

    def handle(self, *args: Any, lesson: int, format: str, output: Path | None, **options: Any) -> None:
        found = (
            ResearchLesson.objects.select_related("cycle", "school", "school_class").filter(pk=lesson).first()
        )
        if found is None:
            raise BadInput(
                f"There is no lesson {lesson}. new_lesson prints the number of the lesson it makes."
            )
        snapshot = take_snapshot(found, compiled_at=timezone.now(), version=found.reports.count() or 1)
        content = FORMATS[format](snapshot, language=snapshot["language"])
        try:
            self._give(content, format, output)
        except OSError as error:
            raise BadInput(f"{output} cannot be written: {error.strerror}.") from None

    def _give(self, content: bytes, format: str, output: Path | None) -> None:
        if output is not None:
            output.write_bytes(content)
        elif format in TEXT:
            self.stdout.write(content.decode())
        else:
            sys.stdout.buffer.write(content)
