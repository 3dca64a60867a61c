"""Photos that tablets send: once each, with consent, in bounds, served to those who may see them."""

import os
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cycles.stages import Stage
from lessonstudy.lib import files
from observations import workflow
from observations.chores import forget_removed_photos
from observations.models import WorkSample
from observations.workflow import photos
from schools.models import Consent, ErasedStudent
from tests.factories.cycles import CycleRoleFactory, ObjectiveFactory, ResearchLessonFactory, lesson_in
from tests.factories.observations import WorkSampleFactory
from tests.factories.schools import ConsentFactory, MembershipFactory, StudentFactory
from tests.lib.pictures import PRETENDERS, picture, telling

NOW = "2026-10-05T08:10:00+07:00"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def scene(db):
    """A lesson being observed; the first pupil's work may be photographed."""
    scene = lesson_in()
    ConsentFactory(student=scene.pupils[0])
    return scene


@pytest.fixture
def observer(client, scene):
    client.force_login(scene.observer)
    return client


def address(scene, id):
    return reverse("observations:put_photo", args=[scene.lesson.pk, id])


def send(client, scene, *, id=None, content=None, name="blob", **changes):
    file = SimpleUploadedFile(name, picture() if content is None else content)
    data = {"photo": file, "student": scene.pupils[0].pk, "happened_at": NOW, "author": scene.observer.pk}
    data |= changes
    return client.post(
        address(scene, id or uuid4()), {key: value for key, value in data.items() if value != ""}
    )


def outcome(answer):
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert set(told) == {"id", "status", "reason", "message"}
    return told["status"], told["reason"]


def on_disk(media):
    return [path for path in media.rglob("*") if path.is_file()]


# Once


def test_a_photo_is_stored_with_what_was_said_of_it(observer, scene, media):
    objective = ObjectiveFactory(plan=scene.plan)
    id = uuid4()

    answer = send(
        observer, scene, id=id, objective=objective.pk, what_it_shows="Thirds of a circle.", step="7"
    )

    kept = WorkSample.objects.get()
    assert outcome(answer) == ("stored", None)
    assert (kept.pk, kept.student, kept.by, kept.lesson) == (
        id,
        scene.pupils[0],
        scene.observer,
        scene.lesson,
    )
    assert (kept.objective, kept.what_it_shows) == (objective, "Thirds of a circle.")
    assert kept.happened_at.isoformat() == "2026-10-05T01:10:00+00:00"
    (file,) = on_disk(media)
    assert file.relative_to(media).as_posix() == kept.image
    assert kept.bytes == file.stat().st_size


def test_the_same_photo_again_is_a_duplicate_and_another_one_a_conflict(observer, scene, media):
    id = uuid4()
    send(observer, scene, id=id)

    again = send(observer, scene, id=id)
    other = send(observer, scene, id=id, content=picture(size=(50, 50)))

    assert (outcome(again), outcome(other)) == (("duplicate", None), ("conflict", "id"))
    assert len(on_disk(media)) == WorkSample.objects.count() == 1


def test_the_same_number_in_another_lesson_is_a_conflict(observer, scene):
    id = uuid4()
    send(observer, scene, id=id)
    second = ResearchLessonFactory(cycle=scene.cycle)
    scene.cycle.stage = Stage.OBSERVE

    answer = observer.post(
        reverse("observations:put_photo", args=[second.pk, id]),
        {"photo": BytesIO(picture()), "student": scene.pupils[0].pk, "happened_at": NOW},
    )

    assert outcome(answer) == ("conflict", "id")


def test_a_photo_that_was_taken_away_stays_away_when_the_tablet_sends_it_again(observer, scene, media):
    id = uuid4()
    send(observer, scene, id=id)
    WorkSample.objects.update(removed_at=timezone.now())

    assert outcome(send(observer, scene, id=id)) == ("duplicate", None)
    assert WorkSample.objects.filter(removed_at=None).count() == 0


def test_nobody_sends_under_the_number_of_somebody_else(observer, scene, client):
    id = uuid4()
    send(observer, scene, id=id)
    client.force_login(scene.planner)

    answer = send(client, scene, id=id, author=scene.planner.pk)

    assert outcome(answer) == ("forbidden", "author")
    assert WorkSample.objects.get().by == scene.observer


def test_a_photo_of_somebody_else_on_the_same_tablet_is_not_taken_as_mine(observer, scene, media):
    assert outcome(send(observer, scene, author=scene.planner.pk)) == ("forbidden", "author")
    assert (WorkSample.objects.count(), on_disk(media)) == (0, [])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_photo_eight_times_at_once_is_one(simultaneously, media):
    scene = lesson_in()
    ConsentFactory(student=scene.pupils[0])
    id, content = uuid4(), picture()

    def act():
        sent = workflow.Sent(scene.pupils[0].pk, scene.observer.pk, timezone.now())
        return workflow.receive_photo(
            scene.lesson, id, sent, BytesIO(content), name="blob", by=scene.observer
        ).status

    told = simultaneously(act, times=8)

    assert sorted(told) == ["duplicate"] * 7 + ["stored"]
    assert len(on_disk(media)) == WorkSample.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_its_number_eight_at_once_are_eight(simultaneously, media):
    """The control: it is the number that makes them one."""
    scene = lesson_in()
    ConsentFactory(student=scene.pupils[0])

    def act():
        sent = workflow.Sent(scene.pupils[0].pk, scene.observer.pk, timezone.now())
        return workflow.receive_photo(
            scene.lesson, uuid4(), sent, BytesIO(picture()), name="blob", by=scene.observer
        ).status

    assert simultaneously(act, times=8) == ["stored"] * 8
    assert len(on_disk(media)) == 8


# Only real pictures, and nothing hidden in them


@pytest.mark.parametrize("name", PRETENDERS)
def test_what_is_no_photo_is_rejected_with_a_sentence(observer, scene, media, name):
    answer = send(observer, scene, content=PRETENDERS[name], name=name)

    assert outcome(answer) == ("rejected", "photo")
    assert answer.json()["message"]
    assert (WorkSample.objects.count(), on_disk(media)) == (0, [])


def test_what_is_served_tells_nothing_of_place_camera_or_person(observer, scene):
    content = telling()
    send(observer, scene, content=content, name="Siti Rahma.jpg")
    sample = WorkSample.objects.get()

    answer = observer.get(reverse("observations:photo", args=[sample.pk]))

    assert b"CANARY" in content
    assert [word for word in (b"CANARY", b"GPS", b"<script", b"Siti") if word in answer.content] == []
    assert "Siti" not in answer["Content-Disposition"] + sample.image


# Consent


@pytest.mark.parametrize("withdrawn", [False, True])
def test_without_consent_no_photo_is_taken_in(observer, scene, media, withdrawn):
    pupil = scene.pupils[1]
    if withdrawn:
        ConsentFactory(student=pupil, withdrawn_on="2026-08-01")
    ConsentFactory(student=pupil, use=Consent.Use.AUDIO)

    answer = send(observer, scene, student=pupil.pk)

    assert outcome(answer) == ("forbidden", "no_consent")
    assert pupil.code in answer.json()["message"]
    assert (WorkSample.objects.count(), on_disk(media)) == (0, [])


def test_a_photo_that_was_forbidden_is_stored_when_what_stood_in_its_way_has_gone(observer, scene, settings):
    """The tablet keeps it and sends it again, the same under the same number."""
    pupil, id = scene.pupils[1], uuid4()

    without_consent = send(observer, scene, id=id, student=pupil.pk)
    ConsentFactory(student=pupil)
    settings.PHOTO_MEGABYTES = 0
    without_room = send(observer, scene, id=id, student=pupil.pk)
    settings.PHOTO_MEGABYTES = 1
    type(scene.cycle).objects.filter(pk=scene.cycle.pk).update(stage=Stage.PLAN)
    too_early = send(observer, scene, id=id, student=pupil.pk)
    type(scene.cycle).objects.filter(pk=scene.cycle.pk).update(stage=Stage.OBSERVE)
    at_last = send(observer, scene, id=id, student=pupil.pk)

    assert [outcome(answer) for answer in (without_consent, without_room, too_early, at_last)] == [
        ("forbidden", "no_consent"),
        ("forbidden", "quota"),
        ("forbidden", "stage"),
        ("stored", None),
    ]


def test_a_withdrawn_consent_hides_the_photo_on_every_page(observer, scene):
    send(observer, scene, what_it_shows="Thirds.")
    sample = WorkSample.objects.get()
    photo = reverse("observations:photo", args=[sample.pk])
    before = observer.get(photo), observer.get(reverse("observations:work", args=[scene.lesson.pk])).text
    Consent.objects.update(withdrawn_on="2026-11-01")

    after = observer.get(photo), observer.get(reverse("observations:work", args=[scene.lesson.pk])).text

    assert (before[0].status_code, after[0].status_code) == (200, 404)
    assert (photo in before[1], photo in after[1]) == (True, False)
    assert "Thirds." in after[1]
    assert "Without consent it is not shown." in after[1]


def test_a_guest_from_outside_needs_the_word_for_sharing_too(client, scene):
    sample = WorkSampleFactory(
        lesson=scene.lesson, student=scene.pupils[0], image=files.put("work", b"x", "jpg")
    )
    photo = reverse("observations:photo", args=[sample.pk])
    client.force_login(scene.guest)

    without = client.get(photo).status_code
    ConsentFactory(student=scene.pupils[0], use=Consent.Use.SHARING)

    assert (without, client.get(photo).status_code) == (404, 200)


def test_a_pupil_who_was_erased_is_gone_and_not_brought_back(observer, scene, media):
    pupil = StudentFactory(school=scene.school)
    number = pupil.pk
    pupil.delete()

    assert outcome(send(observer, scene, student=number)) == ("gone", "pupil")
    assert ErasedStudent.objects.get().number == number
    assert (WorkSample.objects.count(), on_disk(media)) == (0, [])


def test_pupils_of_other_classes_and_schools_are_rejected_alike(observer, scene):
    told = [
        send(observer, scene, student=student.pk).json()
        for student in (StudentFactory(school=scene.school), StudentFactory())
    ]

    assert [(one["status"], one["reason"]) for one in told] == [("rejected", "student")] * 2
    assert told[0]["message"] == told[1]["message"]


def test_an_objective_that_is_none_of_the_lessons_loses_no_photo(observer, scene):
    theirs = ObjectiveFactory()

    assert outcome(send(observer, scene, objective=theirs.pk)) == ("stored", None)
    assert WorkSample.objects.get().objective is None


# When


def test_a_photo_may_arrive_long_after_it_was_taken(observer, scene):
    """The cycle has gone on to its next lesson, which is being planned."""
    ResearchLessonFactory(cycle=scene.cycle)
    type(scene.cycle).objects.filter(pk=scene.cycle.pk).update(stage=Stage.PLAN)

    assert outcome(send(observer, scene)) == ("stored", None)


@pytest.mark.parametrize(
    ("stage", "taken", "told"),
    [
        (Stage.PLAN, NOW, ("forbidden", "stage")),
        (Stage.REFLECT, NOW, ("stored", None)),
        (Stage.CLOSED, NOW, ("stored", None)),
        (Stage.CLOSED, "2026-11-20T08:00:00+07:00", ("rejected", "stage")),
    ],
)
def test_a_photo_is_judged_by_when_it_was_taken(client, db, stage, taken, told):
    scene = lesson_in(stage)
    ConsentFactory(student=scene.pupils[0])
    client.force_login(scene.observer)

    assert outcome(send(client, scene, happened_at=taken)) == told


def test_a_clock_that_runs_ahead_says_now(observer, scene):
    send(observer, scene, happened_at=(timezone.now() + timedelta(days=2)).isoformat())

    assert abs(WorkSample.objects.get().happened_at - timezone.now()) < timedelta(minutes=1)


# Bad input


@pytest.mark.parametrize("step", ["7", "x", "9" * 40, "a\x00b"])
def test_the_step_a_tablet_names_is_passed_over_whatever_it_holds(observer, scene, step):
    assert outcome(send(observer, scene, step=step)) == ("stored", None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"photo": ""}, "photo"),
        ({"student": ""}, "student"),
        ({"student": "x"}, "student"),
        ({"student": "9" * 40}, "student"),
        ({"happened_at": ""}, "happened_at"),
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"happened_at": "2026-10-05T08:10:00"}, "happened_at"),
        ({"happened_at": "2026-13-45T08:10:00+07:00"}, "happened_at"),
        ({"author": "x"}, "author"),
        ({"objective": "x"}, "objective"),
        ({"what_it_shows": "a\x00b"}, "what_it_shows"),
        ({"what_it_shows": "x" * 5000}, "what_it_shows"),
    ],
)
def test_what_cannot_be_read_is_rejected_by_its_field(observer, scene, media, changes, reason):
    answer = send(observer, scene, **changes)

    assert outcome(answer) == ("rejected", reason)
    assert answer.json()["message"]
    assert (WorkSample.objects.count(), on_disk(media)) == (0, [])


# Limits


def test_a_pupil_has_so_many_photos_in_a_lesson(observer, scene, monkeypatch):
    monkeypatch.setattr(photos, "MOST_PHOTOS", 2)
    for _number in range(2):
        send(observer, scene)

    full = send(observer, scene)
    WorkSample.objects.filter(pk=WorkSample.objects.first().pk).update(removed_at=timezone.now())

    assert outcome(full) == ("forbidden", "too_many")
    assert outcome(send(observer, scene)) == ("stored", None)


def test_a_school_has_so_much_room(observer, scene, settings):
    settings.PHOTO_MEGABYTES = 1
    WorkSampleFactory(lesson=scene.lesson, image="work/large.jpg", bytes=2**20)

    answer = send(observer, scene)

    assert outcome(answer) == ("forbidden", "quota")
    assert "1 MB" in answer.json()["message"]


def test_another_schools_photos_take_none_of_ours(observer, scene, settings):
    settings.PHOTO_MEGABYTES = 1
    WorkSampleFactory(image="work/large.jpg", bytes=2**20)

    assert outcome(send(observer, scene)) == ("stored", None)


def test_a_full_disk_is_said_and_leaves_neither_row_nor_file(observer, scene, media, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    answer = send(observer, scene)

    assert answer.status_code == 507
    assert answer.json()["error"] == "no_room"
    assert "no room left" in answer.json()["message"]
    assert (WorkSample.objects.count(), on_disk(media)) == (0, [])


def test_a_database_that_is_away_asks_to_come_back_soon_and_leaves_a_trace(
    observer, scene, monkeypatch, caplog
):
    def away(*_args, **_said):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(workflow, "receive_photo", away)
    id = uuid4()

    answer = send(observer, scene, id=id, what_it_shows="CANARY")

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert f"Photo {id} of lesson {scene.lesson.pk} " in caplog.text
    assert "server closed the connection" in caplog.text
    assert "CANARY" not in caplog.text


def test_a_row_that_cannot_be_written_leaves_no_file(scene, media, monkeypatch):
    def broken(**_values):
        raise RuntimeError("the database has gone")

    monkeypatch.setattr(WorkSample.objects, "get_or_create", broken)
    sent = workflow.Sent(scene.pupils[0].pk, scene.observer.pk, timezone.now())

    with pytest.raises(RuntimeError):
        workflow.receive_photo(
            scene.lesson, uuid4(), sent, BytesIO(picture()), name="blob", by=scene.observer
        )

    assert on_disk(media) == []


# Who


def test_who_is_signed_out_is_told_in_data(client, scene):
    answer = send(client, scene)

    assert (answer.status_code, answer.json()["error"]) == (401, "signed_out")


def test_without_our_token_the_refusal_is_data(scene):
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.observer)

    answer = send(client, scene)

    assert (answer.status_code, answer.json()["error"]) == (403, "csrf")


def test_too_large_is_said_before_anything_is_read(observer, scene):
    class Body(BytesIO):
        def read(self, *_args):
            raise AssertionError("read")

    body = Body()
    answer = observer.generic(
        "POST",
        address(scene, uuid4()),
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(20 * 2**20),
        **{"wsgi.input": body},
    )

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_strangers_colleagues_and_other_schools_find_nothing(client, scene):
    for person in (
        MembershipFactory(school=scene.school).user,
        MembershipFactory(school=scene.school, role="principal").user,
        CycleRoleFactory().user,
    ):
        client.force_login(person)
        answer = send(client, scene, author=person.pk)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert WorkSample.objects.count() == 0


# Served


def test_a_photo_is_served_as_a_file_and_never_as_a_page(observer, scene):
    send(observer, scene)

    answer = observer.get(reverse("observations:photo", args=[WorkSample.objects.get().pk]))

    assert Image.open(BytesIO(answer.content)).format == "JPEG"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == 'attachment; filename="work.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"


def test_there_is_no_way_past_the_page_to_the_file(observer, scene):
    send(observer, scene)

    key = WorkSample.objects.get().image

    assert {observer.get(path).status_code for path in (f"/media/{key}", f"/{key}", "/media/")} == {404}


def test_a_photo_whose_file_is_missing_is_not_found(observer, scene):
    sample = WorkSampleFactory(lesson=scene.lesson, student=scene.pupils[0], image="work/none.jpg")

    assert observer.get(reverse("observations:photo", args=[sample.pk])).status_code == 404


# Taken away


def test_what_is_taken_away_goes_from_the_disk_when_that_is_certain(
    scene, observer, media, django_capture_on_commit_callbacks
):
    send(observer, scene)
    sample = WorkSample.objects.get()

    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        workflow.remove_work(sample, by=scene.observer)
    still_there = len(on_disk(media))
    for callback in callbacks:
        callback()

    sample.refresh_from_db()
    assert (still_there, on_disk(media), sample.image) == (1, [], "")
    assert sample.removed_at is not None
    assert observer.get(reverse("observations:photo", args=[sample.pk])).status_code == 404


def test_a_duty_finishes_what_a_lost_process_left(scene, observer, media):
    send(observer, scene)
    send(observer, scene, content=picture(size=(9, 9)))
    gone = WorkSample.objects.first()
    WorkSample.objects.filter(pk=gone.pk).update(removed_at=timezone.now() - timedelta(minutes=5))

    assert (forget_removed_photos(), forget_removed_photos()) == (1, 0)
    standing = WorkSample.objects.get(removed_at=None)
    assert [path.name for path in on_disk(media)] == [os.path.basename(standing.image)]


def long_gone(**said):
    return WorkSampleFactory(removed_at=timezone.now() - timedelta(days=400), **said)


def test_a_photo_that_was_taken_away_is_looked_at_once(db, media, monkeypatch):
    """Its row says nothing but that it was there: neither words nor level, nor a picture any more."""
    gone = long_gone(what_it_shows="", image=files.put("work", b"x", "jpg"))
    looked_at = []
    monkeypatch.setattr(files, "forget", looked_at.append)

    for _hour in range(3):
        forget_removed_photos()

    assert len(looked_at) == 1
    gone.refresh_from_db()
    assert (gone.image, gone.what_it_shows, gone.level) == ("", "", None)


def test_a_photo_that_cannot_be_deleted_keeps_its_key_and_holds_up_no_other(db, media, caplog):
    stuck = long_gone(image="work/folder.jpg")
    (media / "work/folder.jpg").mkdir(parents=True)  # no file: unlink fails
    other = long_gone(image=files.put("work", b"x", "jpg"))

    assert forget_removed_photos() == 1

    assert [WorkSample.objects.get(pk=one.pk).image for one in (stuck, other)] == ["work/folder.jpg", ""]
    assert str(stuck.pk) in caplog.text


@pytest.mark.parametrize(
    ("act", "index"),
    [
        (lambda scene: photos._bytes_of(scene.school.pk), "work_sample_room"),
        (lambda scene: workflow.finish_removals(), "work_sample_to_delete"),
    ],
)
def test_room_and_what_is_to_be_deleted_are_found_by_an_index(scene, act, index):
    """Neither grows with the photos that were taken away in all the years."""
    with CaptureQueriesContext(connection) as asked:
        act(scene)
    (query,) = asked.captured_queries
    is_sqlite = connection.vendor == "sqlite"

    with connection.cursor() as cursor:
        if not is_sqlite:
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table this small is read whole
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{query['sql']}")
        plan = str(cursor.fetchall())

    assert index in plan


def test_a_photo_costs_the_database_the_same_however_many_there_are(observer, scene):
    with CaptureQueriesContext(connection) as few:
        send(observer, scene)
    for _number in range(10):
        send(observer, scene)
    with CaptureQueriesContext(connection) as many:
        send(observer, scene)

    assert len(few) == len(many)
