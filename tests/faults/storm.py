"""A class full of tablets against the whole site on PostgreSQL, while parts of it are killed.

Each tablet keeps a record until the server has answered for it, sends some of them again on purpose and
drops some answers. What was written must stand in the database once, however often the web processes and
the database went away meanwhile.
"""

import contextlib
import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from statistics import quantiles
from uuid import uuid4

import psycopg2

from tests.running import EMBEDDED, ROOT, Site, kill_outright
from tests.servers import redis_server, restartable_postgresql

HOST = "lessons.example"
AGAIN, DROPPED = 0.10, 0.05  # of all sends: sent once more on purpose; answered to nobody
PORTAL = 0.05  # of all sends: answered by a page of somebody's Wi-Fi, with 200
TOKEN = "t" * 32
RUNS, OBSERVERS = 6, 40  # lessons there are for one classroom, and people in each
PATIENCE = 15.0  # seconds for one answer


@dataclass
class Tally:
    """What a run came to. Times in seconds."""

    written: int = 0
    stored: int = 0
    extra: int = 0
    failed: int = 0
    repeated: int = 0
    kills: int = 0
    crashes: int = 0
    waits: list[float] = field(default_factory=list)
    took: float = 0.0

    @property
    def lost(self) -> int:
        return self.written - self.stored

    @property
    def line(self) -> str:
        return (
            f"{self.written} written, {self.lost} lost, {self.extra} too many, {self.failed} failed, "
            f"{self.repeated} sent again, {self.kills} kills, {self.crashes} crashes, p95 {self.p95:.3f} s, "
            f"{self.took:.1f} s"
        )

    @property
    def p95(self) -> float:
        return quantiles(self.waits, n=20)[-1] if len(self.waits) > 1 else 0.0


class Tablet(threading.Thread):
    """One observer's tablet: writes so many events at its own pace, then sends until nothing is left."""

    def __init__(self, port, lesson, pupils, cookie, person, *, events, pace, at_once=1, trusting=False):
        super().__init__(daemon=True)
        self.port, self.lesson, self.pupils, self.cookie, self.person = port, lesson, pupils, cookie, person
        self.events, self.pace, self.at_once, self.trusting = events, pace, at_once, trusting
        self.chance = random.Random(person["author"])
        self.device = str(uuid4())
        self.outbox: dict[str, dict] = {}
        self.written: set[str] = set()
        self.waits: list[float] = []
        self.failed = self.repeated = 0
        self.connection: http.client.HTTPConnection | None = None

    def run(self):
        for _event in range(self.events):
            began = time.monotonic()
            for _record in range(self.at_once):
                self.write()
            self.send()
            time.sleep(max(0.0, self.pace - (time.monotonic() - began)))
        while self.outbox:
            if not self.send():
                time.sleep(self.chance.uniform(0.05, 0.3))
        self.hang_up()

    def hang_up(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def write(self):
        id = str(uuid4())
        self.written.add(id)
        self.outbox[id] = {
            "id": id,
            "seq": len(self.written),
            "lesson": self.lesson,
            "kind": "event",
            "code": "asks",
            "student": self.chance.choice(self.pupils),
            "happened_at": datetime.now(UTC).isoformat(),
        }

    def send(self):
        """Whether the server answered for what was sent."""
        records = list(self.outbox.values())[:200]
        if self.chance.random() < PORTAL:
            return self.settle(records, {})
        answer = self.post(records)
        if self.chance.random() < AGAIN:
            self.repeated += len(records)
            answer = self.post(records) or answer
        if self.chance.random() < DROPPED:
            return True  # the answer is lost; the records stay
        return self.settle(records, answer)

    def settle(self, records, answer):
        """What its own id was answered for leaves the tablet; with a trusting one, all that was sent."""
        results = (answer or {}).get("results", ())
        settled = {one["id"] for one in results if one["status"] in {"stored", "duplicate"}}
        if self.trusting and answer is not None:
            settled = {record["id"] for record in records}
        for id in settled:
            self.outbox.pop(id, None)
        return bool(answer)

    def post(self, records):
        """The JSON of the answer; {} for a refusal, None where nobody answered."""
        body = json.dumps(
            {
                "schema": 1,
                "device": self.device,
                "author": self.person["author"],
                "client_now": datetime.now(UTC).isoformat(),
                "records": records,
            }
        )
        began = time.monotonic()
        try:
            self.connection = self.connection or http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=PATIENCE
            )
            self.connection.request("POST", "/observations/sync/", body, self.headers())
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.failed += 1
            self.hang_up()
            return None
        if answer.status != 200:
            self.failed += 1
            return {}
        self.waits.append(time.monotonic() - began)
        return json.loads(content)

    def headers(self):
        return {
            "Host": HOST,
            "Content-Type": "application/json",
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}/",
            "Cookie": f"{self.cookie}={self.person['session']}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
        }


@dataclass
class Classroom:
    """A site on servers of its own, with a lesson and its observers."""

    site: Site
    database: str
    crash: object
    environment: dict

    @cached_property
    def lessons(self):
        """Lessons to be used up, one a run, each with OBSERVERS people signed in."""
        command = [sys.executable, "-m", "tests.faults.storm_seed", str(RUNS), str(OBSERVERS)]
        environment = self.environment | {"DJANGO_SETTINGS_MODULE": "lessonstudy.settings"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def run(
        self,
        *,
        observers,
        events,
        pace,
        at_once=1,
        kill_every=None,
        most_kills=1000,
        crash_after=None,
        trusting=False,
    ) -> Tally:
        """Let so many observers write so many events each. ``crash_after``: so many seconds, once."""
        seed = self.lessons.pop()
        about = (self.site.port, seed["lesson"], seed["pupils"], seed["cookie"])
        how = {"events": events, "pace": pace, "at_once": at_once, "trusting": trusting}
        tablets = [Tablet(*about, person, **how) for person in seed["people"][:observers]]
        tally, over, began = Tally(), threading.Event(), time.monotonic()
        trouble = threading.Thread(
            target=self.trouble, args=(tally, over, kill_every, most_kills, crash_after)
        )
        trouble.start()
        for tablet in tablets:
            tablet.start()
        for tablet in tablets:
            tablet.join()
        tally.took = time.monotonic() - began
        over.set()
        trouble.join()
        self.count(tally, tablets, seed["lesson"])
        print(tally.line, file=sys.stderr)  # seen where a test fails
        return tally

    def trouble(self, tally, over, kill_every, most_kills, crash_after):
        began = time.monotonic()
        due = kill_every
        while not over.wait(0.05):
            gone = time.monotonic() - began
            if crash_after is not None and gone > crash_after and not tally.crashes:
                self.crash()
                tally.crashes += 1
            if due is not None and gone > due and tally.kills < most_kills:
                workers = sorted(self.site.processes("gunicorn"))[1:]  # the first one is their master
                kill_outright(*workers[: 1 + tally.kills % 2])
                tally.kills += 1
                due += kill_every

    def count(self, tally, tablets, lesson):
        written = {id for tablet in tablets for id in tablet.written}
        with contextlib.closing(psycopg2.connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id::text FROM observations_observation WHERE lesson_id = %s", [lesson])
            there = [id for (id,) in cursor.fetchall()]
        tally.written, tally.stored = len(written), len(written & set(there))
        tally.extra = len(there) - tally.stored
        tally.failed = sum(tablet.failed for tablet in tablets)
        tally.repeated = sum(tablet.repeated for tablet in tablets)
        tally.waits = [wait for tablet in tablets for wait in tablet.waits]


@contextlib.contextmanager
def classroom(folder) -> Iterator[Classroom]:
    """A whole site behind a proxy that speaks https, on a PostgreSQL that can be crashed."""
    with restartable_postgresql() as (url, crash), redis_server() as broker:
        server = url.rpartition("/")[0]
        with contextlib.closing(psycopg2.connect(f"{server}/postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE lessonstudy")
        environment = {
            **{name: value for name, value in EMBEDDED.items() if not name.startswith("TEST")},
            "DATABASE_URL": url,
            "REDIS_URL": broker,
            "SECRET_KEY": "k" * 50,
            "ALLOWED_HOSTS": HOST,
            "TRUSTED_PROXIES": "1",
            "VAR_DIR": str(folder),
            "PATH": os.environ["PATH"],
        }
        with Site(folder, environment) as site:
            yield Classroom(site, url, crash, site.environment)
