"""What pages of every version ever sent is still taken: these files are never changed, only added to."""

import json
from pathlib import Path

import pytest

from observations import sync, workflow
from observations.models import Observation
from tests.factories.cycles import AnticipatedResponseFactory, lesson_in

SENT = Path(__file__).parent / "sent"
FILES = sorted(SENT.glob("v*/*.json"))


@pytest.fixture
def scene(db):
    return lesson_in()


def filled(file, scene):
    """The batch with this lesson's people and things in it."""
    step = scene.lesson.plans.get().steps.get()
    things = {
        "author": scene.observer.pk,
        "lesson": scene.lesson.pk,
        "student": scene.pupils[0].pk,
        "target": scene.pupils[1].pk,
        "group": scene.groups[0].pk,
        "step": step.pk,
        "response": AnticipatedResponseFactory(step=step).pk,
    }
    text = file.read_text()
    for name, number in things.items():
        text = text.replace(f'"${name}"', str(number))
    return json.loads(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_batch_of_an_older_page_is_stored_whole_and_once(file, scene):
    batch = filled(file, scene)
    body = json.dumps(batch).encode()

    first, again = (
        [result.status for result in workflow.receive(sync.read_batch(body), by=scene.observer).results]
        for _twice in range(2)
    )

    assert first == ["stored"] * len(batch["records"])
    assert again == ["duplicate"] * len(batch["records"])


def test_the_whole_lesson_means_what_it_meant(scene):
    body = json.dumps(filled(SENT / "v1/whole_lesson.json", scene)).encode()

    workflow.receive(sync.read_batch(body), by=scene.observer)

    rows = Observation.objects.filter(lesson=scene.lesson).order_by("seq")
    assert [row.kind for row in rows] == ["marker", "event", "event", "note", "marker", "sample"]
    assert [row.seq for row in rows if row.voided_at] == [4]
    assert [row.elapsed for row in rows] == [10, 242, 300, 690, 720, 840]
    (watch,) = scene.lesson.sessions.get().watches.standing().filter(to_at__isnull=False)
    assert (watch.to_at - watch.from_at).total_seconds() == 36 * 60
