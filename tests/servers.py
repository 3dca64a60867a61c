"""Runs a command beside PostgreSQL and Redis: those the environment names, else private ones for the while.

python -m tests.servers pytest -m services
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import redis

DEBIAN = Path("/usr/lib/postgresql")  # Debian keeps PostgreSQL's programs off the PATH
START_TIMEOUT = 30.0  # seconds


def main(command: list[str]) -> int:
    """Run ``command``; its exit status."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with contextlib.ExitStack() as servers:
        environment = dict(os.environ)
        if not os.environ.get("DATABASE_URL"):
            environment["DATABASE_URL"] = servers.enter_context(postgresql())
        if not os.environ.get("REDIS_URL"):
            environment["REDIS_URL"] = servers.enter_context(redis_server())
        environment.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        environment.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost")
        return subprocess.run(command, env=environment, check=False).returncode


@contextlib.contextmanager
def postgresql():
    """The URL of an empty database in a new PostgreSQL, which trusts this machine and forgets everything."""
    with restartable_postgresql() as (url, _crash):
        yield url


@contextlib.contextmanager
def restartable_postgresql():
    """The same with a function that crashes it: everybody is cut off at once, then it recovers."""
    with tempfile.TemporaryDirectory(prefix="lessonstudy-postgresql-") as folder:
        person = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            shutil.chown(folder, "postgres", "postgres")
            person = {"user": "postgres", "group": "postgres", "extra_groups": []}
        data, port = f"{folder}/data", free_port()
        make = [program("initdb"), "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync"]
        make += ["--encoding=UTF8", "--locale=C"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, **person)
        serve = [program("postgres"), "-D", data, f"--port={port}", "--listen_addresses=127.0.0.1"]
        serve += [f"--unix_socket_directories={folder}", "--fsync=off"]
        address = f"postgres://postgres@127.0.0.1:{port}"

        with contextlib.ExitStack() as living:

            def start():
                log = Path(folder) / "log"
                server = living.enter_context(running(serve, stop=signal.SIGINT, log=log, **person))
                wait_for(
                    lambda: psycopg2.connect(f"{address}/postgres").close(), psycopg2.OperationalError, server
                )
                return server

            def crash():
                servers[-1].send_signal(signal.SIGQUIT)  # what pg_ctl calls immediate
                servers[-1].wait()
                servers.append(start())

            servers = [start()]
            yield f"{address}/lessonstudy", crash  # the tests make their own databases beside it


@contextlib.contextmanager
def redis_server():
    """The URL of a new, empty Redis that writes nothing to disk."""
    with tempfile.TemporaryDirectory(prefix="lessonstudy-redis-") as folder:
        port = free_port()
        serve = [program("redis-server"), "--bind", "127.0.0.1", "--port", str(port)]
        serve += ["--dir", folder, "--save", "", "--databases", "32"]  # two for each process of the suite
        with running(serve, stop=signal.SIGTERM, log=Path(folder) / "log") as server:
            wait_for(redis.Redis(port=port).ping, redis.ConnectionError, server)
            yield f"redis://127.0.0.1:{port}/0"


def program(name: str) -> str:
    """Where the program is; ends with a sentence when it is nowhere."""
    newest_first = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    found = shutil.which(name) or next(map(str, newest_first), None)
    if not found:
        sys.exit(
            f"{name} is not on this machine. Install PostgreSQL and Redis (Debian: apt install postgresql "
            "redis-server), or set DATABASE_URL and REDIS_URL to servers that may be filled and emptied."
        )
    return found


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@contextlib.contextmanager
def running(command: list[str], *, stop: signal.Signals, log: Path, **person):
    """A server in a process group of its own, so that Ctrl-C lets the tests finish with it first."""
    with log.open("wb") as file:
        server = subprocess.Popen(command, stdout=file, stderr=file, process_group=0, **person)
    try:
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(stop)
        server.wait()


def wait_for(answer, refusal: type[Exception], server: subprocess.Popen) -> None:
    """Ask until there is an answer instead of a refusal."""
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            return answer()
        except refusal:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
