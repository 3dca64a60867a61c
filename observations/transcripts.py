"""Reads the transcript of a recording: when, who, what was said, and a code where somebody gave one.

A pupil's line becomes an event, “speaks” where it has no code, with the words as what was heard. What a whole
class says is a note about nobody in particular. The teacher's lines are counted and left out: the record is
about pupils.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, timedelta

from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from lessonstudy.lib.imports import BadRow
from lessonstudy.lib.tables import Problem, Row, Table
from observations.models import EventCode, Observation
from observations.sheets import SPARE, Line, Sheet

REQUIRED = ["time", "speaker", "text"]
OPTIONAL = ["code"]
ALIASES = {
    **dict.fromkeys(("waktu", "menit", "jam", "timestamp", "start"), "time"),
    **dict.fromkeys(("pembicara", "siswa", "murid", "pupil", "student", "who", "siapa"), "speaker"),
    **dict.fromkeys(("teks", "ucapan", "isi", "words", "utterance", "transkrip", "transcript"), "text"),
    "kode": "code",
}
TEACHER = {"teacher", "guru", "t", "bu guru", "pak guru", "ibu guru", "bapak guru", "guru model"}
EVERYBODY = {"class", "kelas", "all", "semua", "everybody", "several", "beberapa siswa", "siswa", "pupils"}
SPEAKS = "speaks"
CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,]\d+)?")
SECONDS = re.compile(r"(\d{1,5})(?:[.,]\d+)?")


def seconds_in(text: str) -> int | None:
    """“12:34”, “1:12:34” or “754” as seconds; None for what is no time."""
    if found := CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return None if seconds > 59 or (hours and minutes > 59) else (hours * 60 + minutes) * 60 + seconds
    found = SECONDS.fullmatch(text)
    return int(found[1]) if found else None


class TranscriptSheet:
    """The lesson's pupils and codes, and where the recording begins on the lesson's clock."""

    required, optional, aliases = REQUIRED, OPTIONAL, ALIASES

    def __init__(self, lesson: ResearchLesson, *, begins: int = 0) -> None:
        """``begins``: seconds of the lesson at which the recording begins, below 0 where it began before."""
        self.sheet = Sheet(lesson)
        self.begins = begins
        self.longest = lesson.minutes + SPARE
        self.teacher = {*TEACHER, *([lesson.model_teacher.name.casefold()] if lesson.model_teacher else [])}
        self.left_out = 0

    def read(self, table: Table) -> tuple[list[Line], list[Problem]]:
        """The lines that are stored, and what keeps others out; the teacher's are counted in ``left_out``."""
        lines: list[Line] = []
        problems = list(table.problems)
        said: Counter[tuple[object, ...]] = Counter()
        self.left_out, second = 0, None
        for row in table.rows:
            try:
                second = self._second(row, second)
                observation = self._observation(row, second)
            except BadRow as bad:
                problems.append(bad.problem)
                continue
            if observation is None:
                self.left_out += 1
                continue
            same = content(observation)
            said[same] += 1
            observation.seq = said[same]
            lines.append(Line(row, said[same], observation, is_timed=True, column="text"))
        return lines, problems

    def _second(self, row: Row, before: int | None) -> int:
        """Seconds of the recording; where nothing stands, those of the line above."""
        second = seconds_in(row["time"]) if row["time"] else before
        if second is None:
            raise BadRow(row.problem("time", _("Write when it was said as minutes and seconds: 12:34.")))
        if second > self.longest * 60:
            # A spreadsheet takes 12:34 for hours and minutes, and hands over 12:34:00.
            message = _("This is %(n)d minutes into the recording of a shorter lesson. Write it as 0:12:34.")
            raise BadRow(row.problem("time", message % {"n": second // 60}))
        return second

    def _observation(self, row: Row, second: int) -> Observation | None:
        """What is stored of the line; None where the teacher speaks."""
        speaker = " ".join(row["speaker"].casefold().split())
        if not speaker:
            raise BadRow(row.problem("speaker", _("This is empty. Write who spoke.")))
        if speaker in self.teacher:
            return None
        code = self._code(row)
        student = None if speaker in EVERYBODY else self.sheet.pupil(row, "speaker")
        if student is None and not row["text"]:
            raise BadRow(row.problem("text", _("This is empty. Write what was said.")))
        since = second + self.begins
        return Observation(
            kind=Observation.Kind.EVENT if student else Observation.Kind.NOTE,
            code=code if student else None,
            student=student,
            happened_at=(self.sheet.start + timedelta(seconds=since)).astimezone(UTC),
            elapsed=since if since >= 0 else None,
            fact=row["text"],
        )

    def _code(self, row: Row) -> EventCode:
        code = self.sheet.codes.find(row["code"] or SPEAKS)
        if code is None:
            message = _("There is no such code. Use one of these, or leave it empty: %(codes)s.")
            raise BadRow(row.problem("code", message % {"codes": ", ".join(self.sheet.codes.by_slug)}))
        return code


def content(observation: Observation) -> tuple[object, ...]:
    """What makes two lines of a transcript the same; before the lesson began its clock does not help."""
    return (
        observation.elapsed,
        observation.happened_at if observation.elapsed is None else None,
        observation.student_id,
        observation.code_id,
        observation.fact,
    )
