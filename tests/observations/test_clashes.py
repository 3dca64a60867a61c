"""Two texts under one id: both are kept until their author chooses, and none is ever deleted."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lessonstudy.lib.errors import NotAllowedNow
from observations import workflow
from observations.models import Clash, Observation
from schools.models import Student
from tests.factories.cycles import lesson_in
from tests.factories.schools import StudentFactory
from tests.observations.tablets import Device


@pytest.fixture
def scene(db):
    return lesson_in()


@pytest.fixture
def tablet(scene):
    return Device(scene.lesson, scene.observer)


def clash_of(tablet, first="Draws three parts.", second="Draws four parts."):
    note = tablet.record("note", fact=first)
    tablet.send(note)
    tablet.send(note | {"fact": second})
    return Clash.objects.get(record=note["id"])


def standing():
    return sorted(Observation.objects.standing().values_list("fact", flat=True))


@pytest.mark.parametrize(
    ("outcome", "facts", "rows"),
    [
        ("first", ["Draws three parts."], 1),
        ("second", ["Draws four parts."], 2),
        ("both", ["Draws four parts.", "Draws three parts."], 2),
    ],
)
def test_what_was_chosen_counts_and_the_other_is_struck_out(scene, tablet, outcome, facts, rows):
    clash = clash_of(tablet)

    workflow.settle(clash, outcome, by=scene.observer)

    assert standing() == facts
    assert Observation.objects.count() == rows


@pytest.mark.parametrize("names", ["student", "target"])
@pytest.mark.parametrize(
    "erase", [Student.delete, lambda pupil: Student.objects.filter(pk=pupil.pk).delete()]
)
@pytest.mark.parametrize("is_settled", [False, True])
def test_what_was_sent_of_a_pupil_goes_with_the_pupil(scene, tablet, names, erase, is_settled):
    pupil = StudentFactory(school=scene.school)  # of another class meanwhile
    note = tablet.record("note", fact="Draws three parts.")
    tablet.send(note)
    assert tablet.statuses(note | {"fact": "Rubs it out.", names: pupil.pk}) == ["conflict"]
    assert tablet.statuses(note | {"fact": "Draws four."}) == ["conflict"]  # of nobody
    if is_settled:
        Clash.objects.update(outcome="first", settled_at=timezone.now())

    erase(pupil)

    assert [clash.sent["fact"] for clash in Clash.objects.all()] == ["Draws four."]


def test_what_comes_again_of_a_pupil_who_was_erased_is_gone(scene, tablet):
    pupil = StudentFactory(school=scene.school)
    note = tablet.record("note", fact="Draws three parts.")
    tablet.send(note)
    number = pupil.pk
    pupil.delete()

    (result,) = tablet.send(note | {"fact": "Rubs it out.", "student": number}).results

    assert (result.status, result.reason) == ("gone", "erased")
    assert not Clash.objects.exists()


def test_another_text_about_nobody_of_this_school_is_kept_without_a_name(scene, tablet):
    note = tablet.record("note", fact="Draws three parts.")
    tablet.send(note)

    told = tablet.statuses(
        note | {"fact": "a", "student": StudentFactory().pk}, note | {"fact": "b", "target": 2**40}
    )

    assert told == ["conflict", "conflict"]
    assert set(Clash.objects.values_list("student", "target")) == {(None, None)}


def test_choosing_twice_changes_nothing(scene, tablet):
    clash = clash_of(tablet)
    workflow.settle(clash, "both", by=scene.observer)

    workflow.settle(clash, "first", by=scene.observer)

    assert len(standing()) == 2
    clash.refresh_from_db()
    assert clash.outcome == "both"


def test_what_was_taken_back_stays_so(scene, tablet):
    event = tablet.record("note", fact="Counts.")
    other = tablet.record("note", fact="Draws.")
    void = tablet.record("void", replaces=event["id"])
    tablet.send(event, other, void, void | {"replaces": other["id"]})
    clash = Clash.objects.get()

    with pytest.raises(NotAllowedNow, match="stays so"):
        workflow.settle(clash, "second", by=scene.observer)
    assert standing() == ["Draws."]

    workflow.settle(clash, "both", by=scene.observer)
    assert standing() == []


def test_nobody_chooses_for_another_one(scene, tablet):
    clash = clash_of(tablet)

    with pytest.raises(PermissionDenied):
        workflow.settle(clash, "first", by=scene.teacher)


def test_the_page_shows_both_texts_and_takes_the_choice(client, scene, tablet):
    clash = clash_of(tablet)
    client.force_login(scene.observer)
    page = reverse("observations:clashes", args=[scene.lesson.pk])

    shown = client.get(page).content.decode()
    again = client.post(reverse("observations:settle", args=[clash.pk]), {"outcome": "?"}, follow=True)
    done = client.post(reverse("observations:settle", args=[clash.pk]), {"outcome": "second"}, follow=True)

    assert "Draws three parts." in shown
    assert "Draws four parts." in shown
    assert "Choose which one stays" in again.content.decode()
    assert "Nothing to choose between." in done.content.decode()
    assert standing() == ["Draws four parts."]


def test_the_page_asks_as_often_for_many(client, scene, tablet):
    client.force_login(scene.observer)
    page = reverse("observations:clashes", args=[scene.lesson.pk])

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        return len(seen)

    clash_of(tablet)
    client.get(page)
    few = queries()
    for _number in range(5):
        clash_of(tablet)

    assert queries() == few
