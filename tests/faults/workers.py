"""A real Celery worker in a process of its own, on the database and the broker of the test at hand."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def environment_of(folder: Path) -> dict[str, str]:
    """What a worker must know to work on this test's data; its queue is emptied first."""
    for queue in ("queue", "queue-control"):
        (Path(settings.VAR_DIR) / queue).mkdir(exist_ok=True)
        for left in (Path(settings.VAR_DIR) / queue).glob("*"):
            left.unlink()
    return os.environ | {
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "REPORT_LEASE_SECONDS": "2",
        "STOPPED": str(folder / "stopped"),
    }


@contextmanager
def worker(environment: dict[str, str], *, stop_at: str = ""):
    """A worker until the block ends; with ``stop_at``, it stops there for ever (see ``worker.py``)."""
    command = [sys.executable, "-m", "celery", "-A", "tests.faults.worker", "worker", "--pool", "solo"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment | {"STOP_AT": stop_at}, start_new_session=True
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
