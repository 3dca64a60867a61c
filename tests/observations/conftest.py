"""What tests of observing begin with."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection


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
