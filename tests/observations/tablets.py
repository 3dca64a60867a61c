"""A tablet as the server sees it: what it sends, and what it is answered."""

import json
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from observations import sync, workflow


class Device:
    """One person's tablet in one lesson. It numbers what it makes, as the capture page does."""

    def __init__(self, lesson, author):
        self.lesson, self.author = lesson, author
        self.id = uuid4()
        self.last = 0

    def record(self, kind="event", **said):
        self.last += 1
        record = {
            "id": str(uuid4()),
            "seq": self.last,
            "lesson": self.lesson.pk,
            "kind": kind,
            "happened_at": timezone.now().isoformat(),
        }
        if kind == "event":
            record |= {"code": "asks"}
        return record | said

    def batch(self, records, **said):
        envelope = {
            "schema": 1,
            "device": str(self.id),
            "author": self.author.pk,
            "client_now": timezone.now().isoformat(),
        }
        return envelope | {"records": records} | said

    def send(self, *records, **said):
        """What the verb answers; each record's status in order."""
        body = json.dumps(self.batch(list(records), **said)).encode()
        return workflow.receive(sync.read_batch(body), by=self.author)

    def statuses(self, *records, **said):
        return [result.status for result in self.send(*records, **said).results]


def ago(**time):
    return (timezone.now() - timedelta(**time)).isoformat()
