"""Tablets and server together, whatever the network does: what is stored is what was written, once.

A tablet keeps each record until the server has answered for that very record, as the capture page does. The
machine drops requests and answers, repeats, splits and reorders them, kills the server in the middle of
its work and sets clocks; in the end everything is sent in peace, and must stand there once.
"""

import json
import random
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cycles.models import ResearchLesson
from observations.models import Clash, Observation, ObservationSession, Tablet, Void, Watch
from observations.workflow import receiving
from tests.factories.cycles import Scene, lesson_in

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SETTLED = {"stored", "duplicate"}


class Killed(BaseException):
    """The server's process is gone."""


class Page:
    """A capture page with its outbox: what one person wrote on one device."""

    def __init__(self, lesson, author, pupils):
        self.lesson, self.author, self.pupils = lesson, author, pupils
        self.device = str(uuid4())
        self.clock = timedelta()
        self.last = 0
        self.outbox = {}
        self.written = {}
        self.taken_back = set()
        self.http = Client(raise_request_exception=False)
        self.http.force_login(author)

    def now(self):
        return timezone.now() + self.clock

    def write(self, kind, **said):
        self.last += 1
        record = {
            "id": str(uuid4()),
            "seq": self.last,
            "lesson": self.lesson.pk,
            "kind": kind,
            "happened_at": self.now().isoformat(),
            **said,
        }
        self.outbox[record["id"]] = self.written[record["id"]] = record
        return record["id"]

    def post(self, records, *, author=None):
        batch = {
            "schema": 1,
            "device": self.device,
            "author": author or self.author.pk,
            "client_now": self.now().isoformat(),
            "records": records,
        }
        return self.http.post("/observations/sync/", json.dumps(batch), content_type="application/json")

    def hear(self, answer):
        """What its own id was answered for leaves the outbox, and nothing else does."""
        if answer.status_code == 200:
            for result in answer.json()["results"]:
                if result["status"] in SETTLED:
                    self.outbox.pop(result["id"], None)


class Together(RuleBasedStateMachine):
    """Two people, one of them on two devices."""

    scene: Scene  # given by the test

    def __init__(self):
        super().__init__()
        lesson, pupils = self.scene.lesson, [pupil.pk for pupil in self.scene.pupils]
        forget(lesson)
        people = [self.scene.observer, self.scene.observer, self.scene.teacher]
        self.pages = [Page(lesson, person, pupils) for person in people]
        self.late = []

    which = st.integers(0, 2)

    @rule(which=which, number=st.integers(1, 4), code=st.sampled_from(["asks", "explains", "listens"]))
    def write_events(self, which, number, code):
        page = self.pages[which]
        for turn in range(number):
            page.write("event", code=code, student=page.pupils[turn % len(page.pupils)])

    @rule(which=which, text=st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=20))
    def write_a_note(self, which, text):
        self.pages[which].write("note", fact=f"x{text}")

    @rule(which=which, choice=st.randoms(use_true_random=False))
    def take_back(self, which, choice):
        page = self.pages[which]
        standing = [id for id in page.written if page.written[id]["kind"] in {"event", "note"}]
        if standing:
            target = choice.choice(sorted(standing))
            page.write("void", replaces=target)
            page.taken_back.add(target)

    @rule(which=which, hours=st.sampled_from([-400_000, -3, 0, 1, 48]))
    def set_the_clock(self, which, hours):
        self.pages[which].clock = timedelta(hours=hours)

    @rule(which=which, order=st.randoms(use_true_random=False), pieces=st.integers(1, 3))
    def send(self, which, order, pieces):
        for piece in self._pieces(which, order, pieces):
            self.pages[which].hear(self.pages[which].post(piece))

    @rule(which=which)
    def send_and_the_request_is_lost(self, which):
        self.late.append((which, list(self.pages[which].outbox.values())))

    @rule(which=which, order=st.randoms(use_true_random=False))
    def send_and_the_answer_is_lost(self, which, order):
        for piece in self._pieces(which, order, 1):
            self.pages[which].post(piece)

    @rule(which=which, order=st.randoms(use_true_random=False))
    def send_twice(self, which, order):
        for piece in self._pieces(which, order, 1):
            answers = [self.pages[which].post(piece * 2), self.pages[which].post(piece)]
            self.pages[which].hear(answers[-1])

    @rule()
    def a_lost_request_arrives_after_all(self):
        if self.late:
            which, records = self.late.pop(0)
            self.pages[which].post(records)

    @rule(which=which, step=st.sampled_from(["_insert", "_strike_out", "_hear"]))
    def send_and_the_server_dies(self, which, step):
        page = self.pages[which]

        def die(*args, **kwargs):
            raise Killed

        with patch.object(receiving._Receiving, step, die), suppress(Killed):
            page.hear(page.post(list(page.outbox.values())))

    @rule(which=which)
    def somebody_else_is_signed_in(self, which):
        page = self.pages[which]
        other = self.scene.planner
        page.hear(page.post(list(page.outbox.values()), author=other.pk))

    def _pieces(self, which, order, number):
        records = list(self.pages[which].outbox.values())
        order.shuffle(records)
        return [records[start::number] for start in range(number) if records[start::number]]

    @invariant()
    def what_left_a_tablet_is_on_the_server(self):
        there = stored(self.scene.lesson)
        for page in self.pages:
            assert set(page.written) - set(page.outbox) <= there

    @invariant()
    def nothing_is_on_the_server_that_nobody_wrote(self):
        assert stored(self.scene.lesson) <= {id for page in self.pages for id in page.written}

    def teardown(self):
        order = random.Random(1)
        for which, page in enumerate(self.pages):
            for piece in self._pieces(which, order, 2):
                page.hear(page.post(piece))
            assert page.outbox == {}
        self.check_everything_stands_once()

    def check_everything_stands_once(self):
        rows = {str(row.pk): row for row in Observation.objects.filter(lesson=self.scene.lesson)}
        for page in self.pages:
            for id, record in page.written.items():
                if record["kind"] == "void":
                    continue
                row = rows.pop(id)
                assert (row.observer, row.fact) == (page.author, record.get("fact", ""))
                assert (
                    row.said_at.isoformat()
                    == timezone.datetime.fromisoformat(record["happened_at"]).isoformat()
                )
                assert row.happened_at <= timezone.now()
                assert (row.voided_at is not None) == (id in page.taken_back)
            numbers = [tablet.heard for tablet in Tablet.objects.filter(device=page.device)]
            assert numbers == ([[[1, page.last]]] if page.last else [])
        assert rows == {}
        assert not Clash.objects.exists()
        used = {page.author for page in self.pages if page.last}
        assert ObservationSession.objects.filter(lesson=self.scene.lesson).count() == len(used)
        assert not Watch.objects.exists()


def stored(lesson):
    ids = Observation.objects.filter(lesson=lesson).values_list("pk", flat=True)
    return {str(id) for id in (*ids, *Void.objects.filter(lesson=lesson).values_list("pk", flat=True))}


def forget(lesson):
    Observation.objects.filter(lesson=lesson).delete()
    for rows in (Void, Tablet, Clash, ObservationSession):
        rows.objects.filter(lesson=lesson).delete()


def run(scene, machine, *, phases=tuple(Phase)):
    bound = type("Bound", (machine,), {"scene": scene})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=50,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=phases,
            report_multiple_bugs=False,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def scene():
    scene = lesson_in()
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(
        started_at=timezone.now() - timedelta(minutes=20)
    )
    return scene


def test_whatever_the_network_does_everything_stands_once(scene):
    run(scene, Together)


class Forgetful(Together):
    """A page that takes any answer for an acknowledgement: the control, which must lose something."""

    def __init__(self):
        super().__init__()
        for page in self.pages:
            page.hear = lambda answer, page=page: page.outbox.clear()


def test_a_page_that_believes_any_answer_is_caught(scene):
    with pytest.raises((AssertionError, KeyError)):
        run(scene, Forgetful, phases=[Phase.generate])


def test_a_server_that_does_not_look_before_it_inserts_is_caught(scene, monkeypatch):
    def insert_all(rows, *, once):
        fresh = [type(row)(**fields_of(row) | {"id": uuid4()}) for row in rows]
        for row in fresh:
            row.save(force_insert=True)
        return {tuple(getattr(row, name) for name in once) for row in rows}

    def fields_of(row):
        return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}

    monkeypatch.setattr(receiving, "insert_new", insert_all)

    with pytest.raises((AssertionError, KeyError)):
        run(scene, Together, phases=[Phase.generate])
