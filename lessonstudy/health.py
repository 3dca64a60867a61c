"""Tells a load balancer or a watching person whether this process lives and whether it can do its work.

Neither answer asks who is calling; ``HealthMiddleware`` keeps host names, sessions and people out of them.
"""

import functools
import logging
import tempfile
import threading
import time
import uuid

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from lessonstudy.lib.policy import policy

PATIENCE = 0.8  # seconds; a dependency that has not answered by then counts as failing

logger = logging.getLogger(__name__)


@login_not_required
@policy(public=True)
@require_safe
@never_cache
def live(request):
    """Whether the process answers: always 200 ``{"status": "ok"}``, whatever else is broken."""
    return JsonResponse({"status": "ok"})


@login_not_required
@policy(public=True)
@require_safe
@never_cache
def ready(request):
    """Whether the process can work: 200 ``{"status": "ok"}``, or 503 with the names of the failing parts.

    ``{"status": "unavailable", "failed": ["database" | "broker" | "storage", …]}``, within a second.
    """
    if failed := failing():
        return JsonResponse({"status": "unavailable", "failed": failed}, status=503)
    return JsonResponse({"status": "ok"})


ANSWERS = {"/health/live": live, "/health/ready": ready}


class HealthMiddleware:
    """Answers both addresses before anything looks for a host name, a session or a person."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = ANSWERS.get(request.path_info, self.get_response)
        return answer(request)


class DatabaseIsBehind(Exception):
    """The program knows migrations that the database has not seen."""


def check_database():
    if missing := newest_migrations() - set(MigrationRecorder(connection).applied_migrations()):
        raise DatabaseIsBehind(", ".join(sorted(f"{app}.{name}" for app, name in missing)))


@functools.cache
def newest_migrations():
    """The last migration of each app, as (app, name), as this process has them on disk."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def check_broker():
    if settings.SERVER:
        once = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
        }
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, **once) as client:
            client.ping()
    else:
        with tempfile.NamedTemporaryFile(dir=settings.QUEUE_DIR, suffix=".health") as file:
            file.write(b"ok")


def check_storage():
    name = default_storage.save(f".health-{uuid.uuid4()}", ContentFile(b"ok"))
    default_storage.delete(name)


CHECKS = {"database": check_database, "broker": check_broker, "storage": check_storage}


class Probe(threading.Thread):
    """One check in a thread of its own, so that a part that hangs cannot hang the answer."""

    latest = {}

    @classmethod
    def of(cls, name):
        """A fresh probe; or the last one while it still hangs, so that probes cannot pile up."""
        hanging = cls.latest.get(name)
        if not (hanging and hanging.is_alive()):
            cls.latest[name] = cls(name)
        return cls.latest[name]

    def __init__(self, name):
        super().__init__(name=f"health-{name}", daemon=True)
        self.part, self.passed = name, False
        self.start()

    def run(self):
        try:
            CHECKS[self.part]()
            self.passed = True
        except Exception as error:  # whatever goes wrong with a part, the answer is that it fails
            logger.warning("The %s fails: %s", self.part, type(error).__name__)
        finally:
            connection.close()


def failing():
    """The names of the parts that fail or do not answer in time."""
    deadline = time.monotonic() + PATIENCE
    probes = [Probe.of(name) for name in CHECKS]
    for probe in probes:
        probe.join(max(0, deadline - time.monotonic()))
    return [probe.part for probe in probes if not probe.passed]
