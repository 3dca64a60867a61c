"""The administration in a real browser: Django's pages work under our strict Content-Security-Policy."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.factories.schools import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BLOCKED = "Content Security Policy"
CHROMIUM = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
}


@pytest.fixture
def browser(schools):
    """Chromium, started when all rows are there: its event loop would make Django connect anew."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"])
def page(request, browser, live_server):
    page = browser.new_page(color_scheme=request.param, base_url=live_server.url, locale="en")
    page.set_default_timeout(10_000)
    page.complaints = []
    page.on("console", lambda line: BLOCKED in line.text and page.complaints.append(line.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def test_an_administrator_finds_their_way_without_a_blocked_style_or_script(page, schools):
    page.goto("/admin/")
    page.get_by_label("E-mail").fill(schools.a.administrator.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/admin/")

    page.get_by_role("link", name="Pupils", exact=True).first.click()
    page.get_by_role("link", name="A001").click()
    page.get_by_role("link", name="Today").click()
    page.get_by_role("button", name="Add another Enrolment").click()
    page.locator("#enrolments-1 .select2-selection").click()
    page.get_by_role("option", name="A 5").click()
    page.locator("#id_given_name").fill("Sari")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    expect(page.locator("#result_list")).to_contain_text("Sari")

    page.get_by_role("button", name="Toggle theme").first.click()
    page.goto("/admin/schools/user/add/")
    page.get_by_label("E-mail").fill("new@school.test")
    page.get_by_label("Name").fill("New")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("is on its way to new@school.test")

    page.goto("/admin/schools/membership/add/")
    page.locator(".select2-selection").click()
    page.get_by_role("option", name="New").click()
    pupil = f"schools/student/{schools.a.pupils[0].pk}"
    for address in (f"{pupil}/delete/", f"{pupil}/history/", "schools/user/", ""):
        page.goto(f"/admin/{address}")
    assert page.complaints == []


def test_a_blocked_style_is_noticed(page):
    page.goto("/accounts/login/")

    page.evaluate("document.body.innerHTML = '<style>a {}</style>'")

    assert len(page.complaints) == 1
