"""Inserting rows that may be there already, without ever touching those that are.

Django's ``bulk_create(ignore_conflicts=True)`` will not do: it says of every row that it was stored, and on
SQLite (``INSERT OR IGNORE``) it drops rows that break any other rule, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router


def insert_new(rows: Sequence[models.Model], *, once: Sequence[str]) -> set[tuple[Any, ...]]:
    """Insert those rows whose ``once`` fields stand in no row yet; the values of ``once`` of those inserted.

    ``once`` must be unique in the database. Where two of ``rows`` share it, the first one is inserted. A row
    that breaks any other rule of the database raises IntegrityError, and none of its statement is stored.
    """
    if not rows:
        return set()
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    keys = [field for name in once for field in fields if field.name == name]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    unique = ", ".join(quote(str(field.column)) for field in keys)
    size = connection.ops.bulk_batch_size(fields, rows) or len(rows)
    inserted: set[tuple[Any, ...]] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            piece = rows[start : start + size]
            values = [
                field.get_db_prep_save(field.pre_save(row, add=True), connection)
                for row in piece
                for field in fields
            ]
            places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(piece))
            cursor.execute(
                f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {places}"
                f" ON CONFLICT ({unique}) DO NOTHING RETURNING {unique}",
                values,
            )
            for found in cursor.fetchall():
                inserted.add(tuple(key.to_python(value) for key, value in zip(keys, found, strict=True)))
    return inserted
