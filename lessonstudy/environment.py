"""Reads what the machine says about itself; half an answer ends with a sentence that says what to set.

Two ways to run: *embedded* (nothing set: SQLite, files as broker, one machine) and *server*
(DATABASE_URL and REDIS_URL, with SECRET_KEY and ALLOWED_HOSTS unless DEBUG is on).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"", "0", "false", "no", "off"}
DATABASES = {"postgres", "postgresql", "sqlite"}


@dataclass(frozen=True)
class Environment:
    """The settings that differ from machine to machine."""

    base: Path
    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def boolean(self, name: str) -> bool:
        value = self.text(name).lower()
        if value not in YES | NO:
            raise ImproperlyConfigured(f"{name} is “{value}”. Set it to 1 or 0, or unset it.")
        return value in YES

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not low <= int(value) <= high:
            raise ImproperlyConfigured(f"{name} is “{value}”. Set it to a number from {low} to {high}.")
        return int(value)

    def one_of(self, name: str, default: str, allowed: set[str]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise ImproperlyConfigured(
                f"{name} is “{value}”. Set it to one of: {', '.join(sorted(allowed))}."
            )
        return value

    @property
    def is_server(self) -> bool:
        """True when the big services are configured.

        Raises ImproperlyConfigured when only part of what a server needs is set.
        """
        needed = ["DATABASE_URL", "REDIS_URL"]
        if not self.boolean("DEBUG"):
            needed += ["SECRET_KEY", "ALLOWED_HOSTS"]
        given = [name for name in needed if self.text(name)]
        missing = [name for name in needed if not self.text(name)]
        if given and missing:
            raise ImproperlyConfigured(
                f"{' and '.join(given)} set, but not {' and '.join(missing)}. "
                f"Set {' and '.join(missing)} too, or unset {' and '.join(given)} to run embedded."
            )
        return bool(given)

    @property
    def database_url(self) -> str:
        url = self.text("DATABASE_URL")
        if url and urlsplit(url).scheme not in DATABASES:
            raise ImproperlyConfigured(
                "DATABASE_URL cannot be used. Write it as postgres://user:password@host:5432/name."
            )
        return url

    @property
    def redis_url(self) -> str:
        url = self.text("REDIS_URL")
        if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
            raise ImproperlyConfigured("REDIS_URL cannot be used. Write it as redis://host:6379/0.")
        return url

    @property
    def secret_key(self) -> str:
        """The given key, or one made once and kept beside the embedded database."""
        given = self.text("SECRET_KEY")
        if given:
            if len(given) < 32:
                raise ImproperlyConfigured("SECRET_KEY is too short. Set it to 50 or more random characters.")
            return given
        kept = self.base / "var" / "secret_key"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50))
        return kept.read_text().strip()
