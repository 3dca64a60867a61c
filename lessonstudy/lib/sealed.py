"""What a person has looked at before it is stored: carried by the page, signed, good for an hour."""

from __future__ import annotations

from typing import Any

from django.core import signing

HOUR = 3600


class Broken(Exception):
    """The seal is another's, was tampered with, or is too old."""


def seal(value: Any, *, salt: str) -> str:
    """``value`` as a text that nobody can change. ``salt`` says for whom and for what."""
    return signing.dumps(value, salt=salt, compress=True)


def unsealed(text: str, *, salt: str) -> Any:
    """What ``seal`` was given. Raises Broken."""
    try:
        return signing.loads(text, salt=salt, max_age=HOUR)
    except signing.BadSignature as error:
        raise Broken from error
