"""The program's settings with the few differences that tests need."""

import os
import tempfile
from pathlib import Path

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ.setdefault("VAR_DIR", str(Path(tempfile.gettempdir()) / f"lessonstudy-tests-{os.getuid()}-{_WORKER}"))

from lessonstudy.settings import *
from lessonstudy.settings import DATABASES, QUEUE_DIR, VAR_DIR

VAR_DIR.mkdir(parents=True, exist_ok=True)
for _folder in (QUEUE_DIR, VAR_DIR / "queue-control"):
    _folder.mkdir(exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False  # the live server speaks http
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file: in memory there would be neither WAL nor a second connection.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
