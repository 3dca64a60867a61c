"""What taking in tablets' records costs on PostgreSQL, and what is left of them when servers die.

Run by ``python -m tests.servers python -m tests.bench_sync``, as ``make bench`` does. The fault run takes
three minutes of an observed lesson, so it takes them here, too.
"""

import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from observations import sync, workflow
from observations.models import Observation
from tests.bench import interleaved, tell
from tests.factories.cycles import lesson_in
from tests.faults.storm import Classroom, classroom
from tests.observations.tablets import Device

BATCH = 200
OBSERVERS = 40
CALM, LESSON = 60, 180  # seconds
KILL_EVERY, CRASH_AFTER = 5, 90  # seconds


def main() -> None:
    make_database()
    against_bulk_create()
    with tempfile.TemporaryDirectory() as folder, classroom(Path(folder)) as site:
        under_fire(site)
        storm(site)


def make_database() -> None:
    """The bench's own database on the server at hand."""
    name = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    call_command("migrate", verbosity=0)


def against_bulk_create() -> None:
    """A batch through all its checks, against the same rows put in at once and unchecked."""
    scene = lesson_in(pupils=30, groups=6)
    tablet = Device(scene.lesson, scene.observer)
    tablet.send(tablet.record(student=scene.pupils[0].pk))
    row = Observation.objects.get()
    sent: list[bytes] = []

    def first() -> None:
        pupils = [pupil.pk for pupil in scene.pupils]
        records = [tablet.record(student=pupils[n % 30], fact="Draws thirds.") for n in range(BATCH)]
        sent.append(json.dumps(tablet.batch(records)).encode())
        began.append(time.perf_counter())
        workflow.receive(sync.read_batch(sent[-1]), by=scene.observer)
        took.append(time.perf_counter() - began.pop())

    def bare() -> None:
        new = [copy_of(row) for _number in range(BATCH)]
        began.append(time.perf_counter())
        Observation.objects.bulk_create(new)
        bulk.append(time.perf_counter() - began.pop())

    def again() -> None:
        began.append(time.perf_counter())
        workflow.receive(sync.read_batch(sent[-1]), by=scene.observer)
        repeated.append(time.perf_counter() - began.pop())

    began: list[float] = []
    took: list[float] = []
    bulk: list[float] = []
    repeated: list[float] = []
    interleaved(lambda: (first(), again()), bare)
    tell("sync_batch_of_200", median(took), "s", baseline=median(bulk))
    tell("sync_batch_of_200_again", median(repeated), "s", baseline=median(took))


def copy_of(row: Observation) -> Observation:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del fields["id"]
    return Observation(**fields)


def under_fire(site: Classroom) -> None:
    """Forty observers at an event a second: in peace, then with servers killed under them."""
    calm = site.run(observers=OBSERVERS, events=CALM, pace=1.0)
    fire = site.run(
        observers=OBSERVERS, events=LESSON, pace=1.0, kill_every=KILL_EVERY, crash_after=CRASH_AFTER
    )
    tell("sync_under_fire_lost", fire.lost, "records", baseline=fire.written)
    tell("sync_under_fire_too_many", fire.extra, "records", baseline=fire.written)
    tell("sync_under_fire_failed_requests", fire.failed, "requests", baseline=len(fire.waits))
    tell("sync_under_fire_killed", fire.kills, "times", baseline=fire.crashes)
    tell("sync_under_fire_p95", fire.p95, "s", baseline=calm.p95)


def storm(site: Classroom) -> None:
    """Forty tablets that held three hundred records each come back at once."""
    tally = site.run(observers=OBSERVERS, events=1, pace=0, at_once=300)
    tell("sync_storm_lost", tally.lost, "records", baseline=tally.written)
    tell("sync_storm_time", tally.took, "s", baseline=tally.written / 1000)


if __name__ == "__main__":
    main()
