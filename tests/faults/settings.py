"""The tests' settings on the database the test at hand is using: for worker processes of its own."""

import os

from tests.settings import *
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
