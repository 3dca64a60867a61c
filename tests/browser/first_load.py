"""How much a tablet fetches to have the capture page, counted where it comes in."""

import gzip
import re

from playwright.sync_api import expect


def observer_at(tablet):
    """Sign in as the demo's observer with the ground rules accepted; the address of the page, not opened."""
    page = tablet.page
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("observer@demo.test")
    page.get_by_label("Password").fill("lesson-study-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{tablet.site}/")
    address = page.get_by_role("link", name="Observe", exact=True).first.get_attribute("href")
    gate = page.request.get(
        address
    ).text()  # asked beside the browser, which is to fetch it for the first time
    if "accept-rules" in gate:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', gate)[1]
        page.request.post(f"{address}accept-rules/", form={"csrfmiddlewaretoken": token}, max_redirects=0)
    return address


class FirstLoad:
    """Open the page for the first time. ``bytes``: as they travel with their headers, in so many ``answers``,
    and with them the worker and the page it keeps, which the browser counts apart."""

    def __init__(self, tablet, address):
        self.page, self.sizes = tablet.page, []
        cdp = tablet.context.new_cdp_session(self.page)
        cdp.send("Network.enable")
        cdp.send("Network.clearBrowserCache")  # the page shares files with others
        cdp.on("Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"]))
        self.page.clock.install()
        self.page.goto("about:blank")
        self.sizes.clear()
        self.page.goto(address)
        expect(self.page.locator(".seat").first).to_be_visible()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_load_state("networkidle")
        self.answers = len(self.sizes)
        apart = [self.page.request.get(path).body() for path in ("/sw.js", "/observations/capture/")]
        self.bytes = sum(self.sizes) + sum(len(gzip.compress(body)) for body in apart)

    def afterwards(self, milliseconds):
        """Bytes that came in so long a time after it, by the page's own clock."""
        self.page.clock.run_for(milliseconds)
        self.page.wait_for_load_state("networkidle")
        return sum(self.sizes[self.answers :])
