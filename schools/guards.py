"""Keeps a row of one school from pointing at a row of another, in the database itself.

Every table that belongs to a school carries ``school_id``. For each of its foreign keys to another such
table a trigger compares the two schools at insert and update, on PostgreSQL and SQLite alike, so that
neither a forgotten filter nor the superuser can mix two schools. Triggers are dropped before and put up
after every migrate (see ``apps.py``), from the models as they then are.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps as newest
from django.apps.registry import Apps
from django.db import connections, models

PREFIX = "same_school"


class Reference(NamedTuple):
    """One column that must stay inside its row's school."""

    table: str
    column: str
    parent: str
    key: str

    @property
    def name(self) -> str:
        return f"{PREFIX}_{self.table}_{self.column}"[:63]


def references(apps: Apps = newest) -> Iterator[Reference]:
    """Every foreign key between two tables that both carry ``school_id``."""
    for model in apps.get_models():
        if not carries_school(model):
            continue
        for field in model._meta.concrete_fields:
            parent = field.related_model
            if isinstance(field, models.ForeignKey) and field.name != "school" and carries_school(parent):
                target = parent._meta.pk.column
                yield Reference(model._meta.db_table, field.column, parent._meta.db_table, target)


def carries_school(model: Any) -> bool:
    """Whether rows of this model belong to one school, always."""
    return any(field.name == "school" and not field.null for field in model._meta.concrete_fields)


def put_up_guards(using: str = "default", apps: Apps = newest, **kwargs: Any) -> None:
    """Create the triggers that are missing. ``apps``: the models as far as was migrated, be it backwards."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = connection.introspection.table_names(cursor)
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for reference in references(apps):
            if {reference.table, reference.parent} <= set(existing):
                for statement in statements(reference, connection.vendor):
                    cursor.execute(statement)


def drop_guards(using: str = "default", **kwargs: Any) -> None:
    """Take every trigger down, so that tables can be rebuilt."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {PREFIX}() CASCADE")
            return
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{PREFIX}%"]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def statements(reference: Reference, vendor: str) -> list[str]:
    """The SQL that puts up one guard."""
    name, table, column, parent, key = reference.name, *reference
    if vendor == "postgresql":
        return [
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE INSERT OR UPDATE OF "{column}", "school_id"'
            f' ON "{table}"'
            f' FOR EACH ROW WHEN (NEW."{column}" IS NOT NULL)'
            f" EXECUTE FUNCTION {PREFIX}('{column}', '{parent}', '{key}')"
        ]
    return [
        f'CREATE TRIGGER IF NOT EXISTS "{name}_{when}" BEFORE {event} ON "{table}"'
        f' WHEN NEW."{column}" IS NOT NULL AND EXISTS (SELECT 1 FROM "{parent}"'
        f' WHERE "{key}" = NEW."{column}" AND "school_id" <> NEW."school_id")'
        f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
        for when, event in (("insert", "INSERT"), ("update", f'UPDATE OF "{column}", "school_id"'))
    ]


POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {PREFIX}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other bigint;
BEGIN
    EXECUTE format('SELECT school_id FROM %I WHERE %I = ($1).%I', TG_ARGV[1], TG_ARGV[2], TG_ARGV[0])
        INTO other USING NEW;
    IF other <> NEW.school_id THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
"""
