"""What tests of several apps begin with."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import NamedTuple

import hypothesis
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.factories.cycles import ProfileDimensionFactory
from tests.factories.schools import CANARY, Campus, build_campus

# A property holds or not; how long one example takes is the machine's affair.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


class TwoSchools(NamedTuple):
    """Two schools of the same shape. Every text of ``b`` carries CANARY, whatever its case."""

    a: Campus
    b: Campus


@pytest.fixture
def two_schools(db):
    both = TwoSchools(build_campus("A"), build_campus(CANARY))
    for campus, mark in zip(both, ["A", CANARY], strict=True):
        ProfileDimensionFactory(school=campus.school, name=f"{mark} reasons critically")
    return both


@pytest.fixture(autouse=True)
def no_remembered_content_types():
    """Tests that empty the database number content types anew; Django remembers the old numbers."""
    ContentType.objects.clear_cache()


@pytest.fixture
def simultaneously():
    """Do the same several times at once, each on a connection of its own; their results."""

    def run(act, *, times):
        start = Barrier(times)

        def once(_number):
            try:
                start.wait(timeout=30)
                return act()
            finally:
                connection.close()

        with ThreadPoolExecutor(times) as people:
            return list(people.map(once, range(times)))

    return run
