"""A whole site in processes of its own, as `manage.py up` starts it, for tests that kill parts of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds; a bound for a machine that is busy, not an expectation
EMBEDDED = {
    name: value
    for name, value in os.environ.items()
    if name
    not in {
        *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "MEDIA_ROOT", "EMAIL_URL"),
        *("DEFAULT_LANGUAGE", "PORT", "VAR_DIR", "TRUSTED_PROXIES", "DJANGO_SETTINGS_MODULE"),
    }
}


def until(answer, what):
    """Ask until the answer is true, and return it; fail when it never is."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := answer():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def manage(*words, environment):
    """Run a command of manage.py to its end, as a person would in a terminal."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


class Site:
    """One running `manage.py up` on a folder and a port of its own."""

    def __init__(self, folder, environment=None):
        self.port = free_port()
        self.environment = {**(environment or EMBEDDED), "VAR_DIR": str(folder), "PORT": str(self.port)}
        self.output = folder / "output.txt"
        with self.output.open("w") as file:
            self.supervisor = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def get(self, path):
        """Status and JSON of the answer; None while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return None

    def __enter__(self):
        until(lambda: self.get("/health/live") or self.supervisor.poll() is not None, "the site to answer")
        assert self.supervisor.poll() is None, self.output.read_text()
        return self

    def processes(self, word=""):
        """Process ids of the supervisor's descendants whose command contains ``word``."""
        table = running_processes()
        family = {self.supervisor.pid}
        while more := {pid for pid, (parent, _) in table.items() if parent in family} - family:
            family |= more
        return {pid for pid in family - {self.supervisor.pid} if word in table[pid][1]}

    def __exit__(self, *error):
        self.supervisor.terminate()
        self.supervisor.wait(PATIENCE)


def kill_outright(*processes):
    for process in processes:
        with contextlib.suppress(ProcessLookupError):  # one may take another along
            os.kill(process, signal.SIGKILL)


def running_processes():
    """Process id → (parent's id, command) of every process that is not dead already."""
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,command="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 3) for line in listing.stdout.splitlines()]
    return {int(pid): (int(parent), command) for pid, parent, state, *[command] in rows if "Z" not in state}
