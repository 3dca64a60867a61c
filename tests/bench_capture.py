"""What the capture page costs a tablet: its first load, and a tap on a device six times slower than this one.

Run by ``python -m tests.bench_capture``, as ``make bench`` does: the whole program in processes of its own,
as it comes out of the box, with the demo lesson, and Chromium in front of it.
"""

import os
import tempfile
from pathlib import Path
from statistics import median

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from playwright.sync_api import Page

from tests.bench import tell
from tests.browser.conftest import browser
from tests.browser.first_load import FirstLoad, observer_at
from tests.browser.tablets import Tablet
from tests.running import Site, manage

MOST_BYTES, MOST_WAIT = 60 * 1024, 100  # of the first load; milliseconds
SLOWER = 6
TAPS = 40
AFTERWARDS = 5000  # milliseconds in which nothing more is to be fetched
TO_CODE, TO_PUPIL = 250, 500  # milliseconds between the two taps of an event, and between two events
OPEN = """new Promise((done) => {
    const request = indexedDB.open("bench");
    request.onupgradeneeded = () => request.result.createObjectStore("numbers", { autoIncrement: true });
    request.onsuccess = () => done(void (globalThis.bench = request.result));
})"""
WRITE = """new Promise((done) => {
    const began = performance.now();
    const written = bench.transaction("numbers", "readwrite", { durability: "strict" });
    written.objectStore("numbers").add(1);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - began);
    written.oncomplete = () => requestAnimationFrame(() => port2.postMessage(""));
})"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder)) as site:
        made = manage("demo", "--yes", environment=site.environment)
        assert made.returncode == 0, made.stderr
        with browser() as chromium:
            tablet = Tablet(chromium, f"http://127.0.0.1:{site.port}")
            first_load(tablet)
            taps(tablet)


def first_load(tablet: Tablet) -> None:
    """All that comes the first time, as it travels, and what comes in the seconds after."""
    load = FirstLoad(tablet, observer_at(tablet))
    tell("capture_first_load", load.bytes, "B", baseline=MOST_BYTES)
    tell("capture_fetched_afterwards", load.afterwards(AFTERWARDS), "B", baseline=0)


def taps(tablet: Tablet) -> None:
    """From the finger to the disk and the screen, as the page itself marks it."""
    page = tablet.page
    slow = tablet.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    for name, offline in (("online", False), ("offline", True)):
        tablet.context.set_offline(offline)
        took, bare = (sorted(times) for times in tapped(page))
        tell(f"capture_tap_{name}_median", median(took), "ms", baseline=MOST_WAIT)
        tell(f"capture_tap_{name}_worst", took[-1], "ms", baseline=MOST_WAIT)
        tell(f"capture_bare_write_{name}_median", median(bare), "ms", baseline=MOST_WAIT)
        tell(f"capture_bare_write_{name}_worst", bare[-1], "ms", baseline=MOST_WAIT)


def tapped(page: Page) -> tuple[list[float], list[float]]:
    """So many events of different pupils and codes, milliseconds of each; and between them as many times what
    one number alone takes to the same disk, and a frame after it: no page could be faster here."""
    page.evaluate(OPEN)
    seats = centres(page, "[data-ls-seats] .seat:visible")
    codes = centres(page, "[data-ls-codes] .code:visible")
    page.evaluate("performance.clearMeasures()")
    bare = []
    for number in range(TAPS):
        page.mouse.click(*seats[number % len(seats)])
        page.wait_for_timeout(TO_CODE)
        page.mouse.click(*codes[number % len(codes)])
        page.wait_for_timeout(TO_PUPIL)
        bare.append(page.evaluate(WRITE))
    taken = "performance.getEntriesByName('tap').map(({ duration }) => duration)"
    page.wait_for_function(f"{taken}.length === {TAPS}")
    return page.evaluate(taken), bare


def centres(page: Page, selector: str) -> list[tuple[float, float]]:
    boxes = [found.bounding_box() for found in page.locator(selector).all()]
    return [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]


if __name__ == "__main__":
    main()
