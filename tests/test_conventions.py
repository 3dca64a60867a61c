"""What the house has agreed on, checked where a reader would otherwise have to."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver

from schools.guards import carries_school
from tests.access.test_matrix import routes

ROOT = Path(__file__).resolve().parent.parent
APPS = ("schools", "cycles", "observations", "reflections")
TEMPLATES = ROOT / "templates"
PUBLIC = {
    "live",
    "observations:capture",
    "capture_script",
    "capture_styles",
    "no_connection",
    "service_worker",
    "schools:logout",
    "ready",
    "set_language",
    "cycles:calendar_feed",
    "schools:login",
    "schools:password_reset",
    "schools:password_reset_done",
    "schools:password_reset_confirm",
    "schools:password_reset_complete",
}


def sources(*folders):
    for folder in folders or (*APPS, "lessonstudy"):
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path, path.read_text()


def test_the_layers_hold():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_is_named_and_can_be_undone(db):
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    ours = {key: migration for key, migration in loader.disk_migrations.items() if key[0] in APPS}

    assert [key for key in ours if "_auto_" in key[1]] == []
    assert [key for key, m in ours.items() for operation in m.operations if not operation.reversible] == []


def test_only_the_listed_addresses_are_open_without_signing_in():
    assert {name for name, declared, _pattern in routes() if declared.public} == PUBLIC


def test_the_drawing_of_the_stages_is_up_to_date(capsys):
    call_command("draw_stages")

    assert (ROOT / "docs/stages.md").read_text() == capsys.readouterr().out


def named_templates():
    """Templates that some file of the program or another template names."""
    texts = [text for _path, text in sources()] + [path.read_text() for path in TEMPLATES.rglob("*.*")]
    return {name for text in texts for name in re.findall(r"[\w/]+\.(?:html|txt|js)", text)}


def test_no_template_is_left_over():
    known_to_django = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
    every = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*") if path.is_file()}
    by_convention = {name for name in every if name.startswith(("house/", "registration/", "admin/"))}

    assert every - named_templates() - known_to_django - by_convention == set()


@pytest.mark.parametrize("folder", APPS)
def test_a_lower_app_names_no_higher_one(folder):
    higher = APPS[APPS.index(folder) + 1 :]
    texts = [(path, text) for path, text in sources(folder)]
    texts += [(path, path.read_text()) for path in (TEMPLATES / folder).rglob("*.*")]
    named = [
        f"{path.relative_to(ROOT)}: {app}"
        for path, text in texts
        for app in higher
        if re.search(rf"""["']{app}[:.]""", text)
    ]

    assert named == []


def forbidden_in_pages(text):
    """What a strict Content-Security-Policy would block, or what prints unescaped."""
    return re.findall(r"\sstyle=|\son(?:click|change|submit|load)=|\|safe\b|<style|javascript:", text)


@pytest.mark.parametrize("text", ['<p style="x">', "<a onclick='x'>", "{{ note|safe }}", "<style>"])
def test_what_pages_must_not_hold_is_noticed(text):
    assert forbidden_in_pages(text) != []


def test_pages_hold_no_inline_style_or_script():
    found = {path.name: forbidden_in_pages(path.read_text()) for path in TEMPLATES.rglob("*.html")}

    assert {name: hits for name, hits in found.items() if hits} == {}


def test_every_row_of_an_app_belongs_to_a_school():
    free = {"School", "User", "EventCode", "CalendarAddress"}  # a person may be in several schools
    without = {
        model.__name__
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not carries_school(model) and not model._meta.auto_created
    }

    assert without == free


def takes_everything(source):
    """Lines on which a form or an admin takes all fields, or all but some."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
        and (target.id == "exclude" or (target.id == "fields" and ast.unparse(node.value) == "'__all__'"))
    ]


@pytest.mark.parametrize("source", ["fields = '__all__'", "exclude = ['school']"])
def test_a_form_that_takes_everything_is_noticed(source):
    assert takes_everything(source) == [1]


def test_forms_say_which_fields_they_take():
    assert [path for path, text in sources() if takes_everything(text)] == []


def test_nothing_is_exempt_from_the_check_against_forged_posts():
    assert [path for path, text in sources() if "csrf_exempt" in text] == []


def classes_behind(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.namespace != "admin":
                yield from classes_behind(pattern.url_patterns)
        elif hasattr(pattern.callback, "view_class"):
            yield pattern.callback.view_class


def test_every_view_is_a_function_or_djangos_own_for_passwords():
    ours = {
        view.__name__
        for view in classes_behind(get_resolver().url_patterns)
        if not view.__module__.startswith("django.")
    }

    assert ours == {"SetPasswordByLetter", "ChangePassword"}
