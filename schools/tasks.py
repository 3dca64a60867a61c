"""Deferred effects of what happens to accounts: an id in, one letter out."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from schools import notices
from schools.models import User

log = logging.getLogger(__name__)


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=4)
def send_password_letter(person_id: int | None, site: str) -> None:
    """Write to the person, if there is one who may sign in. A mail server that is away is tried again."""
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person:
        notices.send_password_letter(person, site=site)


def post(person_id: int | None, site: str) -> None:
    """Hand a letter to the worker. When the broker is away it is lost; it can be asked for again."""
    try:
        send_password_letter.delay(person_id, site)
    except (OperationalError, OSError):
        log.warning("broker away; the letter to person %s was not sent", person_id)
