"""Makes lessons with so many observers each and signs them in; prints what their tablets must know."""

import json
import sys

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test.utils import override_settings

from cycles.models import CycleRole
from tests.factories.cycles import join, lesson_in


def lesson_with(observers: int) -> dict:
    scene = lesson_in(pupils=30, groups=6)
    people = [join(scene.cycle, CycleRole.Kind.OBSERVER) for _number in range(observers)]
    return {
        "lesson": scene.lesson.pk,
        "pupils": [pupil.pk for pupil in scene.pupils],
        "cookie": settings.SESSION_COOKIE_NAME,
        "people": [{"author": person.pk, "session": signed_in(person)} for person in people],
    }


def signed_in(person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key


if __name__ == "__main__":
    lessons, observers = map(int, sys.argv[1:])
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        print(json.dumps([lesson_with(observers) for _number in range(lessons)]))
