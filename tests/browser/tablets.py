"""An observer's tablet: a phone-sized browser with the capture page, and the ways in which it goes wrong."""

import os
import shutil
import signal
import time
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from observations import workflow
from tests.browser.conftest import ARGUMENTS
from tests.factories.cycles import (
    AnticipatedResponseFactory,
    CasePredictionFactory,
    CasePupilFactory,
    ObserverAssignmentFactory,
    lesson_in,
)
from tests.factories.schools import PASSWORD

PHONE = {"viewport": {"width": 360, "height": 640}, "locale": "en"}
SAVED = "All saved on the server"


def lesson_with(*, pupils=12, groups=2, minutes=12, started=True):
    """A lesson that runs: the observer has accepted the rules and watches the first of the groups."""
    begun = timezone.now() - timedelta(minutes=minutes) if started else None
    scene = lesson_in(pupils=pupils, groups=groups, started_at=begun)
    ObserverAssignmentFactory(group=scene.groups[0], observer=scene.observer)
    step = scene.plan.steps.get()
    AnticipatedResponseFactory(step=step, text="Draws before speaking")
    CasePredictionFactory(
        step=step, case_pupil=CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0]), text="Copies"
    )
    workflow.open_session(scene.lesson, by=scene.observer)
    return scene


class Tablet:
    """A browser context with one page. ``folder``: where a browser of its own keeps its data."""

    def __init__(self, chromium, site, *, folder=None, **options):
        self.site, self.folder = site, folder
        options = PHONE | options | {"base_url": site}
        if folder is None:
            self.context = chromium.new_context(**options)
        else:
            self.context = chromium.browser_type.launch_persistent_context(
                folder, executable_path=shutil.which("chromium"), args=ARGUMENTS, **options
            )
        self.errors = []
        self.page = self.new_page()

    def new_page(self):
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def sign_in(self, person):
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-mail").fill(person.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.site}/")
        return self

    def open(self, lesson, page=None):
        """The capture page, ready, with everything on the device."""
        page = page or self.page
        page.goto(f"/observations/lessons/{lesson.pk}/")
        expect(page.locator(".seat").first).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return self

    def tap(self, pupil, code, page=None):
        page = page or self.page
        page.locator("[data-ls-seats] .seat", has_text=pupil.code).click()
        page.get_by_role("button", name=code, exact=True).click()

    def note(self, fact, thought="", page=None):
        page = page or self.page
        page.get_by_role("button", name="Note", exact=False).first.click()
        page.get_by_label("What I saw or heard").fill(fact)
        page.get_by_label("What I think it means").fill(thought)
        page.get_by_role("button", name="Write it down").click()
        expect(page.locator("#note")).to_be_hidden()

    def photo(self, content, words):
        """A photo of the work of the first pupil whose work may be photographed."""
        self.menu("Photo of a pupil’s work")
        file = {"name": "work.jpg", "mimeType": "image/jpeg", "buffer": content}
        self.page.locator("#photo [name=file]").set_input_files(file)
        expect(self.page.locator("#photo canvas")).to_be_visible()
        self.page.get_by_label("What it shows").fill(words)
        self.page.get_by_role("button", name="Keep the photo").click()
        expect(self.page.locator("#photo")).to_be_hidden()

    def menu(self, name, page=None):
        page = page or self.page
        page.get_by_role("button", name="More", exact=True).click()
        page.locator("#menu").get_by_role("button", name=name).click()

    def line(self, page=None):
        """What the page says of what is saved."""
        return (page or self.page).locator("[data-ls-saved]")

    def stored(self, store="outbox"):
        """What IndexedDB holds."""
        return self.page.evaluate(
            """name => new Promise((resolve, reject) => {
                const opening = indexedDB.open("lessonstudy");
                opening.onerror = () => reject(opening.error);
                opening.onsuccess = () => {
                    const all = opening.result.transaction(name).objectStore(name).getAll();
                    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
                };
            })""",
            store,
        )

    def sent(self, count):
        """Wait until so many records have been written here and confirmed, and none waits."""
        for _look in range(400):
            if (len(self.stored("written")), len(self.stored())) == (count, 0):
                return expect(self.line()).to_have_text(SAVED)
            self.page.wait_for_timeout(50)
        held = (len(self.stored("written")), len(self.stored()))
        raise AssertionError(f"{held[0]} confirmed and {held[1]} waiting, not {count} and none")

    def written(self, count, store="outbox"):
        """Wait until so many records wait on this tablet; or so many of its ``photos``."""
        for _look in range(400):
            if len(self.stored(store)) == count:
                return None
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.stored(store))} waiting, not {count}")

    def kill(self):
        """Kill the browser where it stands, as an empty battery would."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"--user-data-dir={self.folder}".encode() in words and b"--type=" not in b" ".join(words):
                os.kill(int(process.name), signal.SIGKILL)
                gone(process)


def gone(process):
    """Wait until a process that was killed runs no more; ``process``: where the system shows it."""
    for _look in range(2000):
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state in "ZX":  # nobody has asked how it ended
            return
        time.sleep(0.005)
    raise AssertionError(f"{process} still runs")
