"""A worker that is killed, and a broker that is: the report is ready afterwards, once, with one file.

The worker is a process of its own over the broker of the lane: files on the embedded default, else Redis.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from django.conf import settings as configured

from cycles.stages import Stage
from lessonstudy.celery import app
from reflections.chores import wake_waiting_reports
from reflections.models import Report
from reflections.report import files
from reflections.workflow.reports import request_report
from tests.factories.cycles import lesson_in
from tests.faults.workers import ROOT, environment_of, kill, worker
from tests.running import until
from tests.servers import redis_server

PLACES = ["counting", "setting", "storing", "stored", "finished"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def environment(settings, tmp_path):
    """A media folder, an empty queue and a short lease of the test's own, for it and for its workers."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.REPORT_LEASE_SECONDS = 2
    return environment_of(tmp_path)


def is_ready(report, *, sweeping=True):
    """Whether it is ready; the clock's duty comes round on the way, unless it is switched off."""
    if sweeping:
        wake_waiting_reports()
    report.refresh_from_db()
    return report.state == Report.State.READY


def asked_for(scene=None):
    scene = scene or lesson_in(Stage.REFLECT)
    return request_report(scene.lesson, by=scene.teacher)


def files_of(report):
    return [path.name for path in files.folder(report.pk).rglob("*")]


@pytest.mark.parametrize("place", PLACES)
def test_a_killed_worker_costs_time_but_not_the_report(environment, place):
    report = asked_for()
    with worker(environment, stop_at=place) as first:
        until(Path(environment["STOPPED"]).exists, "the worker to get there")
        kill(first)

    with worker(environment):
        until(lambda: is_ready(report), "the report")

    assert files_of(report) == [f"{report.checksum}.pdf"]
    assert report.attempt == (1 if place == "finished" else 2)


def test_without_the_sweep_a_killed_workers_report_is_never_ready(environment):
    report = asked_for()
    with worker(environment, stop_at="setting") as first:
        until(Path(environment["STOPPED"]).exists, "the worker to get there")
        kill(first)

    with worker(environment):
        another = asked_for()
        until(lambda: is_ready(another, sweeping=False), "the other report")

    report.refresh_from_db()
    assert report.state == Report.State.RUNNING


def test_five_messages_for_one_report_compile_it_once(environment):
    report = asked_for()
    for _again in range(4):
        app.send_task("reflections.tasks.compile_report", [report.pk])
    last = asked_for()

    with worker(environment):
        until(lambda: is_ready(last, sweeping=False), "the last report")

    report.refresh_from_db()
    assert (report.state, report.attempt) == (Report.State.READY, 1)
    assert files_of(report) == [f"{report.checksum}.pdf"]


@pytest.mark.embedded
def test_a_queue_that_cannot_be_written_does_not_lose_the_request(environment):
    queue = Path(configured.QUEUE_DIR)
    queue.rename(queue.with_name("away"))
    report = asked_for()

    assert report.state == Report.State.QUEUED
    queue.with_name("away").rename(queue)
    report.refresh_from_db()
    Report.objects.filter(pk=report.pk).update(woken_at=None)
    with worker(environment):
        until(lambda: is_ready(report), "the report")


@pytest.mark.services
@pytest.mark.parametrize("asked_while", ["alive", "dead"])
def test_a_broker_killed_with_its_messages_does_not_lose_the_request(environment, asked_while):
    scene = lesson_in(Stage.REFLECT)
    with redis_server() as url:
        if asked_while == "dead":
            kill_redis(url)
        duty("request", environment | {"REDIS_URL": url}, scene.lesson.pk, scene.teacher.pk)
        if asked_while == "alive":
            assert redis.Redis.from_url(url).llen("celery") == 1
            kill_redis(url)
    report = Report.objects.get()

    with redis_server() as url, worker(environment | {"REDIS_URL": url}):
        fresh = environment | {"REDIS_URL": url}
        until(lambda: not duty("sweep", fresh) and is_ready(report, sweeping=False), "the report")

    assert files_of(report) == [f"{report.checksum}.pdf"]


def kill_redis(url):
    """Kill -9 the server behind the address; it keeps nothing on disk."""
    process = redis.Redis.from_url(url).info("server")["process_id"]
    os.kill(process, signal.SIGKILL)


def duty(name, environment, *ids):
    """Do it in a process of its own, whose broker is the one in its environment."""
    command = [sys.executable, "-m", "tests.faults.duties", name, *map(str, ids)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
