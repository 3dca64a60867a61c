"""One command serves the site with its worker, and takes everything along when it ends."""

import contextlib
import os
import signal
import socket
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2 import sql

from tests.running import EMBEDDED, Site, kill_outright, manage, running_processes, until
from tests.servers import free_port


@pytest.fixture
def site(tmp_path):
    with Site(tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def lasting_site(tmp_path_factory):
    """For tests after which the site is as it was."""
    with Site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def server(tmp_path):
    """A site on PostgreSQL and Redis, on a database and a queue of its own."""
    database, broker = urlsplit(os.environ["DATABASE_URL"]), urlsplit(os.environ["REDIS_URL"])
    name = f"a_whole_site_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with new_database(database._replace(path="/postgres").geturl(), name):
        environment = {
            **EMBEDDED,
            "DATABASE_URL": database._replace(path=f"/{name}").geturl(),
            "REDIS_URL": broker._replace(path=f"/{8 + int(broker.path.lstrip('/') or 0)}").geturl(),
            "SECRET_KEY": "k" * 50,
            "ALLOWED_HOSTS": "lessons.example",
        }
        with Site(tmp_path, environment) as site:
            yield site


@contextlib.contextmanager
def new_database(server, name):
    with contextlib.closing(psycopg2.connect(server)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.embedded
def test_ctrl_c_ends_web_and_worker_after_an_orderly_goodbye(site):
    family = site.processes()

    site.supervisor.send_signal(signal.SIGINT)

    assert site.supervisor.wait(60) == 0
    assert family & running_processes().keys() == set()
    assert site.output.read_text().splitlines()[-1] == "Ended."
    assert (site.get("/health/live"), len(family)) == (None, 3)  # gunicorn, its process, the worker


@pytest.mark.embedded
def test_nothing_outlives_a_supervisor_that_was_killed_outright(site):
    family = site.processes()

    site.supervisor.kill()
    site.supervisor.wait()

    until(lambda: not family & running_processes().keys(), "the children to follow")
    assert len(family) == 3


@pytest.mark.embedded
def test_a_worker_that_was_killed_is_started_again_and_the_site_stays_open(lasting_site):
    (worker,) = lasting_site.processes("celery")
    kill_outright(worker)

    (successor,) = until(lambda: lasting_site.processes("celery") - {worker}, "another worker")

    assert successor != worker
    assert "The worker ended (signal 9); it is started again." in lasting_site.output.read_text().splitlines()
    assert lasting_site.get("/health/ready") == (200, {"status": "ok"})


@pytest.mark.embedded
def test_a_web_server_that_was_killed_is_started_again_and_nobody_is_turned_away(lasting_site):
    before = lasting_site.processes("gunicorn")
    kill_outright(*before)

    answer = lasting_site.get("/health/live")

    assert answer == (200, {"status": "ok"})
    assert lasting_site.processes("gunicorn") & before == set()


@pytest.mark.embedded
def test_a_second_site_on_the_same_folder_is_refused_with_a_sentence(lasting_site):
    second = manage("up", "--port", str(free_port()), environment=lasting_site.environment)

    folder, holder = lasting_site.environment["VAR_DIR"], lasting_site.supervisor.pid
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == (
        f"BadInput: Lesson study already runs on {folder} (process {holder}). "
        "End that one first, or give this one a folder of its own with VAR_DIR.\n"
    )


@pytest.mark.embedded
def test_a_taken_port_is_refused_with_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        refused = manage("up", "--port", str(port), environment={**EMBEDDED, "VAR_DIR": str(tmp_path)})

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"BadInput: Port {port} cannot be used (Address already in use). "
        f"End the program that uses it, or choose another one, say with PORT={port % 65535 + 1}.\n"
    )


@pytest.mark.services
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_runs_a_clock_too_and_nothing_of_it_outlives_the_supervisor(server, end):
    found = server.get("/health/ready")
    parts = [server.processes(word) for word in ("gunicorn", "lessonstudy worker", "lessonstudy beat")]
    family = server.processes()

    server.supervisor.send_signal(end)
    server.supervisor.wait(60)

    until(lambda: not family & running_processes().keys(), "the children to follow")
    assert found == (200, {"status": "ok"})
    assert all(parts)
