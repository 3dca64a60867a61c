"""No row of one school points at a row of another, whoever writes it."""

from copy import deepcopy

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import CharField
from factory.django import DjangoModelFactory

from schools import guards
from schools.models import Enrolment, School, SchoolClass, Student
from tests.factories import cycles, observations, reflections, schools
from tests.factories.schools import SchoolFactory
from tests.running import EMBEDDED, manage

REFERENCES = list(guards.references())
SQLITE_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
POSTGRESQL_TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"

LATER = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "{newest}")]
    operations = [
        migrations.AlterField("enrolment", "home_language", models.CharField(max_length=61, blank=True)),
        migrations.AddField("student", "house", models.CharField(max_length=9, default="red")),
    ]
"""


def factories():
    """The factory of each table."""
    made = [
        thing for module in (schools, cycles, observations, reflections) for thing in vars(module).values()
    ]
    kinds = [kind for kind in made if isinstance(kind, type) and issubclass(kind, DjangoModelFactory)]
    return {kind._meta.model._meta.db_table: kind for kind in kinds if kind._meta.model}


def refusal(reference, school, parent):
    """What the database says to a bare row of this school that points at that parent."""
    key = parent._meta.pk.get_db_prep_value(parent.pk, connection)
    statement = f'INSERT INTO "{reference.table}" ("school_id", "{reference.column}") VALUES (%s, %s)'
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [school.pk, key])
    except IntegrityError as error:
        return str(error)
    return ""


def triggers(on=connection):
    with on.cursor() as cursor:
        cursor.execute(SQLITE_TRIGGERS if on.vendor == "sqlite" else POSTGRESQL_TRIGGERS)
        return {name for (name,) in cursor.fetchall() if name.startswith(guards.PREFIX)}


def expected(vendor):
    endings = ("_insert", "_update") if vendor == "sqlite" else ("",)
    return {reference.name + ending for reference in REFERENCES for ending in endings}


@pytest.mark.parametrize(
    "reference", REFERENCES, ids=lambda reference: f"{reference.table}.{reference.column}"
)
def test_a_reference_into_another_school_is_refused(db, reference):
    parent = factories()[reference.parent]()
    other = SchoolFactory()

    assert reference.name in refusal(reference, other, parent)
    # A row of the parent's own school is not: whatever else the bare row lacks is another matter.
    assert reference.name not in refusal(reference, parent.school, parent)


@pytest.mark.parametrize("changed", ["student", "school"])
def test_a_row_cannot_be_turned_towards_another_school_later(two_schools, changed):
    a, b = two_schools
    foreign = {"student": b.pupils[0], "school": b.school}[changed]

    with pytest.raises(IntegrityError, match=guards.PREFIX), transaction.atomic():
        Enrolment.objects.filter(school=a.school).update(**{changed: foreign})


def test_without_the_guards_the_same_row_is_taken(two_schools):
    a, b = two_schools
    connection.check_constraints()  # PostgreSQL drops no trigger while others wait on the table
    guards.drop_guards()

    changed = Enrolment.objects.filter(student=a.pupils[0]).update(student=b.pupils[0])

    assert changed == 1


def test_every_reference_is_guarded_after_migrating(db):
    assert triggers() == expected(connection.vendor)


def test_no_two_guards_share_a_name():
    assert len({reference.name for reference in REFERENCES}) == len(REFERENCES)


@pytest.fixture
def scratch(tmp_path, django_db_blocker):
    """An SQLite database of its own, migrated as an installation is."""
    migrated = manage("migrate", environment={**EMBEDDED, "VAR_DIR": str(tmp_path)})
    assert migrated.returncode == 0, migrated.stderr
    fresh = deepcopy(connections.settings["default"])
    fresh |= {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "lessonstudy.sqlite3"),
        "OPTIONS": {},
    }
    connections.settings["scratch"] = fresh
    with django_db_blocker.unblock():
        yield connections["scratch"]
        connections["scratch"].close()
    del connections["scratch"], connections.settings["scratch"]


@pytest.fixture
def a_later_migration(scratch, tmp_path, monkeypatch, settings):
    """A change of two tables, in a package that also finds the app's own migrations."""
    ((_, newest),) = MigrationLoader(scratch).graph.leaf_nodes("schools")
    package = tmp_path / "schools_later"
    package.mkdir()
    (package / "__init__.py").write_text("from schools.migrations import __path__ as own\n__path__ += own\n")
    (package / "9999_later.py").write_text(LATER.format(newest=newest))
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"schools": "schools_later"}


def cross_school_enrolment(database):
    own, other = (School.objects.using(database).create(name=name, code=name) for name in "AB")
    pupil = Student.objects.using(database).create(school=other, code="1", given_name="x")
    room = SchoolClass.objects.using(database).create(school=own, name="4", academic_year="2026/2027")
    return Enrolment(school=own, student=pupil, school_class=room)


def test_guards_outlive_a_migration_that_rebuilds_their_tables(scratch, a_later_migration):
    before = triggers(scratch)
    row = cross_school_enrolment("scratch")

    call_command("migrate", database="scratch", verbosity=0)

    assert triggers(scratch) == before == expected("sqlite")
    with scratch.cursor() as cursor:
        assert cursor.execute("SELECT house FROM schools_student").fetchall() == [("red",)]
    with pytest.raises(IntegrityError, match="same_school_schools_enrolment_student_id"):
        row.save(using="scratch")


def test_a_table_rebuilt_behind_migrates_back_loses_its_guards(scratch):
    old = Enrolment._meta.get_field("home_language")
    new = CharField(max_length=61, blank=True)
    new.set_attributes_from_name("home_language")

    with scratch.schema_editor() as editor:
        editor.alter_field(Enrolment, old, new)

    lost = {name for name in expected("sqlite") if name.startswith("same_school_schools_enrolment_")}
    assert expected("sqlite") - triggers(scratch) == lost
