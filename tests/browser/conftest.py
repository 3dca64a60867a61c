"""A browser, people in it, and eyes on every page: axe in four views, and what the console complains of."""

import os
import shutil
from base64 import b64encode
from contextlib import contextmanager
from hashlib import sha256
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import sync_playwright

from tests.faults.workers import environment_of, worker

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
VIEWS = [(width, scheme) for width in (360, 1440) for scheme in ("light", "dark")]
PASSWORD = "lesson-study-demo"
LOOKS = count(1)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs a loop of its own beside the test


@contextmanager
def browser():
    program = shutil.which("chromium")
    assert program, "Chromium is not installed (Debian: apt install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        connections.close_all()  # Django keeps one of its own for what was asked beside Playwright's loop
        browser.close()


@pytest.fixture
def chromium():
    with browser() as chromium:
        yield chromium


@pytest.fixture
def site(live_server, settings, tmp_path):
    """The running site with a background worker beside it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with worker(environment_of(tmp_path)):
        yield live_server.url


class Visitor:
    """One signed-in person at a browser of their own."""

    def __init__(self, chromium, site, user, language="en"):
        self.site = site
        self.context = chromium.new_context(locale=language, viewport={"width": 1440, "height": 900})
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._stays_here)
        self.seen = set()
        self.sign_in(user)

    def _listen(self, line):
        # Answers like others: a form that was refused, or two texts that met. Browsers call them errors.
        refused_form = any(f"status of {code}" in line.text for code in (409, 410, 422))
        if line.type == "error" and not refused_form:
            self.complaints.append(line.text)

    def _stays_here(self, request):
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.complaints.append(f"request to the outside: {request.url}")

    def sign_in(self, user):
        self.page.goto(f"{self.site}/")
        self.look("sign in")
        self.page.fill("input[name=username]", user.email)
        self.page.fill("input[type=password]", PASSWORD)
        self.page.press("input[type=password]", "Enter")
        self.page.wait_for_url(f"{self.site}/")

    def look(self, name):
        """See the page as it stands in every view: no barrier, no sideways scrolling, no complaint."""
        self.page.wait_for_load_state("networkidle")
        assert self.complaints == []
        barriers = []
        for width, scheme in VIEWS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            for found in Axe().run(self.page).response["violations"]:
                barriers.append(f"{name} {width} {scheme}: {found['id']} {found['nodes'][0]['html'][:90]}")
            wide = self.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            barriers += [f"{name} {width}: {wide} px too wide"] if wide > 1 else []
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")
        # axe writes styles of its own, which the page's policy refuses, and the refusals are told in their
        # own time: forget all until that of a style of ours.
        style = f"--looked: {next(LOOKS)}"
        told = b64encode(sha256(style.encode()).digest()).decode()
        with self.page.expect_console_message(lambda line: told in line.text):
            self.page.evaluate("style => document.documentElement.setAttribute('style', style)", style)
        self.page.evaluate("document.documentElement.removeAttribute('style')")
        self.complaints.clear()
        assert barriers == []

    def press(self, name, *, sure=False):
        """Press a button or a link; with ``sure``, agree to its question."""
        target = self.page.get_by_role("button", name=name, exact=True)
        (target if target.count() else self.page.get_by_role("link", name=name, exact=True)).first.click()
        if sure:
            agree = self.page.get_by_role("alertdialog").get_by_role("button", name=name, exact=True)
            with self.page.expect_navigation():
                agree.click()
        self.page.wait_for_load_state("networkidle")

    def fill(self, **fields):
        """Fill form fields by name; a ``select`` is chosen from."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name}']").first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value) if isinstance(value, str) else field.select_option(**value)
            else:
                field.fill(value)


@pytest.fixture
def visit(chromium, site):
    """Open a browser for a person."""
    visitors = []

    def open_for(user, **kwargs):
        visitors.append(Visitor(chromium, site, user, **kwargs))
        return visitors[-1]

    yield open_for
    for visitor in visitors:
        visitor.context.close()
