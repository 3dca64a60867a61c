"""What our commands share: bad input ends with one clear line and exit status 2."""

from __future__ import annotations

from django.core.management.base import CommandError


class BadInput(CommandError):
    """One sentence about what was wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=2)
