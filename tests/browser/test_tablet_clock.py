"""A tablet whose clock is wrong before its page is opened offline: everything lands in the right minute."""

import pytest
from django.utils.dateparse import parse_datetime
from playwright.sync_api import expect

from observations.models import Observation, WorkSample
from tests.browser.tablets import Tablet, lesson_with
from tests.factories.schools import ConsentFactory
from tests.lib.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SET = """
(() => {
  const Real = Date;
  const off = %s;
  globalThis.Date = class extends Real {
    constructor(...said) {
      if (said.length) super(...said);
      else super(Real.now() + off);
    }
    static now() {
      return Real.now() + off;
    }
  };
})();
"""


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def scene(db):
    scene = lesson_with()
    ConsentFactory(student=scene.pupils[0])
    return scene


@pytest.fixture
def tablet(chromium, live_server, scene):
    tablet = Tablet(chromium, live_server.url).sign_in(scene.observer).open(scene.lesson)
    yield tablet
    assert tablet.errors == []
    tablet.context.close()


def opened_with_a_wrong_clock(tablet, scene, off):
    tablet.page.goto("about:blank")
    tablet.context.set_offline(True)
    tablet.context.add_init_script(SET % off)
    return tablet.open(scene.lesson)


def minute(scene, moment):
    return (moment - scene.lesson.started_at).total_seconds() / 60


@pytest.mark.parametrize("off", ["-3 * 3600e3", "3600e3", "600e3 - Date.now()"])
def test_what_a_wrong_clock_wrote_offline_lands_in_the_right_minute(tablet, scene, off):
    opened_with_a_wrong_clock(tablet, scene, off)
    tablet.tap(scene.pupils[0], "asks")
    tablet.photo(picture(size=(64, 48)), "Three parts.")
    tablet.written(1, "photos")
    (record,) = [entry["record"] for entry in tablet.stored() if entry["record"]["kind"] == "event"]
    # The control: the tablet itself is far off, and says nothing of the lesson's clock.
    assert abs(minute(scene, parse_datetime(record["happened_at"])) - 12) > 30
    assert record["elapsed"] is None

    tablet.context.set_offline(False)
    tablet.written(0)
    tablet.written(0, "photos")

    seen, photo = Observation.objects.get(), WorkSample.objects.get()
    assert 11.9 < minute(scene, seen.happened_at) < 16
    assert abs(seen.elapsed / 60 - minute(scene, seen.happened_at)) < 0.2
    assert 11.9 < minute(scene, photo.happened_at) < 16


def test_a_clock_that_is_set_while_the_page_is_open_moves_nothing(tablet, scene):
    tablet.context.set_offline(True)
    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)
    tablet.page.evaluate(SET % "3600e3")
    tablet.tap(scene.pupils[0], "answers")
    tablet.written(2)
    first, second = (entry["record"] for entry in tablet.stored())
    assert (first["elapsed"] is None, second["elapsed"]) == (False, None)

    tablet.context.set_offline(False)
    tablet.written(0)

    for one in Observation.objects.all():
        assert 11.9 < minute(scene, one.happened_at) < 16
        assert abs(one.elapsed / 60 - minute(scene, one.happened_at)) < 0.2


def test_a_right_clock_says_the_lessons_own(tablet, scene):
    """The control: where the server was heard on this page its time is carried on."""
    tablet.context.set_offline(True)
    tablet.tap(scene.pupils[0], "asks")
    tablet.written(1)

    (entry,) = tablet.stored()
    assert entry["ahead"] is None
    assert 11.9 * 60 < entry["record"]["elapsed"] < 16 * 60
    expect(tablet.page.locator("[data-ls-last]")).to_contain_text("asks")
