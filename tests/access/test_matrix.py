"""Every address × every person × own and other school, against the policy its view declares."""

import os
from copy import copy
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lessonstudy.lib.policy import Policy
from tests.access.cast import build
from tests.factories.schools import CANARY

COMMITTED = Path(__file__).with_name("matrix.txt")
# What an address may answer to those it is for: a page, a way on, or what is wrong with an empty form.
# An address for programs refuses what is no JSON, and a roster for a lesson that is over.
DONE = {"GET": {200, 302, 410}, "POST": {200, 302, 400, 409, 415, 422}}


def routes(patterns=None, prefix=""):
    """(name, policy) of every address but admin's, whose own tests loop over its registry."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", getattr(pattern.callback, "policy", None), pattern


def undeclared(patterns=None):
    return [name for name, declared, _pattern in routes(patterns) if not isinstance(declared, Policy)]


def test_every_address_declares_its_policy():
    assert undeclared() == []


def test_an_address_without_a_policy_is_noticed():
    from django.urls import path

    assert undeclared([path("new/", lambda request: None, name="new")]) == ["new"]


def addresses():
    return {name: (declared, pattern) for name, declared, pattern in routes()}


def url_of(name, pattern, declared, world):
    values = {"pk": world.about[declared.about].pk} if declared.about else {}
    values |= {
        "stage": "plan",
        "digest": "0" * 16,
        "uidb64": "x",
        "token": world.token,
        "month": "x",
        "form": "sheet",
        "extension": "pdf",
        "photo": uuid4(),
        "student": world.scene.pupils[0].pk,
    }
    wanted = pattern.pattern.converters
    return reverse(name, kwargs={key: values[key] for key in wanted})


def expected(declared, person, *, foreign, method):
    """What the policy comes to: allowed, or the one code of the refusal."""
    if declared.public:
        return "allowed"
    if person == "anonymous":
        return 401 if declared.as_json else 302
    if declared.post_only and method == "GET":
        return 405
    if declared.about and (foreign or person not in declared.sees):
        return 404
    return "allowed" if person in declared.does else 403


@pytest.fixture
def worlds(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return build(), build(CANARY)


@pytest.fixture
def clients(worlds):
    signed_in = {"anonymous": Client()}
    for person, user in worlds[0].people.items():
        signed_in[person] = Client()
        signed_in[person].force_login(user)
    return signed_in


def knock(client, url, method):
    """Ask, then undo whatever the asking did, signing out too."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        response = client.get(url) if method == "GET" else client.post(url, {})
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def kept(code, wish, method):
    if method == "POST" and code == 405:
        return True  # a page to look at: it does nothing and tells nothing
    return code in DONE[method] if wish == "allowed" else code == wish


def walk(worlds, clients):
    """(line of the matrix, wishes broken, canaries seen) for every address."""
    for name, (declared, pattern) in sorted(addresses().items()):
        for method in ("POST",) if declared.post_only else ("GET", "POST"):
            for foreign in (False, True) if declared.about else (False,):
                url = url_of(name, pattern, declared, worlds[foreign])
                answers = {person: knock(client, url, method) for person, client in clients.items()}
                codes = {person: response.status_code for person, response in answers.items()}
                broken = [
                    f"{name} {method} {'other' if foreign else 'own'} {person}: {code}, not {wish}"
                    for person, code in codes.items()
                    if not kept(
                        code, wish := expected(declared, person, foreign=foreign, method=method), method
                    )
                ]
                leaks = [
                    f"{name} {method} {person}"
                    for person, response in answers.items()
                    if not response.streaming and CANARY.encode() in response.content
                ]
                where = "other" if foreign else "own"
                line = f"{name} {method} {where}: " + " ".join(f"{p}={c}" for p, c in codes.items())
                yield line, broken, leaks


def test_everybody_gets_what_the_policies_say_and_nothing_of_the_other_school(worlds, clients):
    lines, broken, leaks = [], [], []
    for line, wrong, leaked in walk(worlds, clients):
        lines.append(line)
        broken += wrong
        leaks += leaked
    if os.environ.get("WRITE_MATRIX"):
        COMMITTED.write_text("\n".join(lines) + "\n")

    assert broken == []
    assert leaks == []
    assert lines == COMMITTED.read_text().splitlines()


def test_the_other_schools_own_people_do_see_the_canary(worlds):
    """The control: without the wall the matrix would find it."""
    client = Client()
    client.force_login(worlds[1].people["planner"])

    assert CANARY.encode() in client.get(reverse("home")).content


def test_a_person_switched_off_is_out_at_the_next_request(worlds, clients):
    planner = worlds[0].people["planner"]
    planner.is_active = False
    planner.save()

    assert clients["planner"].get(reverse("home")).status_code == 302
