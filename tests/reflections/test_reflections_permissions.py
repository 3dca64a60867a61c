"""Who may do which verb of reflecting: one table, role by verb; and who finds the pages at all."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from cycles.models import CycleRole, ResearchLesson
from cycles.stages import Stage
from reflections.models import Claim, Decision, EvidenceLink, Statement
from reflections.permissions import can_finish
from reflections.workflow import cycle, debrief, findings
from schools.models import Role
from tests.factories.cycles import CycleRoleFactory, lesson_in
from tests.factories.observations import ObservationFactory
from tests.factories.reflections import (
    ClaimFactory,
    DecisionFactory,
    EvidenceLinkFactory,
    ReportFactory,
    debrief_in,
)
from tests.factories.schools import CANARY, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
Kind = CycleRole.Kind
LEADS = {Kind.MODEL_TEACHER, Kind.PLANNER, Kind.COORDINATOR, Kind.MODERATOR}
TEAM = LEADS | {Kind.OBSERVER, Kind.RECORDER}
EVERYBODY = TEAM | {Kind.COMMENTATOR}
OUTSIDE = {"colleague", "principal", "administrator", "stranger", "switched off"}


def start_reflecting(scene, by):
    type(scene.cycle).objects.filter(pk=scene.cycle.pk).update(stage=Stage.OBSERVE)
    scene.lesson.debrief.delete()
    cycle.start_reflecting(scene.cycle, by=by)


def say(scene, by):
    debrief.say(scene.lesson, speaker=scene.observer, kind="fact", text="x", by=by)


def decide(scene, by):
    debrief.decide(scene.lesson, text="x", owner=scene.observer, due_on=date(2030, 1, 1), by=by)


def decision_done(scene, by):
    debrief.decision_done(DecisionFactory(lesson=scene.lesson), by=by)


def find(scene, by):
    findings.find(scene.lesson, text="x", by=by)


def link_evidence(scene, by):
    seen = ObservationFactory(lesson=scene.lesson)
    findings.link_evidence(ClaimFactory(lesson=scene.lesson), seen, stance="supports", by=by)


def unlink_evidence(scene, by):
    claim = ClaimFactory(lesson=scene.lesson)
    link = EvidenceLinkFactory(claim=claim, observation=ObservationFactory(lesson=scene.lesson))
    findings.unlink_evidence(link, by=by)


def answer(scene, by):
    findings.answer(ClaimFactory(lesson=scene.lesson), text="x", by=by)


def close_cycle(scene, by):
    ReportFactory(lesson=scene.lesson, ready=True)
    DecisionFactory(lesson=scene.lesson)
    cycle.close_cycle(scene.cycle, by=by)


TABLE = {
    start_reflecting: LEADS,
    say: EVERYBODY,
    decide: TEAM,
    decision_done: LEADS,  # somebody else's; one's own is tested apart
    find: TEAM,
    link_evidence: TEAM,
    unlink_evidence: TEAM,
    answer: TEAM,
    close_cycle: LEADS,
}


def person_who_is(who, scene):
    """Somebody with one role in the cycle, or somebody outside it."""
    if who in EVERYBODY:
        return CycleRoleFactory(cycle=scene.cycle, role=who).user
    if who == "switched off":
        return CycleRoleFactory(cycle=scene.cycle, role=Kind.PLANNER, user=UserFactory(is_active=False)).user
    if who == "stranger":
        return lesson_in(Stage.REFLECT).planner
    role = {"colleague": Role.TEACHER, "principal": Role.PRINCIPAL, "administrator": Role.ADMINISTRATOR}[who]
    return MembershipFactory(school=scene.school, role=role).user


def may(verb, scene, by):
    """Whether the verb lets this person; what it did is undone."""
    fresh = replace(scene, lesson=ResearchLesson.objects.get(pk=scene.lesson.pk))
    with transaction.atomic():
        try:
            verb(fresh, by)
        except PermissionDenied:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def test_the_table_has_every_verb():
    verbs = {
        name
        for module in (cycle, debrief, findings)
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    }

    assert verbs - {"missing_to_close", "require_debrief", "require_reflecting"} == {
        verb.__name__ for verb in TABLE
    }


@pytest.mark.parametrize("who", sorted(EVERYBODY | OUTSIDE))
def test_a_verb_is_for_those_in_the_table(who):
    scene = debrief_in()
    person = person_who_is(who, scene)

    assert {verb.__name__ for verb in TABLE if may(verb, scene, person)} == {
        verb.__name__ for verb, allowed in TABLE.items() if who in allowed
    }


@pytest.mark.parametrize(("who", "allowed"), [(Kind.OBSERVER, True), (Kind.COMMENTATOR, False)])
def test_who_took_a_decision_on_says_when_it_is_done_while_in_the_team(who, allowed):
    scene = debrief_in()
    owner = person_who_is(who, scene)
    decision = DecisionFactory(lesson=scene.lesson, owner=owner)

    assert can_finish(owner, decision) == allowed


def test_who_left_the_cycle_no_longer_finishes_its_decisions():
    scene = debrief_in()
    decision = DecisionFactory(lesson=scene.lesson, owner=scene.observer)
    scene.cycle.roles.filter(user=scene.observer).delete()

    with pytest.raises(PermissionDenied):
        debrief.decision_done(decision, by=scene.observer)


# Pages


def addresses(scene):
    """Every address that shows or takes something of the debrief, and whether it only takes."""
    claim = ClaimFactory(lesson=scene.lesson, text=CANARY)
    link = EvidenceLinkFactory(claim=claim, observation=ObservationFactory(lesson=scene.lesson))
    decision = DecisionFactory(lesson=scene.lesson)
    return {
        "debrief": (scene.lesson.pk, "get"),
        "claim": (claim.pk, "get"),
        "say": (scene.lesson.pk, "post"),
        "find": (scene.lesson.pk, "post"),
        "decide": (scene.lesson.pk, "post"),
        "decision_done": (decision.pk, "post"),
        "link_evidence": (claim.pk, "post"),
        "unlink_evidence": (link.pk, "post"),
        "answer": (claim.pk, "post"),
    }


def codes(client, scene):
    return {
        verb: getattr(client, method)(reverse(f"reflections:{verb}", args=[pk])).status_code
        for verb, (pk, method) in addresses(scene).items()
    }


@pytest.mark.parametrize("who", sorted(OUTSIDE - {"switched off"}))
def test_who_is_not_in_the_cycle_finds_nothing_of_its_debrief(client, who):
    scene = debrief_in()
    client.force_login(person_who_is(who, scene))

    assert set(codes(client, scene).values()) == {404}
    assert EvidenceLink.objects.count() == 1
    assert (Statement.objects.count(), Claim.objects.count(), Decision.objects.count()) == (0, 1, 1)


def test_a_guest_reads_everything_speaks_and_changes_nothing_else(client):
    scene = debrief_in()
    client.force_login(scene.guest)

    assert codes(client, scene) == {
        "debrief": 200,
        "claim": 200,
        "say": 422,
        "find": 403,
        "decide": 403,
        "decision_done": 403,
        "link_evidence": 403,
        "unlink_evidence": 403,
        "answer": 403,
    }


@pytest.mark.parametrize(
    ("who", "code"), [("principal", 403), ("administrator", 403), ("observer", 403), ("colleague", 404)]
)
@pytest.mark.parametrize("verb", ["start_reflecting", "close"])
def test_who_sees_the_cycle_and_does_not_lead_it_moves_nothing(client, who, code, verb):
    scene = debrief_in()
    client.force_login(scene.observer if who == "observer" else person_who_is(who, scene))

    response = client.post(reverse(f"reflections:{verb}", args=[scene.cycle.pk]))

    scene.cycle.refresh_from_db()
    assert (response.status_code, scene.cycle.stage) == (code, Stage.REFLECT)
