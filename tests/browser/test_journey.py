"""One cycle, from an empty plan to the published report, by the people who carry it."""

import re

import pytest
from playwright.sync_api import expect

from schools.models import Role
from tests.browser.conftest import PASSWORD
from tests.factories.cycles import enrol
from tests.factories.schools import MembershipFactory, SchoolClassFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def people():
    """A school with a class of eight, and nobody's cycle yet."""
    school = SchoolFactory(name="SD Melati", language="en")
    enrol(SchoolClassFactory(school=school, name="4B"), 8)

    def person(name, role):
        user = UserFactory(name=name, email=f"{name.split()[0].lower()}@melati.test")
        user.set_password(PASSWORD)
        user.save()
        MembershipFactory(user=user, school=school, role=role)
        return user

    return {
        "ratna": person("Ratna Dewi", Role.TEACHER),
        "dedi": person("Dedi Putra", Role.TEACHER),
        "marlina": person("Marlina Sari", Role.PRINCIPAL),
    }


def test_a_cycle_goes_from_an_empty_plan_to_a_published_report(people, visit):
    ratna = visit(people["ratna"])
    start_a_cycle(ratna)
    write_the_plan(ratna)
    place_and_assign(ratna)
    ratna.press("Start to observe", sure=True)
    ratna.look("cycle being observed")

    dedi = visit(people["dedi"])
    observe(dedi)

    reflect(ratna, people)
    report = compile_and_publish(ratna)

    marlina = visit(people["marlina"])
    read_the_report(marlina, report)

    close_the_cycle(ratna)


def start_a_cycle(ratna):
    ratna.look("empty home")
    ratna.press("Start a cycle")
    ratna.look("new cycle")
    ratna.fill(title="Sharing pizzas fairly", school_class={"index": 1}, team_name="Grade 4")
    ratna.fill(subject="Mathematics", theme="Every child draws before the talk starts.")
    ratna.press("Start the cycle")
    expect(ratna.page.get_by_role("heading", level=1)).to_have_text("Sharing pizzas fairly")
    ratna.look("new cycle's page")
    ratna.press("Change who takes part")
    ratna.fill(user="Dedi Putra", role="Observer")
    ratna.press("Add")
    ratna.fill(user="Ratna Dewi", role="Model teacher")
    ratna.press("Add")
    ratna.look("people")
    ratna.press("Sharing pizzas fairly")
    ratna.press("Day and place")
    ratna.look("schedule")
    ratna.fill(scheduled_at="2026-12-01T08:00", minutes="35", room="4B")
    ratna.press("Save")
    ratna.look("dates")
    ratna.press("Sharing pizzas fairly")


def write_the_plan(ratna):
    page = ratna.page
    ratna.press("Open the plan")
    ratna.look("empty plan")
    ratna.press("Change")
    ratna.fill(topic="Fractions as fair shares", prior_knowledge="Halves and quarters.")
    ratna.press("Done")
    expect(page.locator("#about")).to_contain_text("Fractions as fair shares")
    ratna.press("Add an objective")
    ratna.fill(statement="Name a fair share.", success_criterion="Draws equal parts.")
    ratna.look("objective")
    ratna.press("Done")
    ratna.press("Write the first step")
    ratna.fill(minutes="10", activity="Four friends, three pizzas.", observation_point="Who draws first?")
    for text in ("Three quarters each", "Three pieces, any size"):
        ratna.press("Add an expectation")
        page.locator("[id^=response-] textarea[name=text]").last.fill(text)
    ratna.look("step")
    ratna.press("Done")
    expect(page.locator("[data-ls-row]")).to_contain_text("Three pieces, any size")
    ratna.press("Add a step")
    ratna.fill(minutes="999", activity="Groups compare drawings.")
    ratna.press("Done")
    expect(page.locator(".problem")).to_contain_text("longer than any lesson")
    expect(page.locator("[name=activity]")).to_have_value("Groups compare drawings.")
    ratna.look("step with an error")
    ratna.fill(minutes="20")
    ratna.press("Done")
    ratna.press("Move step 2 up")
    expect(page.locator("[data-ls-row]").first).to_contain_text("Groups compare drawings.")
    ratna.look("plan")


def place_and_assign(ratna):
    ratna.press("Place pupils")
    ratna.look("no groups yet")
    ratna.press("Place by hand")
    ratna.look("places by hand")
    ratna.fill(count="2")
    for number, seat in enumerate(ratna.page.locator("tbody select").all()):
        seat.select_option(str(number % 2 + 1))
    ratna.press("Save the groups")
    ratna.look("groups")
    ratna.press("Back to the plan")
    ratna.press("Assign observers")
    ratna.page.get_by_role("group", name="Group 1").get_by_label("Dedi Putra").check()
    ratna.press("Save")
    ratna.look("observers")
    ratna.page.goto(f"{ratna.site}/")
    ratna.look("home")
    ratna.press("Plan")


def observe(dedi):
    dedi.look("observer's home")
    dedi.press("Observe")
    dedi.look("ground rules")
    dedi.press("I keep to these rules")
    dedi.press("The lesson has begun")
    page = dedi.page
    page.set_viewport_size({"width": 360, "height": 640})
    seats, last = page.locator("[data-ls-seats] .group .seat"), page.locator("[data-ls-last]")
    seats.nth(0).click()
    page.get_by_role("button", name="asks", exact=True).click()
    expect(last).to_contain_text("asks")
    seats.nth(1).click()
    page.get_by_role("button", name="takes over", exact=True).click()
    expect(last).to_contain_text("takes over")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(last).to_contain_text("asks")
    write_a_note(page)
    expect(page.locator("[data-ls-saved]")).to_have_text("All saved on the server")
    dedi.look("capture page")
    page.locator("header [data-ls-open=menu]").click()
    dedi.press("What everybody saw")
    expect(page.get_by_text("Drew four circles before anybody spoke.")).to_be_visible()
    dedi.look("record")
    dedi.press("What pupils say")
    page.locator("[name=students]").first.check()
    dedi.fill(learned="I can share three pizzas.")
    dedi.look("interview")
    page.get_by_role("button", name=re.compile("Keep|Save|Write")).first.click()


def write_a_note(page):
    page.locator(".codes [data-ls-open=note]").click()
    thought, seen = page.locator("#note [name=interpretation]"), page.locator("#note [name=fact]")
    thought.fill("Drawing gives her something to say.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#note [aria-invalid=true]").first).to_be_visible()
    expect(thought).to_have_value("Drawing gives her something to say.")
    seen.fill("Drew four circles before anybody spoke.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#note")).to_be_hidden()


def reflect(ratna, people):
    page = ratna.page
    page.goto(f"{ratna.site}/cycles/")
    ratna.look("list of cycles")
    ratna.press("Sharing pizzas fairly")
    ratna.press("The lesson is over: reflect", sure=True)
    ratna.look("empty debrief")
    page.locator("#statement_speaker").select_option(label="Dedi Putra")
    page.locator("#statement_text").fill("She drew before she spoke.")
    page.locator("#say").click()
    expect(page.locator("#statements")).to_contain_text("She drew before she spoke.")
    page.locator("#finding_text").fill("A drawing in hand opens the talk.")
    page.locator("#find").click()
    expect(page.locator("#findings")).to_contain_text("A drawing in hand opens the talk.")
    page.locator("#decision_text").fill("Drawing before talking in every lesson")
    page.locator("#decide").click()
    expect(page.locator("#decisions [aria-invalid=true]").first).to_be_visible()
    page.locator("#decision_owner").select_option(label="Dedi Putra")
    page.locator("#decision_due_on").fill("2030-01-01")
    page.locator("#decide").click()
    expect(page.locator("#decisions")).to_contain_text("Dedi Putra")
    ratna.look("debrief")
    ratna.press("A drawing in hand opens the talk.")
    page.get_by_role("button", name="For it").first.click()
    expect(page.locator("#finding [role=status]").first).to_be_visible()
    ratna.look("finding")
    page.go_back()


def compile_and_publish(ratna):
    page = ratna.page
    page.get_by_role("button", name=re.compile("Compile")).click()
    expect(page.get_by_role("link", name="PDF", exact=True)).to_be_visible(timeout=60_000)
    ratna.look("report")
    ratna.press("Publish in the school", sure=True)
    expect(page.get_by_text("the school can read it")).to_be_visible()
    return re.search(r"/reports/(\d+)/", page.url).group(1)


def read_the_report(marlina, report):
    page = marlina.page
    marlina.look("principal's home")
    marlina.press("Reports")
    marlina.look("list of reports")
    page.get_by_role("link", name=re.compile("Sharing pizzas")).first.click()
    expect(page.get_by_text("A drawing in hand opens the talk.").first).to_be_visible()
    with page.expect_download() as download:
        marlina.press("PDF")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    lesson = page.request.get(f"{marlina.site}/reflections/reports/{report}/report.json").json()["lesson"]
    raw = page.request.get(f"{marlina.site}/observations/lessons/{lesson}/record/")
    assert raw.status == 404


def close_the_cycle(ratna):
    ratna.page.goto(f"{ratna.site}/cycles/")
    ratna.press("Sharing pizzas fairly")
    ratna.press("Open the debrief")
    ratna.press("Close the cycle", sure=True)
    ratna.page.goto(f"{ratna.site}/cycles/")
    ratna.press("Sharing pizzas fairly")
    expect(ratna.page.get_by_text("This cycle is closed.").first).to_be_visible()
    ratna.look("closed cycle")
