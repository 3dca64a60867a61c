"""Nothing typed is lost: leaving asks first, and a lost session says so."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from observations.models import Interview
from tests.factories.cycles import lesson_in
from tests.factories.observations import SessionFactory
from tests.factories.schools import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
