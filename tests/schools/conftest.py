"""Who signs in, and letters delivered while the test waits."""

import pytest
from django.test import Client

from lessonstudy import celery_app
from schools.models import User
from tests.factories.schools import CANARY, SchoolClassFactory


@pytest.fixture
def delivering(db, monkeypatch, django_capture_on_commit_callbacks):
    """``with delivering():`` does what commits set off, the worker's part too."""
    monkeypatch.setitem(celery_app.conf, "task_always_eager", True)
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def schools(two_schools):
    """``two_schools`` with two classes each, so that every filter has something to offer."""
    for campus, mark in zip(two_schools, ("A", CANARY), strict=True):
        SchoolClassFactory(school=campus.school, name=f"{mark} 5")
    return two_schools


@pytest.fixture
def chief(schools):
    """The administrator of school ``a``, signed in."""
    client = Client()
    client.force_login(schools.a.administrator)
    return client


@pytest.fixture
def root(db):
    """The superuser, signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@school.test", "a", name="Root"))
    return client
