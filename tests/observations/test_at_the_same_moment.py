"""Tablets that send in the same moment, on real connections of their own."""

import pytest
from django.db import OperationalError, connection, transaction

from cycles.models import Cycle
from observations import workflow
from observations.models import Observation, Tablet, Watch
from observations.workflow import receiving
from reflections.workflow.cycle import start_reflecting
from tests.factories.cycles import lesson_in
from tests.observations.tablets import Device

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def scene():
    return lesson_in()


def patiently(act):
    """As tablets do: a server that is busy is asked again."""
    while True:
        try:
            return act()
        except OperationalError:
            connection.close()


def test_the_same_batch_eight_times_at_once_is_stored_once(scene, simultaneously):
    tablet = Device(scene.lesson, scene.observer)
    records = [tablet.record(student=scene.pupils[0].pk) for _number in range(20)]

    answers = simultaneously(lambda: patiently(lambda: tablet.statuses(*records)), times=8)

    flat = [status for answer in answers for status in answer]
    assert sorted(flat) == ["duplicate"] * 140 + ["stored"] * 20
    assert Observation.objects.count() == 20
    assert Tablet.objects.get().heard == [[1, 20]]


def test_one_record_from_eight_devices_at_once_is_stored_once(scene, simultaneously):
    first = Device(scene.lesson, scene.observer)
    record = first.record(student=scene.pupils[0].pk)

    def from_another_device():
        return patiently(lambda: Device(scene.lesson, scene.observer).statuses(record))

    answers = simultaneously(from_another_device, times=8)

    assert sorted(answers) == [["duplicate"]] * 7 + [["stored"]]


def test_without_the_conflict_target_the_same_record_would_be_stored_more_than_once(
    scene, simultaneously, monkeypatch
):
    """The control: rows under ids of the server's own, looked for before they are inserted."""

    def look_then_insert(rows, *, once):
        known = set(Observation.objects.values_list("fact", flat=True))
        for row in rows:
            if row.fact not in known:
                wait_for_the_others()
                Observation.objects.create(
                    lesson=row.lesson, school_id=row.school_id, observer=row.observer, kind=row.kind,
                    fact=row.fact, happened_at=row.happened_at,
                )  # fmt: skip
        return {(row.pk,) for row in rows}

    def wait_for_the_others():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)" if connection.vendor == "postgresql" else "SELECT 1")

    tablet = Device(scene.lesson, scene.observer)
    workflow.open_session(scene.lesson, by=scene.observer)  # a new one would keep the others waiting
    monkeypatch.setattr(receiving, "insert_new", look_then_insert)
    note = tablet.record("note", fact="Rubs it out.")

    simultaneously(lambda: Device(scene.lesson, scene.observer).statuses(note), times=4)

    if connection.vendor == "postgresql":  # on SQLite, whoever writes is alone
        assert Observation.objects.count() > 1
    else:
        assert Observation.objects.count() == 1


def test_a_watch_that_meets_the_end_of_the_lesson_ends_with_it(scene, simultaneously):
    tablet = Device(scene.lesson, scene.observer)
    workflow.open_session(scene.lesson, by=scene.observer)
    watch = tablet.record("watch", group=scene.groups[0].pk)
    acts = [
        lambda: patiently(lambda: start_reflecting(scene.cycle, by=scene.teacher)),
        lambda: patiently(lambda: tablet.statuses(watch)),
    ]

    answers = simultaneously(lambda: acts.pop()(), times=2)

    assert ["stored"] in answers
    assert Watch.objects.get().to_at is not None


def test_a_batch_that_waited_while_the_lesson_ended_knows_that_it_did(scene, monkeypatch):
    """The same, with the end falling where it did harm: after the lesson was read, before it was held."""
    tablet = Device(scene.lesson, scene.observer)
    held = receiving.hold_among_others

    def end_first(lesson):
        start_reflecting(scene.cycle, by=scene.teacher)
        return held(lesson)

    monkeypatch.setattr(receiving, "hold_among_others", end_first)
    tablet.send(tablet.record("watch", group=scene.groups[0].pk))

    assert Watch.objects.get().to_at is not None


def is_held(cycle):
    """Whether another transaction keeps the cycle from moving on. On SQLite, whoever writes is alone."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 500")  # milliseconds
    try:
        with transaction.atomic():
            Cycle.objects.select_for_update(nowait=True, no_key=True).get(pk=cycle.pk)
    except OperationalError:
        return True
    return False


def send(scene):
    tablet = Device(scene.lesson, scene.observer)
    assert tablet.statuses(tablet.record("note", fact="Rubs it out.")) == ["stored"]


def ask(scene):
    workflow.interview(scene.lesson, scene.pupils[0], by=scene.observer, learned="Parts must be equal.")


@pytest.mark.parametrize("write", [send, ask])
def test_while_something_is_written_down_the_cycle_cannot_move_on(scene, simultaneously, write):
    with transaction.atomic():
        write(scene)
        held = simultaneously(lambda: is_held(scene.cycle), times=1)
    held_afterwards = simultaneously(lambda: is_held(scene.cycle), times=1)

    assert (held, held_afterwards) == ([True], [False])
