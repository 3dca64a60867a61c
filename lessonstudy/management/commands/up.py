"""Serves the site with its background work beside it, from one command, until Ctrl-C."""

import argparse
import contextlib
import fcntl
import logging
import os
import shutil
import socket
import sys

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import close_old_connections, connections

from cycles.chores import wake_waiting_proofs
from lessonstudy.lib.commands import BadInput
from lessonstudy.supervisor import Child, Supervisor
from observations.chores import forget_removed_photos
from reflections.chores import wake_waiting_reports
from schools.models import School

HOST = "127.0.0.1"
BACKLOG = 1024  # connections that wait while the web process starts, or starts again
SWEEP_EVERY = 2.0  # seconds
SERVER_PROCESSES = min(os.cpu_count() or 1, 4)

GUNICORN = [sys.executable, "-m", "gunicorn", "lessonstudy.wsgi"]
# Celery's warning against root names an option that is not ours to give.
CELERY = [sys.executable, "-W", "ignore::UserWarning:celery.platforms", "-m", "celery"]
CELERY += ["--quiet", "--app", "lessonstudy"]
ALONE = ["--without-gossip", "--without-mingle", "--without-heartbeat"]  # no other worker to talk to

logger = logging.getLogger(__name__)


def port_number(text):
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 65535.")
    return int(text)


class Command(BaseCommand):
    help = "Bring the database up to date, then serve the site with its background work until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=port_number, default=settings.PORT, help="instead of PORT (8000)")
        parser.add_argument(
            "--demo",
            action="store_true",
            help="load the demo school if there is no school yet; never on a server, its password is public",
        )

    def handle(self, *, port, demo, **options):
        supervisor = Supervisor(self.say)
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with sole_use_of(settings.VAR_DIR), listening(port) as door:
            prepare()
            if demo and not settings.SERVER and not School.objects.exists():
                call_command("demo", yes=True)
            self.welcome(port)
            connections.close_all()
            supervisor.run(children(door), duty=None if settings.SERVER else sweep, every=SWEEP_EVERY)
        self.say("Ended.")

    def welcome(self, port):
        self.say(f"Lesson study is open at http://{HOST}:{port}/ (Ctrl-C ends it).")
        if School.objects.filter(code="DEMO").exists():
            self.say("Sign in as guru@demo.test with the password lesson-study-demo.")

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()


@contextlib.contextmanager
def sole_use_of(folder):
    """Hold the folder's lock, which ends with this process; refuse when another holds it."""
    with (folder / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise BadInput(
                f"Lesson study already runs on {folder} (process {file.read()}). "
                "End that one first, or give this one a folder of its own with VAR_DIR."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextlib.contextmanager
def listening(port):
    """The open door of the site. It stays open while the web process is away, so callers wait a moment."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, port))
        except OSError as error:
            raise BadInput(
                f"Port {port} cannot be used ({error.strerror}). "
                f"End the program that uses it, or choose another one, say with PORT={port % 65535 + 1}."
            ) from error
        door.listen(BACKLOG)
        yield door


def prepare():
    """Folders, database, translations and static files, as this version of the program wants them."""
    bindings = settings.VAR_DIR / "queue-control"
    # Written anew by every start; one half written when the power went would stop all messages for good.
    shutil.rmtree(bindings, ignore_errors=True)
    for folder in (settings.QUEUE_DIR, bindings, settings.MEDIA_ROOT):
        folder.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("translations", compile=True, verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def children(door):
    """The web server behind the open door, the worker and, on a server, the clock."""
    web = [
        *(*GUNICORN, "--bind", f"fd://{door.fileno()}", "--worker-class", "gthread", "--threads", "8"),
        *("--workers", str(SERVER_PROCESSES if settings.SERVER else 1)),
        *("--graceful-timeout", "10", "--no-control-socket", "--log-level", "warning"),
    ]
    pool = ["--concurrency", str(SERVER_PROCESSES)] if settings.SERVER else ["--pool", "solo"]
    beat = [*CELERY, "beat", "--pidfile=", "--schedule", str(settings.VAR_DIR / "beat-schedule")]
    family = [
        Child("web server", web, folder=settings.BASE_DIR, keep_open=[door.fileno()]),
        Child("worker", [*CELERY, "worker", *pool, *ALONE], folder=settings.BASE_DIR),
    ]
    return [*family, Child("clock", beat, folder=settings.BASE_DIR)] if settings.SERVER else family


def sweep():
    """Embedded, this process is the clock: wake what waits for a worker and nobody is working on."""
    close_old_connections()
    try:
        wake_waiting_reports()
        wake_waiting_proofs()
        forget_removed_photos()
    except Exception as error:  # a busy database must not end the site; the next round asks again
        logger.warning("The look for waiting work failed and is repeated: %s", error)
