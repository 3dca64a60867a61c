"""What the lock against guessed passwords goes by."""

from typing import Any

from django.conf import settings


def username(request: Any, credentials: dict[str, Any] | None) -> str:
    """The e-mail tried, however it was typed."""
    given = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    return given.strip().lower()


def address(request: Any) -> str:
    """The caller's address. X-Forwarded-For counts only from the right, past as many proxies as we run."""
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    hops = settings.TRUSTED_PROXIES
    return forwarded[-hops] if hops and len(forwarded) >= hops else request.META.get("REMOTE_ADDR", "")
