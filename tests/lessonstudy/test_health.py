"""The health addresses tell the truth about each part, to anybody, in time, and nothing else."""

import os
import socket
import threading

import pytest
from django.db import connections
from django.urls import reverse

from lessonstudy import health
from tests.servers import free_port

OK = (200, {"status": "ok"})


def answer(client, address="/health/ready"):
    response = client.get(address)
    return response.status_code, response.json()


def unavailable(*parts):
    return 503, {"status": "unavailable", "failed": list(parts)}


@pytest.fixture(autouse=True)
def embedded(settings, monkeypatch, tmp_path):
    """Queue and media in folders of the test's own, and time enough for a busy machine."""
    monkeypatch.setattr(health, "PATIENCE", 60)
    monkeypatch.setattr(health.Probe, "latest", {})
    settings.SERVER = False
    settings.QUEUE_DIR, settings.MEDIA_ROOT = tmp_path / "queue", tmp_path / "media"
    settings.QUEUE_DIR.mkdir()


def broker_at(settings, port):
    settings.SERVER = True
    settings.CELERY_BROKER_URL = f"redis://:hidden-word@127.0.0.1:{port}/0"


def test_live_asks_neither_the_database_nor_the_session(client, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "of somebody"

    response = client.get("/health/live")  # without the django_db mark any query would raise

    assert (response.status_code, response.json()) == OK
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response.cookies == {}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_both_answer_a_caller_who_knows_no_host_name(client, address):
    response = client.get(address, headers={"host": "10.0.0.7"})

    assert (response.status_code, response.json()) == OK
    assert "no-store" in response.headers["Cache-Control"]


def test_the_addresses_are_the_ones_the_middleware_answers():
    assert {reverse("live"), reverse("ready")} == health.ANSWERS.keys()


@pytest.mark.django_db
def test_only_reading_is_allowed(client):
    assert client.post("/health/ready").status_code == 405


@pytest.mark.django_db
def test_ready_when_every_part_works_and_nothing_is_left_behind(client, settings):
    found = answer(client)

    assert found == OK
    assert os.listdir(settings.QUEUE_DIR) + os.listdir(settings.MEDIA_ROOT) == []


@pytest.mark.django_db
def test_a_database_that_is_not_there_is_named(client, monkeypatch, tmp_path):
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", str(tmp_path / "none" / "none"))

    assert answer(client) == unavailable("database")


@pytest.mark.django_db
def test_a_database_without_its_migrations_is_named(client, monkeypatch, tmp_path):
    empty = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "empty.sqlite3"), "OPTIONS": {}}
    for name, value in empty.items():
        monkeypatch.setitem(connections["default"].settings_dict, name, value)

    assert answer(client) == unavailable("database")


@pytest.mark.django_db
def test_a_queue_that_cannot_be_written_is_named(client, settings):
    settings.QUEUE_DIR.rmdir()

    assert answer(client) == unavailable("broker")


@pytest.mark.django_db
def test_a_broker_that_refuses_is_named_and_its_password_is_not(client, settings, caplog):
    broker_at(settings, free_port())

    assert answer(client) == unavailable("broker")
    assert "The broker fails: ConnectionError" in caplog.messages
    assert "hidden-word" not in caplog.text


def test_a_broker_that_never_answers_is_named_without_waiting_for_it(client, settings, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    monkeypatch.setattr(health, "CHECKS", {"broker": health.check_broker})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker_at(settings, silent.getsockname()[1])

        assert answer(client) == unavailable("broker")


@pytest.mark.django_db
def test_a_storage_that_cannot_be_written_is_named(client, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    assert answer(client) == unavailable("storage")


def test_a_part_that_hangs_is_named_and_not_asked_again_until_it_lets_go(client, monkeypatch):
    asked, let_go = [], threading.Event()
    monkeypatch.setattr(health, "CHECKS", {"storage": lambda: (asked.append(1), let_go.wait(60))})
    monkeypatch.setattr(health, "PATIENCE", 0.2)

    hanging = [answer(client), answer(client)]
    times_asked = len(asked)
    monkeypatch.setattr(health, "PATIENCE", 60)
    let_go.set()

    assert hanging == [unavailable("storage")] * 2
    assert times_asked == 1
    assert answer(client) == OK


@pytest.mark.services
@pytest.mark.django_db
def test_ready_on_the_real_broker_of_a_server(client, settings):
    settings.SERVER = True

    assert answer(client) == OK
