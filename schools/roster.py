"""A class's pupils from a table: added and brought up to date, never taken out; all rows or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from lessonstudy.lib.imports import BadRow, understood
from lessonstudy.lib.tables import Problem, Row, Table, read_table
from schools.models import Enrolment, School, SchoolClass, Student

REQUIRED = ["code", "given_name"]
OPTIONAL = ["family_name", "gender", "prior_attainment", "support_needs", "home_language"]
OF_PUPIL = ["given_name", "family_name", "gender"]
OF_PLACE = ["prior_attainment", "support_needs", "home_language"]
FIELDS = {field.name: field for model in (Student, Enrolment) for field in model._meta.concrete_fields}
GENDERS = {
    **dict.fromkeys(["f", "girl", "p", "perempuan"], "f"),
    **dict.fromkeys(["m", "boy", "l", "laki-laki"], "m"),
}


@dataclass(frozen=True)
class RosterImport:
    """What came of a roster: how many were ``added`` to the class. With ``errors`` nothing was stored."""

    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: Sequence[Problem] = ()


@dataclass(frozen=True)
class Entry:
    """One pupil as a row has it: what is written, and nothing for what is not."""

    row: Row
    said: Mapping[str, Any]

    @property
    def code(self) -> str:
        return self.said["code"]

    def about(self, fields: Iterable[str]) -> dict[str, Any]:
        return {field: self.said[field] for field in fields if field in self.said}


def read_roster(source: str | Path | IO[bytes], *, name: str) -> Table:
    """The table in a file of pupils. Raises BadTable."""
    return read_table(source, name=name, required=REQUIRED, optional=OPTIONAL)


@transaction.atomic
def import_roster(
    table: Table, *, school: School, class_name: str, academic_year: str, dry_run: bool = False
) -> RosterImport:
    """Enrol the table's pupils in a class of the school, which is made if it is new.

    A pupil is known by the code. Only what is written changes anything: an empty cell, like a column that is
    not there, leaves what is known; nobody leaves the class and nothing is emptied. The number of queries
    does not depend on the number of rows, but for the size of the database's batches.

    Raises ValidationError for a class name or school year that cannot be.
    """
    School.objects.select_for_update(no_key=True).get(pk=school.pk)  # one roster of a school at a time
    school_class = _class(school, class_name, academic_year)
    entries, problems = understood(table, _entry)
    pupils = {pupil.code: pupil for pupil in Student.objects.filter(school=school)}
    places = {place.student_id: place for place in Enrolment.objects.filter(school_class=school_class.pk)}
    problems += _doubts(entries, pupils, enrolled=places)
    rows = len(table.rows) + len(table.problems)
    if problems:
        return RosterImport(rows, errors=sorted(problems, key=lambda problem: problem.row or 0))
    plan = _Plan(school_class, pupils, places)
    for entry in entries:
        plan.take_in(entry)
    if not dry_run:
        plan.carry_out()
    return RosterImport(rows, plan.added, plan.changed, rows - plan.added - plan.changed)


def _class(school: School, name: str, academic_year: str) -> SchoolClass:
    """The class; a new one is not saved yet."""
    names = {"name": name.strip(), "academic_year": academic_year.strip()}
    known = SchoolClass.objects.filter(school=school, **names).first()
    if known is not None:
        return known
    new = SchoolClass(school=school, **names)
    new.clean_fields(exclude=["school"])
    return new


def _entry(row: Row) -> Entry:
    for column in REQUIRED:
        if not row[column]:
            raise BadRow(row.problem(column, _("This is empty. Every pupil needs a code and a given name.")))
    return Entry(row, {column: _value(row, column) for column in [*REQUIRED, *OPTIONAL] if row[column]})


def _value(row: Row, column: str) -> Any:
    if column == "gender":
        return _gender(row)
    if column == "prior_attainment":
        return _percent(row)
    try:
        return FIELDS[column].clean(" ".join(row[column].split()), None)
    except ValidationError as error:
        raise BadRow(row.problem(column, " ".join(error.messages))) from error


def _gender(row: Row) -> str:
    gender = GENDERS.get(row["gender"].casefold())
    if gender is None:
        raise BadRow(row.problem("gender", _("Write f for a girl or m for a boy, or leave it empty.")))
    return gender


def _percent(row: Row) -> Decimal:
    """A number from 0 to 100 with a point or a comma, to two decimals: averages come with many more."""
    text = row["prior_attainment"]
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= 100:
        message = _("Write a number from 0 to 100, such as 72.5, or leave it empty.")
        raise BadRow(row.problem("prior_attainment", message))
    return round(number, 2)


def _doubts(
    entries: list[Entry], pupils: Mapping[str, Student], *, enrolled: Mapping[int, Enrolment]
) -> list[Problem]:
    """Rows of which it is not sure that they mean the pupil who has their code."""
    spelt = {code.casefold(): code for code in pupils}
    first: dict[str, int] = {}
    problems = []
    for entry in entries:
        key = entry.code.casefold()
        if key in first:
            doubt = _("This code stands in row %(row)d already. Keep one.") % {"row": first[key]}
        elif entry.code not in pupils and key in spelt:
            doubt = _("There is a pupil “%(code)s”. Write the code just like that.") % {"code": spelt[key]}
        else:
            doubt = _doubt(entry, pupils.get(entry.code), enrolled)
        first.setdefault(key, entry.row.number)
        if doubt:
            problems.append(entry.row.problem("code", doubt))
    return problems


def _doubt(entry: Entry, pupil: Student | None, enrolled: Mapping[int, Enrolment]) -> str:
    if pupil is None:
        return ""
    if pupil.left_on is not None:
        return _(
            "The pupil with this code has left the school. Give the new pupil another code; if it is the "
            "same pupil, first empty the day of leaving in the administration."
        )
    if pupil.pk not in enrolled and pupil.given_name.casefold() != entry.said["given_name"].casefold():
        return _(
            "A pupil of another class has this code and another name. Give each pupil of the school a code "
            "of their own; if it is the same pupil, first correct the name in the administration."
        )
    return ""


class _Plan:
    """What has to be written for the class to be as the entries say."""

    def __init__(
        self, school_class: SchoolClass, pupils: Mapping[str, Student], places: Mapping[int, Enrolment]
    ) -> None:
        self.school_class = school_class
        self.pupils = pupils
        self.places = places
        self.new_pupils: list[Student] = []
        self.new_places: list[Enrolment] = []
        self.added = self.changed = 0

    def take_in(self, entry: Entry) -> None:
        school = self.school_class.school
        known = self.pupils.get(entry.code)
        pupil = _updated(known, Student(school=school, code=entry.code), OF_PUPIL, entry)
        kept = self.places.get(known.pk) if known else None
        blank = Enrolment(school=school, student=pupil, school_class=self.school_class)
        place = _updated(kept, blank, OF_PLACE, entry)
        if pupil is not known:
            self.new_pupils.append(pupil)
        if place is not kept:
            self.new_places.append(place)
        self.added += kept is None
        self.changed += kept is not None and (pupil is not known or place is not kept)

    def carry_out(self) -> None:
        if self.school_class.pk is None:
            self.school_class.save()
        Student.objects.bulk_create(
            self.new_pupils,
            update_conflicts=True,
            unique_fields=["school", "code"],
            update_fields=OF_PUPIL,
        )
        Enrolment.objects.bulk_create(
            self.new_places,
            update_conflicts=True,
            unique_fields=["student", "school_class"],
            update_fields=OF_PLACE,
        )


def _updated(known: Model | None, blank: Model, fields: list[str], entry: Entry) -> Any:
    """``known`` itself where it says so already; else ``blank``, with what is known and what is said anew."""
    said = entry.about(fields)
    if known is not None and all(getattr(known, field) == value for field, value in said.items()):
        return known
    for field in fields:
        setattr(blank, field, said.get(field, getattr(known or blank, field)))
    return blank
