"""Reads a paper tally that somebody typed in: a row a pupil, a column a code, and counts in between.

What comes of it are events without a time of their own: a tally does not say when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from lessonstudy.lib.imports import BadRow
from lessonstudy.lib.tables import Problem, Row, Table
from observations.models import Observation
from observations.sheets import Line, Sheet

PUPIL, NAME = "pupil", "name"  # a second column with the name is there for people alone
PUPIL_TOO = ("student", "siswa", "murid", "kode", "kode_siswa")
NAME_TOO = ("nama", "nama_siswa", "given_name")
MOST = 200  # of one act of one pupil in one lesson
STROKES = re.compile(r"[|/Il]+")  # as one tallies by hand


class TallySheet:
    """The lesson's pupils and codes, under whatever name a column may have them."""

    def __init__(self, lesson: ResearchLesson) -> None:
        self.sheet = Sheet(lesson)
        self.codes = self.sheet.codes.by_slug
        self.required = [PUPIL]
        self.optional = [NAME, *self.codes]
        self.aliases = {
            **{name: code.slug for name, code in self.sheet.codes.by_name.items()},
            **dict.fromkeys(PUPIL_TOO, PUPIL),
            **dict.fromkeys(NAME_TOO, NAME),
        }

    def read(self, table: Table) -> tuple[list[Line], list[Problem]]:
        """A line for each stroke of the tally, and what keeps the others out.

        ``table``: read cell by cell, so that a row with a bad cell still tells what is wrong in its others.
        """
        lines: list[Line] = []
        problems = list(table.problems)
        first: dict[int, int] = {}
        nameless = {problem.row for problem in problems if problem.column == PUPIL}
        for row in table.rows:
            if row.number in nameless:
                continue  # whose row it is cannot be read; that is told already
            try:
                student = self.sheet.pupil(row, PUPIL)
                if student is None:
                    raise BadRow(row.problem(PUPIL, _("This is empty. Write whose row it is.")))
                if student.pk in first:
                    message = _("This pupil stands in row %(row)d already. Put the two rows together.")
                    raise BadRow(row.problem(PUPIL, message % {"row": first[student.pk]}))
            except BadRow as bad:
                problems.append(bad.problem)
                continue
            first[student.pk] = row.number
            for slug in self.codes:
                try:
                    lines += self._strokes(row, slug, student.pk)
                except BadRow as bad:
                    problems.append(bad.problem)
        return lines, problems

    def _strokes(self, row: Row, slug: str, student: int) -> Iterator[Line]:
        for stroke in range(1, count_in(row, slug) + 1):
            observation = Observation(
                kind=Observation.Kind.EVENT,
                code=self.codes[slug],
                student_id=student,
                happened_at=self.sheet.start,
                seq=stroke,
            )
            yield Line(row, stroke, observation, is_timed=False, column=slug)


def count_in(row: Row, column: str) -> int:
    """A number, or strokes as one makes them on paper; nothing is none. Raises BadRow."""
    text = row[column].replace(" ", "")
    if STROKES.fullmatch(text):
        text = str(len(text))
    if text and not (
        text.isascii() and text.isdecimal() and len(text) <= len(str(MOST)) and int(text) <= MOST
    ):
        message = _("Write how often it happened as a whole number from 0 to %(most)d, or leave it empty.")
        raise BadRow(row.problem(column, message % {"most": MOST}))
    return int(text or 0)
