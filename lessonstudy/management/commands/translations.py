"""Keeps the catalogues of translations in step with the program, on a machine without gettext tools."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import to_locale

from lessonstudy.lib import catalogues
from lessonstudy.lib.commands import BadInput
from lessonstudy.lib.messages import Message, messages_in

SOURCE_LANGUAGE = "en"


class Command(BaseCommand):
    help = "Bring the catalogues of translations up to date with the program's messages."
    requires_system_checks = ()

    def add_arguments(self, parser):
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--check", action="store_true", help="tell what is not translated, and exit 2")
        instead.add_argument("--compile", action="store_true", help="make the .mo files that Django reads")

    def handle(self, *, check, compile, verbosity, **options):
        if check:
            self._check()
        elif compile:
            self._compile(verbosity)
        else:
            self._update(verbosity)

    def _update(self, verbosity):
        messages = _messages()
        for language, path in _catalogues():
            catalogue = catalogues.updated(_opened(path), messages)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(path)
            if verbosity:
                done = len(catalogue.translated_entries())
                self.stdout.write(f"{language}: {done} of {len(catalogue)} messages translated")

    def _check(self):
        messages = _messages()
        faults = [
            f"{language}: {fault}"
            for language, path in _catalogues()
            for fault in catalogues.faults(_opened(path), messages)
        ]
        if faults:
            raise BadInput("\n".join([*faults, "Run “manage.py translations” and fill in what is missing."]))

    def _compile(self, verbosity):
        for _, path in _catalogues():
            if path.exists():
                target = catalogues.compiled(path)
                if verbosity:
                    self.stdout.write(str(target))


def _catalogues() -> list[tuple[str, Path]]:
    """One for each language but the one that the program is written in."""
    folder = Path(settings.LOCALE_PATHS[0])
    return [
        (language, folder / to_locale(language) / "LC_MESSAGES" / "django.po")
        for language, _ in settings.LANGUAGES
        if language != SOURCE_LANGUAGE
    ]


def _opened(path):
    try:
        return catalogues.opened(path)
    except OSError as error:
        raise BadInput(str(error)) from error


def _messages() -> list[Message]:
    """Those of our own apps and templates; Django and other packages bring their own catalogues."""
    installed = [Path(app.path) for app in apps.get_app_configs()]
    packages = [path for path in installed if path.parent == settings.BASE_DIR]
    folders = [*map(Path, settings.TEMPLATES[0]["DIRS"]), *(package / "templates" for package in packages)]
    return messages_in(settings.BASE_DIR, packages=packages, templates=folders)
