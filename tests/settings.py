"""The program's settings with the few differences that tests need."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A folder for this run alone, with a part for each of its processes; worker processes inherit it.
if "TESTS_DIR" not in os.environ:
    os.environ["TESTS_DIR"] = tempfile.mkdtemp(prefix="lessonstudy-tests-")
    atexit.register(shutil.rmtree, os.environ["TESTS_DIR"], ignore_errors=True)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["VAR_DIR"] = str(Path(os.environ["TESTS_DIR"]) / WORKER)
if os.environ.get("REDIS_URL") and WORKER != "main" and "TESTS_BROKER" not in os.environ:
    # Each of the suite's processes has a broker of its own, or one would take the other's messages; what
    # it starts uses the same, unless the test at hand names another.
    os.environ["TESTS_BROKER"] = os.environ["REDIS_URL"] = (
        os.environ["REDIS_URL"].rpartition("/")[0] + f"/{1 + int(WORKER[2:])}"
    )

from lessonstudy.settings import *
from lessonstudy.settings import DATABASES, QUEUE_DIR, STATIC_ROOT, VAR_DIR

VAR_DIR.mkdir(parents=True, exist_ok=True)
for _folder in (QUEUE_DIR, VAR_DIR / "queue-control", STATIC_ROOT):
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
