"""Back to an older program and forward again, with what makes that hard."""

import json
import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest

from tests.running import EMBEDDED, manage

FIRST, NOBODYS, GONE = (str(uuid4()) for _id in range(3))
SCENE = f"""
from django.utils import timezone
from observations import workflow
from observations.models import Clash
from schools.models import ErasedStudent
from tests.factories.cycles import lesson_in
from tests.factories.observations import WorkSampleFactory
from tests.observations.tablets import Device

scene = lesson_in()
tablet, pupil = Device(scene.lesson, scene.observer), scene.pupils[0].pk
note = tablet.record("note", fact="first") | {{"id": "{FIRST}"}}
records = [
    note,
    tablet.record("note", fact="replaces the first", replaces="{FIRST}"),
    tablet.record("note", fact="replaces what never came", replaces="{NOBODYS}"),
    tablet.record("sample", student=pupil, code="on_task", fact="a look"),
    tablet.record(student=pupil),
]
assert tablet.statuses(*records) == ["stored"] * 5
assert tablet.statuses(note | {{"fact": "another", "student": pupil, "target": "teacher"}}) == ["conflict"]
clash = Clash.objects.get()
ErasedStudent.objects.create(school=scene.school, number=2**40)
clash.pk, clash.digest, clash.student = None, "of an erased pupil", None
clash.sent["target"] = 2**40
clash.save()
WorkSampleFactory(
    id="{GONE}", lesson=scene.lesson, student=scene.pupils[0], by=scene.observer,
    what_it_shows="", removed_at=timezone.now(),
)
"""


@pytest.fixture
def site(tmp_path):
    """An installation of its own; ``to`` migrates the app, ``rows`` asks its database."""

    class Site:
        def run(self, *words):
            done = manage(*words, environment={**EMBEDDED, "VAR_DIR": str(tmp_path)})
            assert done.returncode == 0, done.stderr

        def to(self, *migration):
            self.run("migrate", *(["observations", *migration] if migration else []))

        def rows(self, statement):
            with closing(sqlite3.connect(tmp_path / "lessonstudy.sqlite3")) as database:
                return database.execute(statement).fetchall()

    return Site()


def test_the_way_back_and_forward_again(site):
    site.to()
    site.run("shell", "-c", SCENE)

    site.to("0005")
    assert site.rows(f"SELECT image FROM observations_worksample WHERE id = '{GONE.replace('-', '')}'") == [
        ("work/taken-away",)
    ]
    assert len(site.rows("SELECT * FROM observations_clash")) == 2
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'observations_clash'"
    assert site.rows(f"{guards} ORDER BY name") == [  # and none for a column that is not there yet
        ("same_school_observations_clash_lesson_id_insert",),
        ("same_school_observations_clash_lesson_id_update",),
    ]

    site.to()
    ((sent, student, target),) = site.rows("SELECT sent, student_id, target_id FROM observations_clash")
    assert (student, target) == (json.loads(sent)["student"], None)

    site.to("0002")
    assert site.rows("PRAGMA foreign_key_check") == []
    replaced = "SELECT fact, replaces_id FROM observations_observation WHERE fact LIKE 'replaces%' ORDER BY 1"
    assert site.rows(replaced) == [
        ("replaces the first", FIRST.replace("-", "")),
        ("replaces what never came", None),
    ]
    states = "SELECT slug FROM observations_eventcode WHERE slug IN ('on_task', 'off_task') ORDER BY 1"
    assert site.rows(states) == []
    look = "SELECT kind, code_id, voided_at IS NULL FROM observations_observation WHERE fact = 'a look'"
    assert site.rows(look) == [("sample", None, 0)]
    asks = "SELECT COUNT(*) FROM observations_observation WHERE kind = 'event' AND voided_at IS NULL"
    assert site.rows(asks) == [(1,)]

    site.to()
    assert site.rows("PRAGMA foreign_key_check") == []
    assert site.rows(states) == [("off_task",), ("on_task",)]
    assert site.rows(look) == [("sample", None, 0)]
    assert site.rows(replaced)[0] == ("replaces the first", FIRST.replace("-", ""))
