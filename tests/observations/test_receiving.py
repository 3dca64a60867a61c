"""What tablets send is stored once, whatever comes again, late, twice, out of order, or broken beside it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cycles.models import Cycle, ResearchLesson
from cycles.stages import Stage
from observations import workflow
from observations.models import Clash, Observation, ObservationSession, Tablet, Void, Watch
from tests.factories.cycles import (
    AnticipatedResponseFactory,
    ObserverAssignmentFactory,
    StudentGroupFactory,
    lesson_in,
)
from tests.factories.observations import SessionFactory
from tests.factories.schools import CANARY, StudentFactory
from tests.observations.tablets import Device, ago


@pytest.fixture
def scene(db):
    return lesson_in()


@pytest.fixture
def tablet(scene):
    return Device(scene.lesson, scene.observer)


@pytest.fixture
def pupil(scene):
    return scene.pupils[0].pk


def stored():
    return Observation.objects.count()


# Once


def test_a_record_is_stored_with_everything_it_says(scene, tablet, pupil):
    said = tablet.record(
        student=pupil,
        target=scene.pupils[1].pk,
        group=scene.groups[0].pk,
        fact="“Why three?”",
        interpretation="She doubts it.",
        question="Would she ask the class?",
        domain="affective",
        flagged=True,
        happened_at=ago(minutes=3),
    )

    receipt = tablet.send(said)

    assert [result.status for result in receipt.results] == ["stored"]
    kept = Observation.objects.get(pk=said["id"])
    assert (kept.observer, kept.lesson, kept.school) == (scene.observer, scene.lesson, scene.school)
    assert (kept.code.slug, kept.student_id, kept.target_id) == ("asks", pupil, scene.pupils[1].pk)
    assert (kept.fact, kept.interpretation) == (said["fact"], said["interpretation"])
    assert (kept.question, kept.domain, kept.flagged) == (said["question"], "affective", True)
    assert kept.said_at.isoformat() == said["happened_at"]
    assert (kept.happened_at, kept.seq, kept.device) == (kept.said_at, 1, tablet.id)


def test_the_same_batch_again_stores_nothing_and_says_so(tablet, pupil):
    records = [tablet.record(student=pupil) for _number in range(5)]
    tablet.send(*records)

    assert tablet.statuses(*records) == ["duplicate"] * 5
    assert stored() == 5


def test_the_same_record_twice_in_a_batch_is_stored_once(tablet, pupil):
    record = tablet.record(student=pupil)

    assert tablet.statuses(record, record) == ["stored", "duplicate"]
    assert stored() == 1


def test_every_kind_sent_again_is_a_duplicate(scene, tablet, pupil):
    event = tablet.record(student=pupil)
    every = [
        event,
        tablet.record("note", fact="Rubs it out."),
        tablet.record("sample", student=pupil, code="on_task"),
        tablet.record("marker"),
        tablet.record("watch", group=scene.groups[0].pk),
        tablet.record("void", replaces=event["id"]),
    ]
    tablet.send(*every)

    assert tablet.statuses(*every) == ["duplicate"] * 6


def test_a_record_sent_again_from_another_time_zone_is_the_same(tablet, pupil):
    record = tablet.record(student=pupil, happened_at="2026-11-25T07:30:00+07:00")
    tablet.send(record)

    assert tablet.statuses(record | {"happened_at": "2026-11-25T00:30:00+00:00"}) == ["duplicate"]


def test_the_answer_names_results_in_the_order_sent(scene, tablet, pupil):
    records = [tablet.record(student=pupil, code="flies"), tablet.record(student=pupil), "nonsense"]

    results = tablet.send(*records).results

    assert [(result.id, result.status) for result in results] == [
        (records[0]["id"], "rejected"),
        (records[1]["id"], "stored"),
        (None, "rejected"),
    ]


def test_the_step_and_the_answer_a_record_names_are_kept(scene, tablet):
    step = scene.plan.steps.get()
    response = AnticipatedResponseFactory(step=step)

    tablet.send(tablet.record("marker", step=step.pk, response=response.pk))

    kept = Observation.objects.get()
    assert (kept.kind, kept.step, kept.response, kept.student) == ("marker", step, response, None)


def test_where_the_tablet_knew_no_lesson_clock_the_server_counts(scene, tablet, pupil):
    before = tablet.record(student=pupil)
    tablet.send(before)
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(started_at=timezone.now() - timedelta(minutes=9))
    later = tablet.record(student=pupil)
    tablet.send(later)

    assert Observation.objects.get(pk=before["id"]).elapsed is None
    assert 540 <= Observation.objects.get(pk=later["id"]).elapsed < 600


# Two under one id


CHANGES = {
    "kind": lambda scene: {"kind": "sample"},
    "code": lambda scene: {"code": "answers"},
    "student": lambda scene: {"student": scene.pupils[1].pk},
    "target": lambda scene: {"target": "teacher"},
    "group": lambda scene: {"group": scene.groups[0].pk},
    "step": lambda scene: {"step": scene.plan.steps.get().pk},
    "fact": lambda scene: {"fact": "Rubs it out."},
    "interpretation": lambda scene: {"interpretation": "Unsure."},
    "flagged": lambda scene: {"flagged": True},
    "happened_at": lambda scene: {"happened_at": ago(minutes=3)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_differs_the_first_stays_and_both_are_kept(scene, tablet, pupil, change):
    first = tablet.record(student=pupil)
    tablet.send(first)

    assert tablet.statuses(first | CHANGES[change](scene)) == ["conflict"]
    kept = Observation.objects.get()
    assert (kept.kind, kept.code.slug, kept.student_id, kept.fact) == ("event", "asks", pupil, "")


def test_another_text_under_the_same_id_is_kept_for_a_person(scene, tablet):
    first = tablet.record("note", fact="She draws three parts.")
    tablet.send(first)

    second = first | {"fact": "She draws four parts."}
    statuses = [tablet.statuses(second) for _twice in range(2)]

    assert statuses == [["conflict"], ["conflict"]]
    assert Observation.objects.get().fact == "She draws three parts."
    clash = Clash.objects.get()
    assert (str(clash.record), clash.sent["fact"]) == (first["id"], "She draws four parts.")


def test_nobody_learns_or_changes_anything_by_another_ones_id(scene, tablet):
    theirs = tablet.record("note", fact="Hers.")
    tablet.send(theirs)
    other = Device(scene.lesson, scene.teacher)

    result = other.send(theirs | {"fact": "Mine."}).results[0]

    assert (result.status, result.reason) == ("forbidden", "not_yours")
    assert Observation.objects.get().fact == "Hers."
    assert not Clash.objects.exists()


def test_an_id_of_another_school_stays_what_it_is(scene, tablet):
    elsewhere = lesson_in()
    theirs = Device(elsewhere.lesson, elsewhere.observer)
    note = theirs.record("note", fact=CANARY)
    theirs.send(note)

    result = tablet.send(note | {"lesson": scene.lesson.pk, "fact": "x"}).results[0]

    assert result.status == "forbidden"
    assert CANARY not in str(result)
    assert Observation.objects.get(pk=note["id"]).school == elsewhere.school


# Who


def test_records_of_another_author_are_neither_stored_nor_sent_as_mine(scene, tablet, pupil):
    result = tablet.send(tablet.record(student=pupil), author=scene.teacher.pk).results[0]

    assert (result.status, result.reason) == ("forbidden", "not_yours")
    assert stored() == 0
    assert not Tablet.objects.exists()  # nor heard: they are still on the device


def test_a_lesson_of_somebody_else_and_one_that_is_not_are_told_apart_by_nobody(tablet):
    here = Device(lesson_in().lesson, tablet.author)
    nowhere = Device(ResearchLesson(pk=2**40), tablet.author)

    foreign = here.send(here.record("marker")).results[0]
    unknown = nowhere.send(nowhere.record("marker")).results[0]

    assert foreign[1:] == unknown[1:]
    assert foreign.status == "forbidden"


def test_who_left_the_cycle_keeps_the_record_on_the_tablet(scene, tablet, pupil):
    scene.cycle.roles.filter(user=scene.observer).delete()

    assert tablet.statuses(tablet.record(student=pupil)) == ["forbidden"]


# When


def test_a_lesson_still_being_planned_takes_nothing_yet(db):
    scene = lesson_in(Stage.PLAN)
    tablet = Device(scene.lesson, scene.observer)

    result = tablet.send(tablet.record("marker")).results[0]

    assert (result.status, result.reason) == ("forbidden", "still_planned")
    assert not ObservationSession.objects.exists()


@pytest.mark.parametrize("stage", [Stage.REFLECT, Stage.CLOSED])
def test_what_waited_on_a_tablet_is_taken_when_the_cycle_has_moved_on(scene, tablet, pupil, stage):
    closed_at = timezone.now() if stage == Stage.CLOSED else None
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=stage, closed_at=closed_at)

    assert tablet.statuses(tablet.record(student=pupil)) == ["stored"]


@pytest.mark.parametrize(
    "wrong", [timedelta(hours=-3), timedelta(days=2), timedelta(days=-20000)], ids=["-3h", "+2d", "1970"]
)
def test_a_wrong_clock_lands_in_the_right_minute(scene, tablet, pupil, wrong):
    now = timezone.now()
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(started_at=now - timedelta(minutes=20))
    happened = now - timedelta(minutes=5)

    record = tablet.record(student=pupil, happened_at=(happened + wrong).isoformat())
    tablet.send(record, client_now=(now + wrong).isoformat())

    kept = Observation.objects.get()
    assert abs(kept.happened_at - happened) < timedelta(seconds=2)
    assert 895 <= kept.elapsed <= 905
    assert kept.said_at == happened + wrong
    assert abs(kept.clock_behind + wrong) < timedelta(seconds=2)


def test_a_clock_that_was_set_during_the_lesson_is_not_believed_before_the_lessons_own(scene, tablet, pupil):
    now = timezone.now()
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(started_at=now - timedelta(minutes=20))

    tablet.send(tablet.record(student=pupil, happened_at="1970-01-01T00:05:00+00:00", elapsed=900))

    kept = Observation.objects.get()
    assert kept.happened_at == now - timedelta(minutes=5)
    assert kept.elapsed == 900


# Poison


POISON = {
    "a pupil of nowhere": {"student": 2**40},
    "a NUL sign": {"fact": "a\0b"},
    "half a sign": {"fact": "\ud800"},
    "a very long text": {"fact": "x" * 900_000},
    "an unknown kind": {"kind": "rumour"},
    "nothing": None,
    "a list": [],
    "a number for a text": {"fact": 7},
    "a text for a pupil": {"student": "Ayu"},
    "true for a pupil": {"student": True},
    "a code of nowhere": {"code": "flies"},
    "a group of nowhere": {"group": 2**40},
    "a step of nowhere": {"step": 2**40},
    "an answer of nowhere": {"response": 2**40},
    "no time": {"happened_at": None},
    "a time without a zone": {"happened_at": "2026-11-25T07:30:00"},
    "a time before all calendars": {"happened_at": "0001-01-01T00:00:00+14:00"},
    "an id that is none": {"id": "first"},
    "a number beyond all": {"student": 10**4000},
    "a pupil too large for a row": {"student": 2**63},
    "to itself": {"kind": "void", "replaces": "itself"},
    "a domain of nowhere": {"domain": "musical"},
    "an interpretation alone": {"kind": "note", "interpretation": "She is bored."},
}


@pytest.mark.parametrize("poison", POISON)
def test_one_bad_record_never_blocks_the_other_49(tablet, pupil, poison):
    records = [tablet.record(student=pupil) for _number in range(50)]
    records[20] = POISON[poison] and records[20] | POISON[poison]

    results = tablet.send(*records).results

    assert results[20].status == "rejected"
    assert results[20].reason
    assert results[20].message
    assert {result.status for result in [*results[:20], *results[21:]]} == {"stored"}
    assert stored() == 49


def test_a_pupil_of_another_school_is_no_pupil_here(tablet):
    foreign = StudentFactory(given_name=CANARY)

    result = tablet.send(tablet.record(student=foreign.pk)).results[0]

    assert (result.status, result.reason) == ("rejected", "student")
    assert CANARY not in result.message


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_pupil_who_goes_while_the_batch_comes_costs_that_record_alone(monkeypatch):
    scene = lesson_in()
    tablet = Device(scene.lesson, scene.observer)
    pupil = StudentFactory(school=scene.school)
    records = [tablet.record(student=one) for one in [scene.pupils[0].pk, pupil.pk, scene.pupils[1].pk]]
    gone = pupil.pk
    pupil.delete()
    # What was looked up a moment ago still held the pupil.
    from observations.receiving import Known

    monkeypatch.setattr(Known, "check", lambda known, record: None)

    statuses = tablet.statuses(*records)

    assert gone
    assert statuses == ["stored", "rejected", "stored"]
    assert stored() == 2


def test_an_erased_pupil_does_not_come_back(scene, tablet):
    pupil = StudentFactory(school=scene.school)
    record = tablet.record(student=pupil.pk)
    pupil.delete()

    assert tablet.statuses(record) == ["gone"]
    assert stored() == 0


def test_a_state_is_no_act_and_an_act_no_state(tablet, pupil):
    act = tablet.record(student=pupil, code="on_task")
    state = tablet.record("sample", student=pupil, code="asks")
    listening = tablet.record("sample", student=pupil, code="listens")

    assert tablet.statuses(act, state, listening) == ["rejected", "rejected", "stored"]


# Corrections


def test_taking_back_strikes_out_and_keeps(tablet, pupil):
    event = tablet.record(student=pupil)
    tablet.send(event)

    assert tablet.statuses(tablet.record("void", replaces=event["id"])) == ["stored"]
    assert Observation.objects.get().voided_at is not None


def test_what_was_taken_back_and_comes_again_stays_taken_back(tablet, pupil):
    event = tablet.record(student=pupil)
    tablet.send(event, tablet.record("void", replaces=event["id"]))

    assert tablet.statuses(event) == ["duplicate"]
    assert not Observation.objects.standing().exists()


def test_taking_back_may_arrive_before_what_it_takes_back(tablet, pupil):
    event = tablet.record(student=pupil)
    tablet.send(tablet.record("void", replaces=event["id"]))

    tablet.send(event)

    assert Observation.objects.get().voided_at is not None


def test_a_replacement_strikes_out_the_old_whichever_comes_first(tablet, pupil):
    first = tablet.record(student=pupil)
    second = tablet.record(student=pupil, code="explains", replaces=first["id"])
    for order in ([first, second], [second, first]):
        Observation.objects.all().delete()
        for record in order:
            tablet.send(record)

        standing = Observation.objects.standing().get()
        assert (str(standing.pk), str(standing.replaces_id)) == (second["id"], first["id"])
        assert stored() == 2


def test_nobody_takes_back_what_another_one_saw(scene, tablet, pupil):
    event = tablet.record(student=pupil)
    tablet.send(event)
    other = Device(scene.lesson, scene.teacher)

    other.send(other.record("void", replaces=event["id"]), other.record(student=pupil, replaces=event["id"]))

    assert Observation.objects.get(pk=event["id"]).voided_at is None


# Watching


def test_what_was_watched_is_corrected_by_another_row(scene, tablet):
    group, other = scene.groups[0], StudentGroupFactory(lesson=scene.lesson)
    session = workflow.open_session(scene.lesson, by=scene.observer)
    session.watches.all().delete()
    began = tablet.record("watch", group=group.pk, happened_at=ago(minutes=9))
    tablet.send(began)

    ended = began | tablet.record(
        "watch",
        replaces=began["id"],
        group=group.pk,
        happened_at=began["happened_at"],
        until=ago(minutes=4),
    )
    next_one = tablet.record("watch", group=other.pk, happened_at=ago(minutes=4))
    assert tablet.statuses(ended, next_one) == ["stored", "stored"]

    standing = Watch.objects.standing().order_by("from_at")
    assert [(watch.group, watch.to_at is None) for watch in standing] == [(group, False), (other, True)]
    assert Watch.objects.count() == 3


def test_a_watch_that_nobody_ended_ends_with_the_lesson(scene, tablet):
    SessionFactory(lesson=scene.lesson, observer=scene.observer)
    over = timezone.now() - timedelta(minutes=10)
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(ended_at=over)
    tablet.lesson.refresh_from_db()

    tablet.send(tablet.record("watch", group=scene.groups[0].pk, happened_at=ago(minutes=30)))

    assert Watch.objects.get().to_at == over


# Numbers


def test_the_server_names_the_numbers_that_never_came(tablet, pupil):
    records = [tablet.record(student=pupil) for _number in range(10)]
    del records[6]

    assert tablet.send(*records).missing == [7]


def test_a_record_that_was_refused_is_not_missing(tablet, pupil):
    records = [tablet.record(student=pupil) for _number in range(3)]
    records[0] |= {"code": "flies"}
    records[1] = {**records[1], "kind": "rumour"}

    assert tablet.send(*records).missing == []


def test_a_batch_of_which_nothing_could_be_read_was_heard_all_the_same(tablet):
    assert tablet.send(tablet.record("rumour"), tablet.record("note")).missing == []
    assert Tablet.objects.get().heard == [[1, 2]]


def test_numbers_are_kept_per_device_and_person(scene, tablet, pupil):
    tablet.send(tablet.record(student=pupil, seq=3))
    other = Device(scene.lesson, scene.observer)

    assert other.send(other.record(student=pupil)).missing == []
    assert Tablet.objects.count() == 2
    assert tablet.send(tablet.record(student=pupil, seq=1)).missing == [2]


# Sessions and queries


def test_who_never_opened_the_page_is_here_but_watched_nobody(scene, tablet, pupil):
    ObserverAssignmentFactory(lesson=scene.lesson, observer=scene.observer, group=scene.groups[0])

    tablet.send(tablet.record(student=pupil))

    assert ObservationSession.objects.get().observer == scene.observer
    assert not Watch.objects.exists()


def test_queries_do_not_grow_with_the_batch(tablet, pupil):
    tablet.send(tablet.record(student=pupil))

    def queries(number):
        with CaptureQueriesContext(connection) as seen:
            tablet.send(*[tablet.record(student=pupil) for _number in range(number)])
        return len(seen)

    assert queries(2) == queries(30)


def test_a_void_is_kept_with_its_own_id(tablet, pupil):
    event = tablet.record(student=pupil)
    void = tablet.record("void", replaces=event["id"])
    tablet.send(event, void)

    assert Void.objects.get().pk == UUID(void["id"])
    assert tablet.statuses(void | {"replaces": str(uuid4())}) == ["conflict"]
