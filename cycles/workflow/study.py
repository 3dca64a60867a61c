"""What the team finds out before it plans: notes, each perhaps with a file."""

from __future__ import annotations

from functools import partial
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import Cycle, StudyNote
from cycles.workflow.rows import refuse_closed
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.uploads import MAX_NAME, examined
from schools.models import User

MOST_FILES = 200  # in a cycle


@transaction.atomic
def add_note(cycle: Cycle, *, question: str = "", by: User) -> StudyNote:
    """A note with its question, perhaps none yet."""
    _may_write(cycle, by=by)
    return StudyNote.objects.create(
        school=cycle.school, cycle=cycle, question=question, by=by, written_at=timezone.now(), written_by=by
    )


def put_file(note: StudyNote, file: IO[bytes], *, name: str, by: User) -> None:
    """Put a file beside a note, in place of the one that was there. Raises BadFile.

    It is examined before the transaction: a large picture takes a while, and SQLite lets one writer in.
    """
    _may_write(note.cycle, by=by)
    upload = examined(file, name)
    with transaction.atomic():
        now = _held(note, by=by)
        before = now.file.name or ""
        others = StudyNote.objects.filter(cycle=now.cycle).exclude(file="").exclude(pk=now.pk)
        if others.count() >= MOST_FILES:
            raise NotAllowedNow(_("This cycle holds 200 files already. Take some away first."))
        now.file.save(f"file.{upload.extension}", ContentFile(upload.content), save=False)
        now.file_name = name[-MAX_NAME:]
        now.save(update_fields=["file", "file_name"])
        _forget_file(now, before)


@transaction.atomic
def take_file(note: StudyNote, *, by: User) -> None:
    """Take a note's file away."""
    now = _held(note, by=by)
    before = now.file.name or ""
    now.file, now.file_name = "", ""
    now.save(update_fields=["file", "file_name"])
    _forget_file(now, before)


@transaction.atomic
def remove_note(note: StudyNote, *, by: User) -> None:
    """Take a note away, with its file."""
    now = _held(note, by=by)
    before = now.file.name or ""
    now.delete()
    _forget_file(now, before)


def _held(note: StudyNote, *, by: User) -> StudyNote:
    """The note as it stands; nobody else changes its file until the transaction ends."""
    notes = StudyNote.objects.select_for_update(of=("self",)).select_related("cycle", "school")
    now = notes.filter(pk=note.pk).first()
    if now is None:
        raise NotAllowedNow(_("Somebody has taken this note away."))
    _may_write(now.cycle, by=by)
    return now


def _forget_file(note: StudyNote, name: str) -> None:
    """Delete a stored file once it is certain that no row names it."""
    if name:
        transaction.on_commit(partial(note._meta.get_field("file").storage.delete, name))


def _may_write(cycle: Cycle, *, by: User) -> None:
    require(permissions.can_plan(by, cycle))
    refuse_closed(cycle)
