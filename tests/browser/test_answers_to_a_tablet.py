"""What becomes of a record that the server will not simply take: another text, an erased pupil, no right."""

import pytest
from playwright.sync_api import expect

from cycles.models import CycleRole
from observations.models import Clash, Observation
from tests.browser.tablets import SAVED, Tablet, lesson_with
from tests.factories.cycles import CycleRoleFactory
from tests.observations.tablets import Device

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def scene(db):
    return lesson_with()


@pytest.fixture
def tablet(chromium, live_server, scene):
    """A tablet without a network."""
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    tablet.context.set_offline(True)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def table_of(scene):
    return [place.student for place in scene.groups[0].places.select_related("student").order_by("pk")]


def said(tablet):
    tablet.page.locator("header [data-ls-open=saved]").click()
    return tablet.page.locator("#saved")


def test_two_texts_under_one_number_leave_the_queue_and_are_chosen_between_on_the_server(tablet, scene):
    tablet.note("Draws three circles.")
    tablet.written(1)
    (entry,) = tablet.stored()
    device = Device(scene.lesson, scene.observer)
    device.send(device.record(id=entry["id"], kind="note", code=None, fact="Draws four circles."))
    tablet.context.set_offline(False)

    expect(tablet.line()).to_have_text(SAVED)
    panel = said(tablet)
    expect(panel).to_contain_text("1 record met another text under the same number.")
    assert (tablet.stored(), Clash.objects.count()) == ([], 1)

    panel.get_by_role("link", name="See both").click()
    expect(tablet.page.locator("main")).to_contain_text("Draws three circles.")
    expect(tablet.page.locator("main")).to_contain_text("Draws four circles.")

    tablet.page.goto(f"/observations/lessons/{scene.lesson.pk}/")
    expect(tablet.page.locator(".seat").first).to_be_visible()
    said(tablet)
    expect(tablet.page.locator("[data-ls-clashes]")).to_be_hidden()  # it has been looked at


def test_the_same_text_under_one_number_is_no_clash(tablet, scene):
    """The control: it is the other text that makes one."""
    tablet.note("Draws three circles.")
    tablet.written(1)
    tablet.context.set_offline(False)
    tablet.sent(1)
    said(tablet)

    expect(tablet.page.locator("[data-ls-clashes]")).to_be_hidden()
    assert Clash.objects.count() == 0


def test_what_is_about_an_erased_pupil_is_deleted_here_and_said(tablet, scene):
    _first, erased, other, *_ = table_of(scene)
    tablet.tap(erased, "asks")
    tablet.tap(other, "asks")
    tablet.written(2)
    erased.delete()
    tablet.context.set_offline(False)

    expect(tablet.page.locator("[data-ls-problem]")).to_contain_text(
        "1 record was about a pupil whose data were erased. It is deleted here, too."
    )
    expect(tablet.page.locator(".seat", has_text=erased.code)).to_have_count(0)
    expect(tablet.line()).to_have_text(SAVED)
    assert [one.student for one in Observation.objects.all()] == [other]
    assert {one["record"]["student"] for one in tablet.stored("written")} == {other.pk}
    tablet.menu("What I wrote")
    expect(tablet.page.locator("#mine li")).to_have_count(1)


def test_what_one_may_not_send_stays_here_and_says_why(tablet, scene):
    tablet.tap(table_of(scene)[0], "asks")
    tablet.written(1)
    role = CycleRole.objects.get(user=scene.observer).role
    CycleRole.objects.filter(user=scene.observer).delete()
    tablet.context.set_offline(False)

    panel = said(tablet)
    expect(panel.locator("[data-ls-held]")).to_contain_text("You are not in this lesson’s cycle.")
    expect(tablet.line()).to_have_text("1 needs you")
    assert [entry["state"] for entry in tablet.stored()] == ["forbidden"]
    assert Observation.objects.count() == 0

    CycleRoleFactory(cycle=scene.cycle, user=scene.observer, role=role)
    panel.get_by_role("button", name="Send now").click()
    tablet.sent(1)
