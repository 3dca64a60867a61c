"""The program's Celery app, made to stop for ever at one place, once: there the test kills it.

``STOP_AT`` names the place: a step of the report, ``stored`` (pages on disk, row not finished) or
``finished`` (row finished, message not acknowledged). ``STOPPED`` is a file it writes when it gets there.
"""

import os
import time
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from lessonstudy.celery import app
from reflections.report import files, queue

PLACE, STOPPED = os.environ.get("STOP_AT"), Path(os.environ["STOPPED"])


def stop(place: str) -> None:
    if place == PLACE and not STOPPED.exists():
        STOPPED.write_text("here")
        time.sleep(3600)


def stopping_after(function, place_of):
    def wrapped(*args, **kwargs):
        result = function(*args, **kwargs)
        stop(place_of(args))
        return result

    return wrapped


queue.advance = stopping_after(queue.advance, lambda args: str(args[2]))
queue.finish = stopping_after(queue.finish, lambda args: "finished")
files.put = stopping_after(files.put, lambda args: "stored")

__all__ = ["app"]
