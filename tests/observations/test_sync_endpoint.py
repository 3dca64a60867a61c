"""The address that tablets send to: always JSON, never a page, and no answer that looks like success."""

import json
from contextlib import contextmanager

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cycles.models import CasePrediction, CasePupil
from observations import workflow
from observations.models import Observation
from schools.models import Consent
from tests.factories.cycles import ObserverAssignmentFactory, lesson_in
from tests.factories.observations import WorkSampleFactory
from tests.factories.schools import UserFactory
from tests.observations.tablets import Device

SYNC = "/observations/sync/"


@pytest.fixture
def scene(db):
    return lesson_in()


@pytest.fixture
def tablet(scene):
    return Device(scene.lesson, scene.observer)


@pytest.fixture
def browser(scene):
    client = Client()
    client.force_login(scene.observer)
    return client


def post(client, body, content_type="application/json", **headers):
    body = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return client.post(SYNC, body, content_type=content_type, headers=headers)


def test_a_batch_is_answered_record_by_record(scene, tablet, browser):
    note = tablet.record("note", fact="Rubs it out.")
    bad = tablet.record("note", interpretation="Bored.")

    answer = post(browser, tablet.batch([note, bad]))

    assert answer.status_code == 200
    said = answer.json()
    assert [(one["id"], one["status"], one["reason"]) for one in said["results"]] == [
        (note["id"], "stored", None),
        (bad["id"], "rejected", "fact"),
    ]
    assert "What did you see or hear" in said["results"][1]["message"]
    assert said["missing"] == []
    assert abs(timezone.datetime.fromisoformat(said["server_now"]) - timezone.now()).total_seconds() < 60


def test_a_record_with_only_what_is_required_is_taken(scene, tablet, browser):
    bare = {key: tablet.record("marker")[key] for key in ("id", "lesson", "kind", "happened_at")}

    assert post(browser, tablet.batch([bare])).json()["results"][0]["status"] == "stored"


@pytest.mark.parametrize("url", [SYNC, "/observations/session.json", "pack"])
def test_who_is_signed_out_gets_401_and_no_page(scene, tablet, url):
    url = reverse("observations:pack", args=[scene.lesson.pk]) if url == "pack" else url
    answer = post(Client(), tablet.batch([])) if url == SYNC else Client().get(url)

    assert answer.status_code == 401
    assert answer.json()["error"] == "signed_out"
    assert "no-store" in answer["Cache-Control"]


def test_a_token_of_an_earlier_sign_in_is_refused_in_json_and_a_fresh_one_taken(scene, tablet):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.observer)

    refused = post(strict, tablet.batch([]), **{"X-CSRFToken": "x" * 32})
    fresh = strict.get("/observations/session.json").json()
    taken = post(strict, tablet.batch([]), **{"X-CSRFToken": fresh["csrf"]})

    assert (refused.status_code, refused.json()["error"]) == (403, "csrf")
    assert fresh["author"] == scene.observer.pk
    assert taken.status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_only_json_is_taken(tablet, browser, kind):
    assert post(browser, json.dumps(tablet.batch([])), kind).status_code == 415


def test_too_much_at_once_is_413_in_json(tablet, browser):
    many = post(browser, tablet.batch([{}] * 501))
    large = post(browser, tablet.batch([{"fact": "x" * 2**20}]))
    very_large = post(browser, tablet.batch([{"fact": "x" * 2_700_000}]))

    for answer in (many, large, very_large):
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_five_hundred_are_taken(scene, tablet, browser):
    records = [tablet.record(student=scene.pupils[0].pk) for _number in range(500)]

    assert {one["status"] for one in post(browser, tablet.batch(records)).json()["results"]} == {"stored"}
    assert Observation.objects.count() == 500


@pytest.mark.parametrize(
    "body",
    [b" ", b"{", b"[]", b"null", b"\xff", b'{"records": 7}', b'{"records": []}', b"[" * 100_000],
)
def test_what_is_no_batch_is_400_in_json_with_a_sentence(browser, body):
    answer = post(browser, body)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_batch")
    assert answer.json()["message"]


def test_a_page_newer_than_the_server_is_asked_to_wait(tablet, browser):
    answer = post(browser, tablet.batch([tablet.record("marker")], schema=2))

    assert (answer.status_code, answer.json()["error"]) == (426, "newer_tablet")
    assert not Observation.objects.exists()


@pytest.mark.parametrize("length", ["x", "1e3", "-1", "5 5"])
def test_a_length_that_is_no_number_is_no_batch(tablet, browser, length):
    answer = post(browser, tablet.batch([]), CONTENT_LENGTH=length)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_batch")


def test_a_database_that_is_away_asks_to_come_back_soon(tablet, browser, monkeypatch, caplog):
    def away(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(workflow, "receive", away)
    answer = post(browser, tablet.batch([tablet.record("note", fact="CANARY")]))

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert f"person {tablet.author.pk} " in caplog.text
    assert "server closed the connection" in caplog.text  # with its trace, for whoever runs the site
    assert "CANARY" not in caplog.text


def test_refusals_name_no_pupil(scene, tablet, browser):
    answer = post(browser, tablet.batch([tablet.record(student=2**40, fact="CANARY")]))

    assert "CANARY" not in answer.content.decode()


# The pack


def pack(client, lesson):
    answer = client.get(reverse("observations:pack", args=[lesson.pk]))
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_pack_holds_what_the_page_needs(scene, browser):
    pupil, other = scene.pupils[:2]
    ObserverAssignmentFactory(lesson=scene.lesson, observer=scene.observer, group=scene.groups[0])
    Consent.objects.create(
        school=scene.school, student=pupil, use=Consent.Use.PHOTO, given_on=timezone.localdate()
    )
    Consent.objects.create(
        school=scene.school,
        student=other,
        use=Consent.Use.PHOTO,
        given_on=timezone.localdate(),
        withdrawn_on=timezone.localdate(),
    )
    case = CasePupil.objects.create(
        school=scene.school, cycle=scene.cycle, student=pupil, typifies="waits for others"
    )
    step = scene.lesson.plans.get().steps.get()
    CasePrediction.objects.create(school=scene.school, step=step, case_pupil=case, text="Copies.")
    workflow.open_session(scene.lesson, by=scene.observer)

    held = pack(browser, scene.lesson)

    assert [(one["code"], one["photo"]) for one in held["pupils"]][:2] == [
        (pupil.code, True),
        (other.code, False),
    ]
    assert held["pupils"][0]["name"] == f"{pupil.code} {pupil.given_name}"
    assert [group["mine"] for group in held["groups"]] == [True, False]
    assert [step["id"] for step in held["steps"]] == [step.pk]
    assert [code["slug"] for code in held["codes"] if code["state"]] == ["on_task", "off_task"]
    assert len([code for code in held["codes"] if code["first"]]) == 6
    assert held["case_pupils"] == [
        {
            "student": pupil.pk,
            "typifies": "waits for others",
            "predictions": [{"step": step.pk, "text": "Copies."}],
        }
    ]
    assert [watch["group"] for watch in held["watching"]] == [scene.groups[0].pk]
    assert held["rules"]
    assert held["accepted_at"]
    assert held["expires_at"] > held["server_now"]


def test_a_guest_without_consent_to_names_gets_codes_only(scene):
    guest = Client()
    guest.force_login(scene.guest)

    text = json.dumps(pack(guest, scene.lesson))

    assert not [pupil for pupil in scene.pupils if f'"{pupil.code} {pupil.given_name}"' in text]


def test_the_version_changes_with_the_content_alone(scene, browser):
    first, again = pack(browser, scene.lesson), pack(browser, scene.lesson)
    scene.groups[0].name = "Mangga"
    scene.groups[0].save()

    assert first["version"] == again["version"] != pack(browser, scene.lesson)["version"]


def test_my_own_records_come_back_in_the_form_in_which_they_were_sent(scene, tablet, browser):
    event = tablet.record(student=scene.pupils[0].pk, target="teacher")
    theirs = Device(scene.lesson, scene.teacher)
    tablet.send(event, tablet.record("void", replaces=event["id"]))
    theirs.send(theirs.record("note", fact="CANARY"))

    held = pack(browser, scene.lesson)

    (mine,) = held["records"]
    assert (mine["id"], mine["target"], mine["voided"]) == (event["id"], "teacher", True)
    assert "CANARY" not in json.dumps(held)


def test_the_pack_tells_of_my_own_photos_that_are_still_there(scene, browser):
    pupil = scene.pupils[0]
    sample = {"lesson": scene.lesson, "student": pupil, "image": "work/1.jpg"}
    mine = WorkSampleFactory(by=scene.observer, **sample)
    WorkSampleFactory(by=scene.observer, removed_at=timezone.now(), **sample)
    WorkSampleFactory(by=scene.observer, **sample | {"image": ""})
    WorkSampleFactory(**sample)

    photos = pack(browser, scene.lesson)["photos"]

    assert [(photo["id"], photo["student"]) for photo in photos] == [(str(mine.pk), pupil.pk)]
    assert photos[0]["what_it_shows"] == mine.what_it_shows


def test_the_pack_asks_as_often_for_a_large_class(scene, browser, django_assert_num_queries):
    pack(browser, scene.lesson)
    with counted() as small:
        pack(browser, scene.lesson)
    large = lesson_in(school=scene.school, pupils=40, groups=8, steps=8)
    browser.force_login(large.observer)
    pack(browser, large.lesson)
    with counted() as many:
        pack(browser, large.lesson)

    assert len(small) == len(many)


@contextmanager
def counted():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        yield seen


def test_a_stranger_finds_no_pack(scene):
    stranger = Client()
    stranger.force_login(UserFactory())

    answer = stranger.get(reverse("observations:pack", args=[scene.lesson.pk]))

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
