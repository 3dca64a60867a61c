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
BROKERS = {"redis", "rediss", "unix"}
MAIL = {"smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail"}


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
    def var_dir(self) -> Path:
        """Where everything is kept that the program writes; a relative VAR_DIR counts from the program."""
        return self.base / self.text("VAR_DIR", "var")

    @property
    def database_url(self) -> str:
        return self._url("DATABASE_URL", DATABASES, "postgres://user:password@host:5432/name")

    @property
    def redis_url(self) -> str:
        return self._url("REDIS_URL", BROKERS, "redis://host:6379/0")

    @property
    def email_url(self) -> str:
        return self._url("EMAIL_URL", MAIL, "smtp+tls://user:password@host:587")

    def _url(self, name: str, schemes: set[str], example: str) -> str:
        """The given URL or ""; the message does not repeat it, for there may be a password in it."""
        url = self.text(name)
        try:
            usable = not url or (urlsplit(url).scheme in schemes and urlsplit(url).port != 0)
        except ValueError:  # the port is not a number
            usable = False
        if not usable:
            raise ImproperlyConfigured(f"{name} cannot be used. Write it as {example}.")
        return url

    @property
    def secret_key(self) -> str:
        """The given key, or one made once and kept beside the embedded database."""
        given = self.text("SECRET_KEY")
        if given:
            if len(given) < 32:
                raise ImproperlyConfigured("SECRET_KEY is too short. Set it to 50 or more random characters.")
            return given
        kept = self.var_dir / "secret_key"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50))
        return kept.read_text().strip()
