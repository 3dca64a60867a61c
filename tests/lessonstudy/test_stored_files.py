"""The files on the disk held against the rows that name them."""

import json
import os
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from cycles import workflow as planning
from lessonstudy.lib import files
from tests.factories.cycles import StudyNoteFactory, lesson_in
from tests.factories.observations import WorkSampleFactory
from tests.lib.pictures import picture


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored_files(**options):
    out = StringIO()
    call_command("stored_files", stdout=out, **options)
    return json.loads(out.getvalue()) if options.get("json") else out.getvalue()


def aged(media, key):
    os.utime(media / key, (0, 0))
    return key


def test_files_without_rows_and_rows_without_files_are_told_and_left(db, media):
    named = WorkSampleFactory(image=aged(media, files.put("work", b"x", "jpg"))).image
    lost = aged(media, files.put("work", b"x", "jpg"))
    gone = aged(media, files.put("work", b"x", "jpg"))
    WorkSampleFactory(image=gone, removed_at=timezone.now())
    WorkSampleFactory(image="work/missing.jpg")
    StudyNoteFactory(file="study/missing.pdf")

    told = stored_files(json=True)

    assert told["left_over"] == sorted([lost, gone])
    assert told["missing"] == ["study/missing.pdf", "work/missing.jpg"]
    assert told["removed"] == 0
    assert all(files.is_there(key) for key in (named, lost, gone))
    assert "named by no row" in stored_files()


def test_what_no_row_names_is_removed_when_asked(db, media):
    named = WorkSampleFactory(image=aged(media, files.put("work", b"x", "jpg"))).image
    lost = aged(media, files.put("work", b"x", "jpg"))
    just_written = files.put("work", b"x", "jpg")

    told = stored_files(json=True, remove=True)

    assert (told["left_over"], told["removed"]) == ([lost], 1)
    assert [files.is_there(key) for key in (named, lost, just_written)] == [True, False, True]
    assert stored_files(json=True) == {"left_over": [], "missing": [], "removed": 0}


def test_the_files_of_study_notes_are_known(db, media):
    scene = lesson_in()
    note = StudyNoteFactory(cycle=scene.cycle)
    planning.put_file(note, BytesIO(picture()), name="photo.jpg", by=scene.planner)
    note.refresh_from_db()
    aged(media, note.file.name)

    assert stored_files(json=True)["left_over"] == []
