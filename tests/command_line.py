"""Commands as a person gives them in a terminal, on a site of their own that nobody else sees."""

import functools
import shutil
import tempfile
from pathlib import Path

from tests.running import EMBEDDED, manage

DATABASE = "lessonstudy.sqlite3"


class Terminal:
    """``terminal("demo", "--yes")`` runs a command on the site in ``folder``: its output and how it ended."""

    def __init__(self, folder):
        self.environment = {**EMBEDDED, "VAR_DIR": str(folder)}
        shutil.copy(_migrated() / DATABASE, folder)

    def __call__(self, *words):
        return manage(*map(str, words), environment=self.environment)

    def shell(self, code):
        """Run Python inside the site; it must succeed."""
        done = self("shell", "--no-imports", "--command", code)
        assert done.returncode == 0, done.stderr


@functools.cache
def _migrated():
    """A folder with the database of an empty site, made once."""
    folder = Path(tempfile.mkdtemp(prefix="lessonstudy-empty-"))
    done = manage("migrate", "--verbosity", "0", environment={**EMBEDDED, "VAR_DIR": str(folder)})
    assert done.returncode == 0, done.stderr
    return folder
