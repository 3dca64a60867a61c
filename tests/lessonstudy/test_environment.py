"""What the machine says about itself is read strictly, and half an answer ends with a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from lessonstudy.environment import Environment
from tests.running import EMBEDDED, manage

SERVER = {
    "DATABASE_URL": "postgres://school:word@db:5432/school",
    "REDIS_URL": "redis://broker:6379/0",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "lessons.example",
}


@pytest.mark.parametrize(
    ("values", "is_server"),
    [
        ({}, False),
        ({"DATABASE_URL": "  ", "REDIS_URL": ""}, False),
        ({"DEBUG": "yes"}, False),
        (SERVER, True),
        ({"DEBUG": "1", "DATABASE_URL": SERVER["DATABASE_URL"], "REDIS_URL": SERVER["REDIS_URL"]}, True),
    ],
    ids=["nothing", "blanks", "debug alone", "everything", "debug needs no key and no hosts"],
)
def test_it_is_a_server_when_everything_a_server_needs_is_set(tmp_path, values, is_server):
    assert Environment(tmp_path, values).is_server is is_server


@pytest.mark.parametrize("missing", SERVER)
def test_a_server_with_one_thing_missing_is_told_which(tmp_path, missing):
    values = {name: value for name, value in SERVER.items() if name != missing}
    given = " and ".join(values)

    with pytest.raises(ImproperlyConfigured) as refused:
        _ = Environment(tmp_path, values).is_server

    assert str(refused.value) == (
        f"{given} set, but not {missing}. Set {missing} too, or unset {given} to run embedded."
    )


@pytest.mark.parametrize("text", ["on", "YES", " true ", "1"])
def test_a_switch_is_on_in_several_spellings(tmp_path, text):
    assert Environment(tmp_path, {"DEBUG": text}).boolean("DEBUG") is True


@pytest.mark.parametrize(
    ("read", "values", "sentence"),
    [
        (
            lambda environment: environment.boolean("DEBUG"),
            {"DEBUG": "maybe"},
            "DEBUG is “maybe”. Set it to 1 or 0, or unset it.",
        ),
        (
            lambda environment: environment.number("PORT", 8000, low=1, high=65535),
            {"PORT": "65536"},
            "PORT is “65536”. Set it to a number from 1 to 65535.",
        ),
        (
            lambda environment: environment.number("PORT", 8000, low=1, high=65535),
            {"PORT": "-1"},
            "PORT is “-1”. Set it to a number from 1 to 65535.",
        ),
        (
            lambda environment: environment.one_of("DEFAULT_LANGUAGE", "en", {"en", "id"}),
            {"DEFAULT_LANGUAGE": "jv"},
            "DEFAULT_LANGUAGE is “jv”. Set it to one of: en, id.",
        ),
        (
            lambda environment: environment.secret_key,
            {"SECRET_KEY": "short"},
            "SECRET_KEY is too short. Set it to 50 or more random characters.",
        ),
        (
            lambda environment: environment.redis_url,
            {"REDIS_URL": "http://broker"},
            "REDIS_URL cannot be used. Write it as redis://host:6379/0.",
        ),
        *(
            (
                lambda environment: environment.database_url,
                {"DATABASE_URL": url},
                "DATABASE_URL cannot be used. Write it as postgres://user:password@host:5432/name.",
            )
            for url in ["mysql://school:word@db/school", "postgres://school:word@db:port/school"]
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_answered_with_what_to_set(tmp_path, read, values, sentence):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(Environment(tmp_path, values))

    assert str(refused.value) == sentence
    assert "word" not in sentence.replace("password", "")  # a URL's password is not repeated


def test_what_the_program_writes_is_kept_in_one_folder(tmp_path):
    elsewhere = tmp_path / "elsewhere"

    assert Environment(tmp_path, {}).var_dir == tmp_path / "var"
    assert Environment(tmp_path, {"VAR_DIR": "data"}).var_dir == tmp_path / "data"
    assert Environment(tmp_path, {"VAR_DIR": str(elsewhere)}).var_dir == elsewhere


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    values = {"VAR_DIR": str(tmp_path / "data")}
    first = Environment(tmp_path, values).secret_key

    again = Environment(tmp_path, values).secret_key

    kept = tmp_path / "data" / "secret_key"
    assert (again, kept.read_text()) == (first, first)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(first) >= 50


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"DATABASE_URL": SERVER["DATABASE_URL"]},
            "DATABASE_URL set, but not REDIS_URL and SECRET_KEY and ALLOWED_HOSTS. Set REDIS_URL and"
            " SECRET_KEY and ALLOWED_HOSTS too, or unset DATABASE_URL to run embedded.",
        ),
        (
            {**SERVER, "DATABASE_URL": "postgres://school:word@db:port/school"},
            "DATABASE_URL cannot be used. Write it as postgres://user:password@host:5432/name.",
        ),
        (
            {"EMAIL_URL": "post.example"},
            "EMAIL_URL cannot be used. Write it as smtp+tls://user:password@host:587.",
        ),
        ({"PORT": "http"}, "PORT is “http”. Set it to a number from 1 to 65535."),
    ],
    ids=["half a server", "a port of words", "mail without a scheme", "PORT of words"],
)
def test_every_command_ends_with_that_one_sentence(tmp_path, values, sentence):
    ended = manage("check", environment={**EMBEDDED, "VAR_DIR": str(tmp_path), **values})

    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"{sentence}\n")


def test_a_developer_may_ask_for_the_traceback(tmp_path):
    ended = manage("check", "--traceback", environment={**EMBEDDED, "VAR_DIR": str(tmp_path), "PORT": "http"})

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[0] == "Traceback (most recent call last):"
