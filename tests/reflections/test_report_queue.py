"""The report's row as queue: one holder, one result, nothing stuck."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from reflections.models import Report
from reflections.report import compile as compiling
from reflections.report import files, queue
from reflections.workflow.reports import publish_report, request_report, retry_report
from tests.factories.cycles import lesson_in

State = Report.State


@pytest.fixture
def scene(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lesson_in(Stage.REFLECT)


@pytest.fixture
def report(scene):
    return request_report(scene.lesson, by=scene.teacher)


def silence(report):
    """As if the worker that holds the report had stopped a while ago."""
    Report.objects.filter(pk=report.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_compiled_report_is_ready_with_its_pages(report):
    compiling.run(report.pk)

    report.refresh_from_db()
    assert (report.state, report.progress, report.attempt) == (State.READY, 100, 1)
    assert files.read(report.pdf).startswith(b"%PDF")
    assert report.snapshot["lesson"] == report.lesson_id


def test_asking_twice_makes_one_report(scene, report):
    again = request_report(scene.lesson, by=scene.observer)

    assert again == report
    assert Report.objects.count() == 1


def test_asking_after_it_is_ready_makes_the_next_version(scene, report):
    compiling.run(report.pk)

    assert request_report(scene.lesson, by=scene.teacher).version == 2


def test_no_report_is_compiled_before_the_lesson_was_taught(db):
    scene = lesson_in(Stage.OBSERVE)

    with pytest.raises(NotAllowedNow):
        request_report(scene.lesson, by=scene.teacher)


def test_only_one_worker_takes_a_report(report):
    assert queue.claim(report.pk) is not None
    assert queue.claim(report.pk) is None


def test_a_message_delivered_again_does_nothing(report):
    compiling.run(report.pk)
    before = Report.objects.values().get()

    compiling.run(report.pk)

    assert Report.objects.values().get() == before


def test_a_late_worker_can_change_nothing(report):
    late = queue.claim(report.pk)
    silence(report)
    queue.sweep()
    compiling.run(report.pk)

    with pytest.raises(queue.LostLease):
        queue.finish(report.pk, late, snapshot={}, pdf="late.pdf", checksum="0")
    queue.give_back(report.pk, late, error="fault")

    report.refresh_from_db()
    assert report.state == State.READY
    assert report.pdf != "late.pdf"


def test_a_holder_that_reports_progress_keeps_the_report(report):
    token = queue.claim(report.pk)
    silence(report)

    queue.advance(report.pk, token, Report.Step.SETTING, 50)

    assert queue.sweep() == []
    report.refresh_from_db()
    assert (report.state, report.progress) == (State.RUNNING, 50)


def test_the_sweep_frees_a_silent_workers_report_and_wakes_it_once(report):
    queue.claim(report.pk)
    silence(report)

    assert queue.sweep() == [report.pk]
    assert queue.sweep() == []
    report.refresh_from_db()
    assert (report.state, report.error) == (State.QUEUED, "worker_lost")


def test_without_the_sweep_a_silent_workers_report_stays_stuck(report):
    queue.claim(report.pk)
    silence(report)

    compiling.run(report.pk)

    report.refresh_from_db()
    assert report.state == State.RUNNING


def test_a_waiting_report_whose_message_was_lost_is_woken_after_a_lease(report):
    assert queue.sweep() == []

    assert queue.sweep(timezone.now() + queue.lease() + timedelta(seconds=1)) == [report.pk]


def test_after_three_attempts_a_report_has_failed_and_says_why(report):
    for _attempt in range(3):
        assert queue.claim(report.pk)
        silence(report)
        queue.sweep()

    report.refresh_from_db()
    assert (report.state, report.error) == (State.FAILED, "worker_lost")
    assert queue.claim(report.pk) is None


def test_a_failed_report_can_be_tried_again(scene, report):
    Report.objects.filter(pk=report.pk).update(state=State.FAILED, attempt=3, error="fault")

    retry_report(report, by=scene.teacher)
    compiling.run(report.pk)

    report.refresh_from_db()
    assert (report.state, report.attempt, report.error) == (State.READY, 1, "")


def test_a_report_that_has_not_failed_is_not_tried_again(scene, report):
    with pytest.raises(NotAllowedNow):
        retry_report(report, by=scene.teacher)


def test_a_fault_gives_the_report_back_and_logs_no_words(report, monkeypatch, caplog):
    def stumble(*args, **kwargs):
        raise ValueError("Siti said something private")

    monkeypatch.setattr(compiling.pdf, "render", stumble)

    compiling.run(report.pk)

    report.refresh_from_db()
    assert (report.state, report.error) == (State.QUEUED, "fault")
    assert "ValueError" in caplog.text
    assert "Siti" not in caplog.text


def test_pages_left_by_an_earlier_attempt_are_removed(report):
    left, _checksum = files.put(report.pk, b"%PDF earlier attempt")

    compiling.run(report.pk)

    report.refresh_from_db()
    assert left != report.pdf
    assert [path.name for path in files.folder(report.pk).iterdir()] == [f"{report.checksum}.pdf"]


def test_a_worker_that_lost_its_report_leaves_no_pages_behind(report, monkeypatch):
    def overtaken(*args, **kwargs):
        monkeypatch.undo()
        silence(report)
        queue.sweep()
        compiling.run(report.pk)
        return b"%PDF late"

    monkeypatch.setattr(compiling.pdf, "render", overtaken)
    compiling.run(report.pk)

    report.refresh_from_db()
    assert report.state == State.READY
    assert [path.name for path in files.folder(report.pk).iterdir()] == [f"{report.checksum}.pdf"]


def test_only_a_ready_report_is_published(scene, report):
    with pytest.raises(NotAllowedNow):
        publish_report(report, by=scene.teacher)

    compiling.run(report.pk)
    report.refresh_from_db()
    publish_report(report, by=scene.teacher)

    report.refresh_from_db()
    assert report.published_by == scene.teacher
