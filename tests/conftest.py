"""What tests of several apps begin with."""

from typing import NamedTuple

import pytest
from django.contrib.contenttypes.models import ContentType

from tests.factories.schools import CANARY, Campus, build_campus


class TwoSchools(NamedTuple):
    """Two schools of the same shape. Every text of ``b`` carries CANARY, whatever its case."""

    a: Campus
    b: Campus


@pytest.fixture
def two_schools(db):
    return TwoSchools(build_campus("A"), build_campus(CANARY))


@pytest.fixture(autouse=True)
def no_remembered_content_types():
    """Tests that empty the database number content types anew; Django remembers the old numbers."""
    ContentType.objects.clear_cache()
